"""Long work on one file, done in the contained worker when nobody waits for it: a literal table, as of the readers."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.protocol import Source
from evidencekit.model import Study

_NICE = 10

# Name → the module and function that does it: (source, settings, out, job) → Study.
STUDIES: Mapping[str, tuple[str, str]] = {
    "ocr": ("evidencekit.media.ocr", "recognise"),
    "transcript": ("evidencekit.media.speech", "transcribe"),
    "listen": ("evidencekit.media.listening", "listening_copy"),
    "exiftool": ("evidencekit.media.exiftool", "read_with_exiftool"),
    "qrcode": ("evidencekit.media.qrcode", "find_codes"),
    "page-text": ("evidencekit.media.pagetext", "page_texts"),
    "sweep": ("evidencekit.media.sweep", "search"),
    "table": ("evidencekit.media.messages.tablework", "look"),
    "table-check": ("evidencekit.media.messages.tablework", "check"),
}

# What is done by a program of others, in a worker that may start one (:mod:`evidencekit.media.outside`).
WITH_PROGRAMS: frozenset[str] = frozenset({"exiftool"})


def study(work: str, source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """Do it; with the setting ``quietly`` this process gives way to any other.

    Raises :class:`ReaderError` when there is no such work or it cannot be done on this file."""
    found = STUDIES.get(work)
    if found is None:
        raise ReaderError(f"There is no such work as “{work}”.", todo="Install the program again.")
    if settings.get("quietly"):
        give_way()
    module, function = found
    out.mkdir(parents=True, exist_ok=True)
    done: Study = getattr(importlib.import_module(module), function)(source, settings, out, job)
    return done


def give_way() -> None:
    """From here on this process runs only when nothing else wants to."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x4000)  # BELOW_NORMAL_PRIORITY_CLASS
    elif os.nice(0) < _NICE:
        os.nice(_NICE - os.nice(0))
