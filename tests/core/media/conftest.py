"""What the tests of exports share: a file is identified and read as the worker does it, without a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.identify import identify
from evidencekit.media.protocol import Source
from evidencekit.media.readers import reader_for
from evidencekit.model import Contact, Context, Reading

ReadExport = Callable[..., tuple[Reading, list[Contact]]]


@pytest.fixture
def read_export(tmp_path: Path) -> ReadExport:
    """``read_export(name, data, answers={}, zone=…)``: the reading of such a file and its contacts."""
    count = 0

    def read(
        name: str,
        data: str | bytes,
        answers: Mapping[str, str] | None = None,
        zone: str = "America/Los_Angeles",
    ) -> tuple[Reading, list[Contact]]:
        nonlocal count
        count += 1
        path, out = tmp_path / f"{count}.in", tmp_path / f"{count}.out"
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        context = Context(answers=tuple((answers or {}).items()))
        found = identify(path, name, ExtensionRules(), context)
        reader = reader_for(found.media_type, found.form)
        reading = reader.read(Source(path, name, found.media_type, zone, context, found.form), out, Job())
        return reading, list(contacts_in(reading.contacts)) if reading.contacts else []

    return read
