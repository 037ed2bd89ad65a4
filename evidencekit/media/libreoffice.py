"""LibreOffice, contained: one document to one PDF, or to the format that followed its own."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.media import confine
from evidencekit.media.outside import programs, run

NAME = "soffice"
SECONDS = 100.0
_RESTART = 81  # what it ends with when it wants to be started again, as at its first start
# No macros, no links updated, nothing fetched from where a document points to, no recovery, no look for updates.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{}</oor:items>
"""
_ITEMS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
    ("org.openoffice.Office.Common/Misc", "FirstRun", "false"),
)
_VERSION = re.compile(rb"LibreOffice (\d+(?:\.\d+)+)")


@dataclass(frozen=True, slots=True)
class Made:
    """What LibreOffice made, and which it was."""

    path: Path
    version: str


def there() -> bool:
    """Whether a worker may start it."""
    return NAME in programs()


def convert(document: Path, to: str, folder: Path) -> Made:
    """A document that lies in ``folder`` as ``to`` (pdf, docx, xlsx, pptx), made beside it. ``folder`` is the call's
    own. Raises :class:`~evidencekit.errors.ReaderError` when nothing comes of it."""
    profile, made = folder / "profile", folder / "made"
    made.mkdir()
    (profile / "user").mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _ITEMS
    )
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS.format(items))
    address = profile.absolute().as_uri()
    arguments = [
        f"-env:UserInstallation={address}",
        *("--headless", "--norestore", "--nolockcheck", "--nologo", "--nodefault", "--nofirststartwizard"),
        *("--convert-to", to, "--outdir", "made", document.name),
    ]
    try:
        for _ in range(3):
            ran = run(NAME, arguments, folder, SECONDS)
            _tidy(address)
            if ran.code != _RESTART:
                break
        said = _VERSION.search(run(NAME, [arguments[0], "--version"], folder, SECONDS).out)
        results = [each for each in made.iterdir() if each.is_file() and not each.is_symlink()]
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    if ran.code is None:
        raise ReaderError(f"LibreOffice took longer than {SECONDS:g} seconds.", todo="Look at the native file.")
    if not ran.ok or len(results) != 1 or not results[0].stat().st_size:
        raise ReaderError("LibreOffice could not convert it.", todo="Look at the native file.")
    return Made(results[0], said[1].decode() if said else "of an unknown version")


def _tidy(address: str) -> None:
    """Removes the socket it leaves behind in the system's folder for such things, named after its profile."""
    if sys.platform == "win32":
        return
    name = "".join(f"{byte:x}" for byte in hashlib.md5(address.encode("utf-16-le"), usedforsecurity=False).digest())
    with contextlib.suppress(OSError):
        os.remove(f"{confine.LEFT_OVER}{os.getuid()}_SingleOfficeIPC_{name}")  # noqa: PTH107 — told to the fence as it is
