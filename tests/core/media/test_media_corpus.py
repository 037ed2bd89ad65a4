"""Every public sample file becomes a reading of the right kind: no traceback, only warnings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evidencekit.media.contain import Readers
from evidencekit.model import Kind, Reading

CORPUS = Path(os.environ.get("EVIDENCEKIT_CORPUS") or Path(__file__).parents[3].parent / "shared" / "corpus")
LARGEST = 4 << 20
EXPECTED = {
    "exif": {Kind.IMAGE},
    "heif": {Kind.IMAGE},
    "audio": {Kind.AUDIO},
    "pdf": {Kind.DOCUMENT},
    "pdf-samples": {Kind.DOCUMENT},
    "msg": {Kind.EMAIL},
    "bagit": {Kind.DOCUMENT, Kind.OTHER},
}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the public sample files are not here")


@pytest.fixture(scope="module", params=[5, pytest.param(1, marks=pytest.mark.slow)], ids=["sample", "all"])
def readings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Reading]:
    out = tmp_path_factory.mktemp("readings")
    files = [p for p in sorted(CORPUS.rglob("*")) if p.is_file() and not p.is_symlink() and p.stat().st_size <= LARGEST]
    files = files[:: request.param]
    with Readers(2) as readers:
        futures = {p: readers.submit(p, p.name, "America/New_York", out / str(n)) for n, p in enumerate(files)}
        return {path: future.result(120) for path, future in futures.items()}


def test_every_file_is_of_the_right_kind(readings: dict[Path, Reading]) -> None:
    wrong = {
        str(path.relative_to(CORPUS)): reading.kind
        for path, reading in readings.items()
        if reading.kind not in EXPECTED.get(path.relative_to(CORPUS).parts[0], set(Kind))
    }
    assert wrong == {}


def test_no_reader_was_stopped_or_surprised(readings: dict[Path, Reading]) -> None:
    surprised = {
        str(path.relative_to(CORPUS)): warning
        for path, reading in readings.items()
        for warning in reading.warnings
        if "was stopped" in warning or "could not make sense" in warning
    }
    assert surprised == {}


def test_warnings_are_plain_and_name_no_path(readings: dict[Path, Reading]) -> None:
    warnings = [warning for reading in readings.values() for warning in reading.warnings]
    assert all(warning.isprintable() and str(CORPUS) not in warning for warning in warnings)


def test_every_picture_has_its_size_and_every_sound_its_length_or_a_warning(readings: dict[Path, Reading]) -> None:
    for path, reading in readings.items():
        names = {fact.name for fact in reading.facts}
        if reading.kind is Kind.IMAGE:
            assert {"width", "height"} <= names or reading.warnings, path
        if reading.kind is Kind.AUDIO:
            assert {"seconds", "codec", "sample_rate", "channels"} <= names or reading.warnings, path
        if reading.media_type == "application/pdf":
            assert {"encrypted", "active_content"} <= names or reading.warnings, path
