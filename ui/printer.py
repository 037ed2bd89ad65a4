"""Handing a PDF to the system's printing: CUPS on Linux and macOS, the shell's print verb on Windows.

The PDF goes as it is: drawing it again would make pictures of its text. Source: lp(1), lpstat(1).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evidencekit.errors import StorageError, UsageError
from evidencekit.printing.paper import PaperName

_WAIT = 30  # seconds for an answer of the spooler
_MEDIA = {PaperName.LETTER: "Letter", PaperName.LEGAL: "Legal", PaperName.A4: "A4"}
_NONE = "No printer is set up on this computer."
_TODO = "Add one in the system's settings, or save a copy and print it on another computer."


@dataclass(frozen=True, slots=True)
class Printers:
    """The printers there are, and which one the system uses when none is chosen (empty: none). ``chosen_here`` is
    False where the system itself asks."""

    names: tuple[str, ...]
    usual: str = ""
    chosen_here: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """How to print: on which printer (empty: the usual one), how often, on both sides or one, on which paper."""

    printer: str = ""
    copies: int = 1
    duplex: bool = True
    paper: PaperName | None = None


def find_printers() -> Printers:
    """Which printers there are. Raises :class:`UsageError` when there is none, or no way to ask."""
    if os.name == "nt":
        return Printers((), chosen_here=False)
    if shutil.which("lp") is None:
        raise UsageError("This computer has no printing system (CUPS).", todo=_TODO)
    names = tuple(line.strip() for line in _asked("-e").splitlines() if line.strip())
    if not names:
        raise UsageError(_NONE, todo=_TODO)
    usual = _asked("-d").rpartition(":")[2].strip()
    return Printers(names, usual if usual in names else "")


def _asked(option: str) -> str:
    """What ``lpstat`` answers, in the language that its answers are read in; nothing when it cannot tell."""
    program = shutil.which("lpstat")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, option],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_WAIT,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def print_pdfs(files: Sequence[Path], order: Order) -> None:
    """Hand the files over, each as a job of its own, in order.

    Raises :class:`StorageError` when a file is gone or the spooler refuses, and :class:`UsageError` where nothing can
    print.
    """
    for path in files:
        if not path.is_file():
            raise StorageError("The binder's file is no longer there.", item=str(path), todo="Build the binder again.")
    if os.name == "nt":
        for path in files:
            _by_shell(path)
        return
    program = shutil.which("lp")
    if program is None:
        raise UsageError("This computer has no printing system (CUPS).", todo=_TODO)
    for path in files:
        _spooled([program, *arguments(path, order)], path)


def arguments(path: Path, order: Order) -> list[str]:
    """What ``lp`` is given for one file."""
    found = ["-d", order.printer] if order.printer else []
    found += ["-n", str(order.copies), "-o", f"sides={'two-sided-long-edge' if order.duplex else 'one-sided'}"]
    if order.copies > 1:
        found += ["-o", "collate=true"]
    if order.paper is not None:
        found += ["-o", f"media={_MEDIA[order.paper]}"]
    # The page fills the sheet as it is: margins for marks and binding are part of it.
    return [*found, "-o", "print-scaling=none", "-t", path.stem, "--", str(path.absolute())]


def _spooled(command: Sequence[str], path: Path) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_WAIT * 10, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StorageError(
            "The printing system did not answer.", item=path.name, todo="Check the printer, then print again."
        ) from error
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[:300] or f"it ended with {done.returncode}"
        raise StorageError(
            f"The printing system refused the file ({said}).",
            item=path.name,
            todo="Check the printer, then print again.",
        )


def _by_shell(path: Path) -> None:
    try:
        os.startfile(path, "print")  # type: ignore[attr-defined,unused-ignore]  # noqa: S606 — Windows alone has it
    except OSError as error:
        raise UsageError(
            "Windows has no program that prints PDF files.",
            item=path.name,
            todo="Install a PDF reader, or open the folder and print from there.",
        ) from error
