"""Traps and a full disk: what is left out is said, and what fails leaves nothing behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import evidencekit.custody.durable as durable
import evidencekit.custody.originals as originals
from evidencekit.casefile import read_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import CaseError, StorageError
from evidencekit.intake import Taken
from evidencekit.job import Job
from evidencekit.media.email import EmailReader
from evidencekit.media.image import ImageReader
from evidencekit.media.mail import mime
from evidencekit.media.mail.compound import Folder, compound
from evidencekit.media.msg import OutlookReader
from evidencekit.media.office import OfficeReader
from evidencekit.media.protocol import Source
from evidencekit.model import Reading
from evidencekit.verify import verify_path

pytestmark = pytest.mark.started_readers
TakeIn = Callable[..., Taken]
HEADERS = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: many\r\nMessage-ID: <1@b.example>\r\n"


def mail(tmp_path: Path, content: bytes) -> Reading:
    (tmp_path / "m.eml").write_bytes(HEADERS + content)
    return EmailReader().read(Source(tmp_path / "m.eml", "m.eml", "message/rfc822", "UTC"), tmp_path / "out", Job())


def test_attachments_beyond_those_that_are_read_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mime, "_MOST_PARTS", 20)
    part = b"--x\r\nContent-Disposition: attachment\r\n\r\nq\r\n"
    reading = mail(tmp_path, b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 30 + b"--x--\r\n")
    assert len(reading.children) == 19
    assert any("11 more parts than the 20 " in warning for warning in reading.warnings), reading.warnings


def test_a_mail_nested_beyond_reading_keeps_its_headers(tmp_path: Path) -> None:
    inner = b"Content-Type: text/plain\r\n\r\nx"
    for n in range(1_000):
        inner = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%b\r\n--b%d--\r\n" % (n, n, inner, n)
    reading = mail(tmp_path, inner)
    assert ("subject", "many") in {(fact.name, fact.value) for fact in reading.facts if isinstance(fact.value, str)}
    assert any("nested too deeply" in warning for warning in reading.warnings), reading.warnings


def test_an_outlook_item_whose_directory_runs_in_a_circle_says_that_some_may_be_missing(tmp_path: Path) -> None:
    words = {"__substg1.0_0037001F": "subject".encode("utf-16-le"), "__substg1.0_1000001F": b"x\0" * 4_000}
    whole = bytearray(compound(Folder(streams={"__properties_version1.0": bytes(32), **words})))
    first = 512 + 512 * int.from_bytes(whole[48:52], "little")
    for name, changed in (("whole", []), ("circle", [first + 128 + at for at in (68, 72, 76)])):
        for at in changed:
            whole[at : at + 4] = (1).to_bytes(4, "little")
        (tmp_path / name).write_bytes(whole)
        reading = OutlookReader().read(
            Source(tmp_path / name, "a.msg", "application/vnd.ms-outlook", "UTC"), tmp_path / f"{name}.out", Job()
        )
        said = any("may be missing or cut short" in warning for warning in reading.warnings)
        assert said == (name == "circle"), reading.warnings


def test_a_document_that_would_fetch_its_template_says_so_in_rich_text_too(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1 {\*\template http://192.0.2.1/t.dot}{\object\objautlink} hello}")
    source = Source(tmp_path / "a.rtf", "a.rtf", "application/rtf", "UTC")
    warnings = OfficeReader().read(source, tmp_path / "out", Job()).warnings
    assert any("linked object, remote template" in warning for warning in warnings), warnings


def test_a_giant_webp_is_described_by_its_size(tmp_path: Path) -> None:
    frame = b"\x90\x3e\x00\x9d\x01\x2a" + (16_000).to_bytes(2, "little") * 2 + bytes(34)
    chunk = b"VP8 " + len(frame).to_bytes(4, "little") + frame
    (tmp_path / "a.webp").write_bytes(b"RIFF" + (4 + len(chunk)).to_bytes(4, "little") + b"WEBP" + chunk)
    source = Source(tmp_path / "a.webp", "a.webp", "image/webp", "UTC")
    reading = ImageReader().read(source, tmp_path / "out", Job())
    assert {fact.name: fact.value for fact in reading.facts} == {"width": 16_000, "height": 16_000}
    assert reading.warnings == (
        "The picture has 256 megapixels, more than the 150 that are decoded here: it is described, not shown.",
    )


@pytest.mark.parametrize("step", ["naming", "recording"])
def test_a_disk_that_fills_up_at_the_end_keeps_no_copies(
    new_case: Path, received: Path, home: Home, take: TakeIn, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def files() -> set[Path]:
        kept = (new_case / name for name in ("originals", "acquisitions", "derived", "recovered"))
        return {path for folder in kept for path in folder.rglob("*") if path.is_file()}

    before = files()
    with monkeypatch.context() as patched:
        if step == "naming":
            patched.setattr(originals, "flush_names", full)
        else:
            patched.setattr(durable, "fsync_folder", full)
        with pytest.raises(StorageError, match="No space left"):
            take(new_case, received)
    assert files() == before
    assert take(new_case, received).items
    assert verify_path(new_case, home, Job()).ok
    assert not (new_case / "recovered").exists()


def test_a_catalog_whose_tables_are_not_what_its_version_says_is_told(filled_case: Path, home: Home) -> None:
    with closing(sqlite3.connect(filled_case / "catalog.db")) as database:
        database.executescript("UPDATE alembic_version SET version_num = '0002';")
    with pytest.raises(CaseError, match="damaged"), write_case(filled_case, home, "A. R."):
        pass
    with pytest.raises(CaseError, match="damaged"), read_case(filled_case, home):
        pass
