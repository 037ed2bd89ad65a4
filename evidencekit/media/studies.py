"""Long work on one file, done in the contained worker when nobody waits for it: a literal table, as of the readers."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media.protocol import Source
from evidencekit.model import Study

# Name → the module and function that does it: (source, settings, out, job) → Study.
STUDIES: Mapping[str, tuple[str, str]] = {}


def study(work: str, source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """Do it. Raises :class:`ReaderError` when there is no such work or it cannot be done on this file."""
    found = STUDIES.get(work)
    if found is None:
        raise ReaderError(f"There is no such work as “{work}”.", todo="Install the program again.")
    module, function = found
    out.mkdir(parents=True, exist_ok=True)
    done: Study = getattr(importlib.import_module(module), function)(source, settings, out, job)
    return done
