"""Archives: what comes out and under which name, what stays inside and is said, and what never harms."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import archive as module
from evidencekit.media.archive import ArchiveReader
from evidencekit.media.filetypes import ExtensionRules
from evidencekit.media.identify import identify
from evidencekit.media.membernames import member_name
from evidencekit.media.protocol import Source
from evidencekit.model import Beside, Context, FactValue, Kind, Reading
from evidencekit.printing.paper import PaperName, sheet


def read(folder: Path, data: bytes, name: str = "a.zip") -> Reading:
    path = folder / "given"
    path.write_bytes(data)
    found = identify(path, name, ExtensionRules())
    return ArchiveReader().read(Source(path, name, found.media_type, "UTC"), folder / "out", Job())


def facts(reading: Reading) -> dict[str, FactValue]:
    return {fact.name: fact.value for fact in reading.facts}


def held(reading: Reading) -> dict[str, bytes]:
    return {child.name: child.path.read_bytes() for child in reading.children}


def zipped(*entries: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 6, 7, 12, 4)), data, how)
    return out.getvalue()


def test_members_come_out_under_their_paths(tmp_path: Path) -> None:
    reading = read(tmp_path, zipped(("b/", b""), ("b/c/a.txt", b"one"), ("a.txt", b"two"), ("é/🙂.txt", b"three")))
    assert reading.kind is Kind.ARCHIVE
    assert held(reading) == {"a.txt": b"two", "b/c/a.txt": b"one", "é/🙂.txt": b"three"}
    assert [child.name for child in reading.children] == ["a.txt", "b/c/a.txt", "é/🙂.txt"]
    assert {child.path.parent for child in reading.children} == {tmp_path / "out" / "parts"}
    assert (facts(reading)["members"], facts(reading)["taken_out"], facts(reading)["folders"]) == (3, 3, 1)
    assert reading.warnings == ()
    assert reading.moments == ()
    assert reading.text is not None
    assert "b/c/a.txt\t3 bytes\t2026-01-06T07:12:04" in reading.text.read_text("utf-8")


def test_the_time_of_a_member_goes_with_it_and_says_its_zone(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("naive.txt", (2026, 1, 6, 7, 12, 4)), b"1")
        stated = zipfile.ZipInfo("stated.txt", (2026, 1, 6, 7, 12, 4))
        stated.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1767712324)
        archive.writestr(stated, b"2")
    known = {child.name: dict(child.source) for child in read(tmp_path, out.getvalue()).children}
    assert known["naive.txt"]["mtime_local"] == "2026-01-06T07:12:04"
    assert known["stated.txt"] == {"mtime": "2026-01-06T15:12:04Z", "mtime_basis": "ZIP extended timestamp, UTC"}


def test_names_of_old_and_careless_writers_are_read(tmp_path: Path) -> None:
    mac = bytearray(zipped(("gr\u00fcn.txt", b"x")))
    for at in range(len(mac)):
        if mac[at : at + 4] == b"PK\x03\x04":
            mac[at + 7] &= ~8
        if mac[at : at + 4] == b"PK\x01\x02":
            mac[at + 9] &= ~8
    assert set(held(read(tmp_path, bytes(mac)))) == {"gr\u00fcn.txt"}
    dos = zipped(("grun.txt", b"x")).replace(b"grun", b"gr\x81n")
    (tmp_path / "out" / "parts" / "00001.txt").unlink()
    assert set(held(read(tmp_path, dos))) == {"gr\u00fcn.txt"}


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("../../etc/passwd", "\u2024\u2024/\u2024\u2024/etc/passwd"),
        ("/etc/cron.d/x", "etc/cron.d/x"),
        ("C:\\Windows\\x.exe", "C\u2236/Windows/x.exe"),
        ("a/./b//c", "a/b/c"),
        ("a/.. /b", "a/\u2024\u2024 /b"),
        ("a\nb\x07.txt", "a b\\u0007.txt"),
        ("//server/share", "server/share"),
        ("", "unnamed"),
        (".hidden", ".hidden"),
    ],
)
def test_no_name_leads_out(found: str, kept: str) -> None:
    assert member_name(found, backslashes=True) == kept
    assert len(member_name("x/" * 500 + "y" * 5_000 + ".txt")) < 12_000
    assert all(len(part) <= 255 for part in member_name("x/" * 500 + "y" * 5_000 + ".txt").split("/"))


def test_zip64_entries_are_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(b"large, or so it says")
    assert held(read(tmp_path, out.getvalue())) == {"a.txt": b"large, or so it says"}


def test_names_that_lead_out_are_told(tmp_path: Path) -> None:
    reading = read(tmp_path, zipped(("../x.txt", b"1"), ("ok.txt", b"2")))
    assert sorted(held(reading)) == ["ok.txt", "\u2024\u2024/x.txt"]
    assert any("1 name leads out" in warning for warning in reading.warnings)


def test_two_members_of_one_name_are_both_kept(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("a.txt", b"one"), ("a.txt", b"two"))
    reading = read(tmp_path, data)
    assert sorted(child.path.read_bytes() for child in reading.children) == [b"one", b"two"]
    assert [child.name for child in reading.children] == ["a.txt", "a.txt"]
    assert any("name of another" in warning for warning in reading.warnings)


def test_what_is_encrypted_is_said_and_the_rest_comes(tmp_path: Path) -> None:
    data = bytearray(zipped(("secret.jpg", b"hidden words"), ("open.txt", b"plain"), how=zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    reading = read(tmp_path, bytes(data))
    assert held(reading) == {"open.txt": b"plain"}
    assert facts(reading)["encrypted"] == 1
    assert any("1 entry was not taken out (encrypted): secret.jpg." in warning for warning in reading.warnings)


def test_a_damaged_member_is_named_and_the_rest_comes(tmp_path: Path) -> None:
    data = zipped(("bad.txt", b"spoilt content"), ("good.txt", b"fine"), how=zipfile.ZIP_STORED)
    reading = read(tmp_path, data.replace(b"spoilt", b"SPOILT"))
    assert held(reading) == {"good.txt": b"fine"}
    assert any("bad.txt" in warning and "damaged" in warning for warning in reading.warnings)
    with pytest.raises(ReaderError):
        read(tmp_path / "", data[:60])


def test_a_bomb_stays_inside_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLOOR", 1 << 20)
    reading = read(tmp_path, zipped(("bomb", bytes(4 << 20)), ("ok.txt", b"x" * 5_000)))
    assert set(held(reading)) == {"ok.txt"}
    assert any("bomb" in warning and "100 to 1" in warning for warning in reading.warnings)


def test_all_in_all_no_more_comes_out_than_the_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLOOR", 1 << 20)
    small = [(f"{n}.bin", bytes(900_000)) for n in range(12)]
    reading = read(tmp_path, zipped(*small))
    assert 0 < len(reading.children) < 12
    assert facts(reading)["members"] == 12
    assert any(f"{12 - len(reading.children)} entries were not taken out" in w for w in reading.warnings)


def test_too_many_members_are_counted_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_MEMBERS", 3)
    reading = read(tmp_path, zipped(*[(f"{n}.txt", b"x") for n in range(70)]))
    assert len(reading.children) == 3
    left = facts(reading)["not_taken_out"]
    assert isinstance(left, list)
    assert len(left) == 50
    assert any("67 entries were not taken out" in warning for warning in reading.warnings)


def tarred(mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, kind, data in (
            ("dir", tarfile.DIRTYPE, b""),
            ("dir/a.txt", tarfile.REGTYPE, b"one"),
            ("link", tarfile.SYMTYPE, b""),
            ("hard", tarfile.LNKTYPE, b""),
            ("dev", tarfile.CHRTYPE, b""),
            ("../up.txt", tarfile.REGTYPE, b"two"),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.size, info.mtime, info.linkname = kind, len(data), 1767712324, "/etc/passwd"
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "name"), [("w", "a.tar"), ("w:gz", "a.tgz"), ("w:bz2", "a.tar.bz2"), ("w:xz", "a.xz")]
)
def test_a_tar_gives_its_files_and_says_what_is_none(tmp_path: Path, mode: str, name: str) -> None:
    reading = read(tmp_path, tarred(mode), name)
    assert held(reading) == {"dir/a.txt": b"one", "\u2024\u2024/up.txt": b"two"}
    assert dict(reading.children[0].source)["mtime"] == "2026-01-06T15:12:04Z"
    told = " ".join(reading.warnings)
    assert "(symbolic link): link." in told
    assert "(hard link): hard." in told
    assert "(device or pipe): dev." in told
    assert "tar archive" in str(facts(reading)["archive"])


def test_a_tar_cut_off_gives_what_stands_before(tmp_path: Path) -> None:
    reading = read(tmp_path, tarred()[: 512 * 3 + 100], "a.tar")
    assert held(reading) == {"dir/a.txt": b"one"}
    assert any("breaks off" in warning for warning in reading.warnings)


def test_single_files_are_unpacked(tmp_path: Path) -> None:
    named = io.BytesIO()
    with gzip.GzipFile("given name.txt", "wb", fileobj=named, mtime=1767712324) as file:
        file.write(b"words")
    reading = read(tmp_path, named.getvalue(), "x.gz")
    assert held(reading) == {"given name.txt": b"words"}
    assert dict(reading.children[0].source)["mtime"] == "2026-01-06T15:12:04Z"
    for data, name in ((bz2.compress(b"words"), "log.txt.bz2"), (lzma.compress(b"words"), "log.txt.xz")):
        (tmp_path / name).mkdir()
        assert held(read(tmp_path / name, data, name)) == {"log.txt": b"words"}


def test_a_compressed_file_cut_off_is_said(tmp_path: Path) -> None:
    reading = read(tmp_path, gzip.compress(bytes(range(256)) * 50)[:-12], "x.gz")
    assert reading.children == ()
    assert any("damaged" in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    ("magic", "name"), [(b"7z\xbc\xaf\x27\x1c" + bytes(40), "7z"), (b"Rar!\x1a\x07\x01\x00", "RAR")]
)
def test_what_is_not_opened_says_what_to_do(tmp_path: Path, magic: bytes, name: str) -> None:
    reading = read(tmp_path, magic, "x.bin")
    assert (reading.kind, reading.children) == (Kind.ARCHIVE, ())
    (warning,) = reading.warnings
    assert f"does not open {name} archives" in warning
    assert "take in the folder" in warning


def test_the_printed_list_has_names_sizes_times_and_items(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        zipped(("chat/_chat.txt", b"x" * 1234), ("chat/\u05e9\u05dc\u05d5\u05dd.jpg", b"2"))
    )
    beside = Context(beside=(Beside("chat/_chat.txt", tmp_path, "text/plain", "ITEM-0002"),))
    source = Source(tmp_path / "a.zip", "a.zip", "application/zip", "UTC", beside)
    pages = ArchiveReader().pages(source, sheet(PaperName.LETTER), tmp_path / "out", Job())
    assert pages.pdf is not None
    assert not pages.whole
    with pypdfium2.PdfDocument(pages.pdf) as document:
        words = document[0].get_textpage().get_text_bounded()
    for part in ("ZIP ARCHIVE", "chat/_chat.txt", "1,234", "2026-01-06 07:12:04", "ITEM-0002"):
        assert part in words


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz", "a.gz"])
def test_whatever_is_damaged_nothing_but_our_own_error_leaves(tmp_path: Path, name: str) -> None:
    made = {"a.zip": zipped(("d/a.txt", b"one" * 50), ("b.txt", b"two")), "a.tar": tarred(), "a.tgz": tarred("w:gz")}
    data = made.get(name) or gzip.compress(b"words" * 40)
    media_type = {"a.zip": "application/zip", "a.tar": "application/x-tar"}.get(name, "application/gzip")
    path = tmp_path / name
    for at in range(0, len(data), max(1, len(data) // 60)):
        for value in (0x00, 0xFF, data[at] ^ 0x01):
            path.write_bytes(data[:at] + bytes([value]) + data[at + 1 :])
            out = tmp_path / f"{at}-{value}"
            try:
                reading = ArchiveReader().read(Source(path, name, media_type, "UTC"), out, Job())
            except ReaderError:
                continue
            assert all(".." not in child.name.split("/") for child in reading.children)
            assert all(child.path.is_file() for child in reading.children)


def test_a_tar_that_unpacks_without_end_is_left_at_a_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLOOR", 1 << 20)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for number in range(20):
            info = tarfile.TarInfo(f"{number}.bin")
            info.size = 1 << 20
            archive.addfile(info, io.BytesIO(bytes(1 << 20)))
    reading = read(tmp_path, out.getvalue(), "a.tgz")
    assert len(reading.children) < 5
    assert any("not gone through to its end" in warning for warning in reading.warnings)
    source = Source(tmp_path / "given", "a.tgz", "application/gzip", "UTC")
    assert ArchiveReader().pages(source, sheet(PaperName.A4), tmp_path / "printed", Job()).count == 1
