from __future__ import annotations

import hashlib
import json
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from evidencekit.casefile import Case, read_case, write_case
from evidencekit.catalog.items import all_acquisitions, all_items
from evidencekit.custody import durable as durable_module
from evidencekit.custody import originals as originals_module
from evidencekit.custody.keys import Home
from evidencekit.errors import BusyError, Cancelled, StorageError, UsageError
from evidencekit.intake import HandOver, Taken, survey, take_in
from evidencekit.job import Job
from evidencekit.model import Item, Kind
from evidencekit.verify import verify_path

ACTOR = "A. Rivera, victim-witness unit"  # as tests/conftest.py has it
TakeIn = Callable[..., Taken]


def items_of(case: Path, home: Home) -> list[Item]:
    with read_case(case, home) as opened, opened.catalog.read() as connection:
        return all_items(connection)


def test_every_regular_file_becomes_an_item_in_raw_byte_order(filled_case: Path, received: Path, home: Home) -> None:
    found = items_of(filled_case, home)
    assert [(item.number, item.received_path) for item in found] == [
        ("ITEM-0001", "again.txt"),
        ("ITEM-0002", "phone/b.txt"),
        ("ITEM-0003", "phone/note.txt"),
        ("ITEM-0004", "unknown.bin"),
    ]
    for item in found:
        data = (received / item.received_path).read_bytes()
        assert item.digests.sha256 == hashlib.sha256(data).hexdigest()
        assert item.size == len(data)
    assert [item.duplicate_of for item in found] == [None, "ITEM-0001", None, None]
    assert found[3].kind is Kind.OTHER
    assert verify_path(filled_case, home, Job()).ok


def test_paths_are_sorted_as_raw_bytes_whole(tmp_path: Path, new_case: Path, take: TakeIn) -> None:
    folder = tmp_path / "order"
    for name in ("a/b", "a.txt", "a-b", "Z", "a/a/c", "é"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    taken = take(new_case, folder)
    paths = [item.received_path for item in taken.items]
    assert paths == sorted(paths, key=os.fsencode)
    assert paths == ["Z", "a-b", "a.txt", "a/a/c", "a/b", "é"]


def test_originals_are_content_addressed_and_read_only(filled_case: Path, home: Home) -> None:
    for item in items_of(filled_case, home):
        path = filled_case / "originals" / item.digests.sha256[:2] / item.digests.sha256
        assert hashlib.sha256(path.read_bytes()).hexdigest() == item.digests.sha256
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    kept = [path for path in (filled_case / "originals").rglob("*") if path.is_file()]
    assert len(kept) == 3  # one object for the content that came twice


def test_the_source_is_not_touched(tmp_path: Path, new_case: Path, take: TakeIn) -> None:
    source = tmp_path / "IMG.txt"
    source.write_text("as found")
    os.utime(source, ns=(1_600_000_000_123_456_789, 1_500_000_000_987_654_321))
    before = source.stat()
    take(new_case, source)
    after = source.stat()
    assert (before.st_mtime_ns, before.st_mode, before.st_size) == (after.st_mtime_ns, after.st_mode, after.st_size)
    assert source.read_text() == "as found"


def test_the_record_keeps_what_the_sources_file_system_knew(tmp_path: Path, new_case: Path, take: TakeIn) -> None:
    source = tmp_path / "IMG.txt"
    source.write_text("as found")
    os.utime(source, ns=(1, 1_500_000_000_987_654_321))
    take(new_case, source)
    rows = [json.loads(line) for line in (new_case / "acquisitions" / "0001.jsonl").read_text().splitlines()]
    assert [row["record"] for row in rows] == ["acquisition", "item"]
    item = rows[1]
    assert item["received_path"] == "IMG.txt"
    assert item["full_path"] == str(source)
    assert bytes.fromhex(item["raw_path"]) == b"IMG.txt"
    assert item["source"]["mtime_ns"] == "1500000000987654321"
    assert item["source"]["mtime"] == "2017-07-14T02:40:00Z"
    assert {"size", "ctime_ns", "mode", "uid", "links"} <= item["source"].keys()
    assert rows[0]["source"] == "Phone of J. D."
    assert rows[0]["received_by"] == ACTOR


def test_names_stay_out_of_the_ledger(filled_case: Path) -> None:
    ledger = (filled_case / "ledger.jsonl").read_text()
    for secret in ("note.txt", "phone", "Phone of J. D.", "unknown"):
        assert secret not in ledger


def test_links_pipes_and_sockets_are_refused_by_name(tmp_path: Path, new_case: Path, take: TakeIn) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "real.txt").write_text("real")
    (folder / "link.txt").symlink_to("real.txt")
    (folder / "loop").symlink_to(".")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(folder / "sock"))
        taken = take(new_case, folder)
    assert [item.received_path for item in taken.items] == ["real.txt"]
    refused = {refusal.path: refusal.why for refusal in taken.refused}
    assert refused.keys() == {"link.txt", "loop", "pipe", "sock"}
    assert refused["link.txt"] == "symbolic link; the file it points to was not taken in"
    assert "FIFO" in refused["pipe"]


def test_a_hand_over_of_nothing_but_links_is_still_recorded(
    tmp_path: Path, new_case: Path, home: Home, take: TakeIn
) -> None:
    link = tmp_path / "link"
    link.symlink_to("/nowhere")
    taken = take(new_case, link)
    assert (taken.items, len(taken.refused)) == ((), 1)
    with read_case(new_case, home) as case, case.catalog.read() as connection:
        assert len(all_acquisitions(connection)) == 1
    assert verify_path(new_case, home, Job()).ok


HOSTILE = [
    "photo\u202egpj.exe".encode(),
    b"line\nbreak.txt",
    b"bad\xff\xfeutf8.txt",
    b"n" * 255,
    "é.txt".encode(),
    "e\u0301.txt".encode(),
    b"CON",
    b"case.TXT",
    b"CASE.txt",
    b" leading and trailing ",
    b"-rf",
    b"tab\there",
    "💐.txt".encode(),
]


def test_hostile_names_are_kept_as_they_are(tmp_path: Path, new_case: Path, home: Home, take: TakeIn) -> None:
    (tmp_path / "names").mkdir()
    for name in HOSTILE:
        (tmp_path / "names" / os.fsdecode(name)).write_bytes(name)
    take(new_case, tmp_path / "names")
    rows = [json.loads(line) for line in (new_case / "acquisitions" / "0001.jsonl").read_text().splitlines()]
    kept = {bytes.fromhex(row["raw_path"]): row for row in rows if row["record"] == "item"}
    assert kept.keys() == set(HOSTILE)
    for name in HOSTILE:
        if b"\xff" not in name:
            assert kept[name]["name"] == name.decode()
    broken = kept[b"bad\xff\xfeutf8.txt"]
    assert broken["name"] == "bad\\xff\\xfeutf8.txt"
    shown = next(item for item in items_of(new_case, home) if item.number == broken["number"])
    assert any("not valid UTF-8" in warning for warning in shown.warnings)
    assert verify_path(new_case, home, Job()).ok


@pytest.mark.started_readers
def test_attachments_come_behind_the_batch_with_a_parent(
    tmp_path: Path, new_case: Path, home: Home, take: TakeIn
) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    inner = (
        "From: a@example.com\r\nTo: b@example.com\r\nSubject: inner\r\nDate: Tue, 6 Jan 2026 07:12:00 -0800\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\ninner words\r\n"
    )
    (folder / "a.eml").write_text(
        "From: a@example.com\r\nTo: b@example.com\r\nSubject: outer\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nouter words\r\n'
        '--x\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="list.txt"\r\n\r\n'
        f"one two\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--x--\r\n",
        newline="",
    )
    (folder / "z.txt").write_text("last of the folder")
    taken = take(new_case, folder)
    found = [(item.number, item.received_path, item.parent) for item in taken.items]
    assert found[:2] == [("ITEM-0001", "a.eml", None), ("ITEM-0002", "z.txt", None)]
    assert ("ITEM-0003", "a.eml/list.txt", "ITEM-0001") in found
    assert len(found) == 4
    assert found[3][2] == "ITEM-0001"
    child = items_of(new_case, home)[3]
    assert child.kind is Kind.EMAIL
    assert verify_path(new_case, home, Job()).ok


def state_of(case: Path) -> dict[str, bytes]:
    kept = ("ledger.jsonl", "checkpoint", "keys.txt")
    found = {name: (case / name).read_bytes() for name in kept}
    for folder in ("originals", "acquisitions", "derived"):
        for path in sorted((case / folder).rglob("*")):
            if path.is_file():
                found[str(path.relative_to(case))] = path.read_bytes()
    return found


def test_cancelling_at_any_step_takes_nothing_in_and_uses_no_number(
    new_case: Path, received: Path, home: Home, take: TakeIn
) -> None:
    before = state_of(new_case)
    with write_case(new_case, home, ACTOR) as case, pytest.raises(Cancelled):
        take_in(case, [received], HandOver("x"), Job(cancelled=lambda: True))
    last = 0
    for at in range(1, 60):
        left = at

        def due() -> bool:
            nonlocal left
            left -= 1
            return left < 0

        try:
            take(new_case, received, job=Job(cancelled=due))
        except Cancelled:
            assert state_of(new_case) == before
            assert items_of(new_case, home) == []
        else:
            last = at
            break
    assert last > 5
    assert next(item.number for item in items_of(new_case, home)) == "ITEM-0001"
    assert verify_path(new_case, home, Job()).ok


def test_a_full_disk_takes_nothing_in(
    new_case: Path, received: Path, home: Home, take: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(new_case)

    def full(fd: int, data: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(durable_module, "write_all", full)
        with pytest.raises(StorageError, match="No space left"):
            take(new_case, received)
    assert state_of(new_case) == before
    take(new_case, received)
    assert len(items_of(new_case, home)) == 4


def test_a_copy_that_does_not_read_back_equal_is_refused(
    new_case: Path, received: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = originals_module.flush_batch

    def damage(folder: Path, files: list[Path]) -> None:
        real(folder, files)
        copies = sorted(folder.glob("*.copy"))
        if copies:
            copies[-1].write_bytes(b"another")

    before = state_of(new_case)
    monkeypatch.setattr(originals_module, "flush_batch", damage)
    with write_case(new_case, home, ACTOR) as case, pytest.raises(StorageError, match="did not read back equal"):
        take_in(case, [received], HandOver("x"), Job(), workers=1)
    assert state_of(new_case) == before


def test_a_source_written_to_meanwhile_is_reported(tmp_path: Path, new_case: Path, home: Home, take: TakeIn) -> None:
    source = tmp_path / "growing.txt"
    source.write_bytes(b"x" * (3 << 20))
    grown = False

    def grow(done: int, total: int, what: str) -> None:
        nonlocal grown
        if done and not grown:
            grown = True
            with source.open("ab") as stream:
                stream.write(b"more")

    take(new_case, source, job=Job(report=grow))
    (item,) = items_of(new_case, home)
    assert any("written to while it was copied" in warning for warning in item.warnings)


def test_a_damaged_original_is_not_taken_for_the_same_content_again(
    filled_case: Path, received: Path, home: Home, take: TakeIn
) -> None:
    item = items_of(filled_case, home)[0]
    path = filled_case / "originals" / item.digests.sha256[:2] / item.digests.sha256
    with write_case(filled_case, home, ACTOR) as case:
        path.chmod(0o644)
        path.write_bytes(b"Second note about the car!")
        with pytest.raises(StorageError, match="already kept under this digest was changed"):
            take_in(case, [received / "again.txt"], HandOver("x"), Job(), workers=1)


@pytest.mark.parametrize("given", ["missing", "case", "inside", "above", "empty"])
def test_paths_that_cannot_be_taken_in_change_nothing(
    given: str, tmp_path: Path, new_case: Path, home: Home, take: TakeIn
) -> None:
    (tmp_path / "empty").mkdir()
    paths = {
        "missing": tmp_path / "nothing-here",
        "case": new_case,
        "inside": new_case / "originals",
        "above": tmp_path,
        "empty": tmp_path / "empty",
    }
    before = state_of(new_case)
    with pytest.raises(UsageError):
        take(new_case, paths[given])
    assert state_of(new_case) == before


def test_overlapping_paths_give_each_file_once(received: Path, new_case: Path, take: TakeIn) -> None:
    taken = take(new_case, received, received / "phone", received / "again.txt")
    assert len(taken.items) == 4


def test_a_source_is_needed(new_case: Path, received: Path, home: Home) -> None:
    with write_case(new_case, home, ACTOR) as case, pytest.raises(UsageError, match="source is empty"):
        take_in(case, [received], HandOver("  "), Job())


def test_a_folder_that_cannot_be_listed_is_refused_by_name(
    tmp_path: Path, new_case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "deep"
    (folder / "locked").mkdir(parents=True)
    real = os.scandir

    def scandir(path: bytes) -> object:
        if path.endswith(b"locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("evidencekit.custody.deep.os.scandir", scandir)
    found, refused = survey([folder], new_case)
    assert found == []
    assert refused[0].path == "locked"
    assert "could not be listed (Permission denied)" in refused[0].why


def test_a_tree_deeper_than_the_system_takes_in_one_piece(tmp_path: Path, new_case: Path, home: Home) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    os.mkdir("deep", dir_fd=folder)
    for name in ("deep", *(f"level-{n:03d}-of-a-long-name" for n in range(220))):
        if name != "deep":
            os.mkdir(name, dir_fd=folder)
        below = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    last = os.open("the-one-file.txt", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
    os.write(last, b"still evidence")
    os.close(last)
    os.close(folder)
    with write_case(new_case, home, ACTOR) as case:
        taken = take_in(case, [tmp_path / "deep"], HandOver("x"), Job(), workers=1)
    assert [(item.name, item.size) for item in taken.items] == [("the-one-file.txt", 14)]
    assert len(taken.items[0].received_path) > 4096
    assert verify_path(new_case, home, Job()).ok


def test_second_acquisition_counts_on_and_notes_what_repeats(
    filled_case: Path, received: Path, home: Home, take: TakeIn
) -> None:
    taken = take(filled_case, received / "phone")
    assert [(item.number, item.duplicate_of) for item in taken.items] == [
        ("ITEM-0005", "ITEM-0001"),
        ("ITEM-0006", "ITEM-0003"),
    ]
    assert taken.acquisition == 2
    acts = [json.loads(line)["act"] for line in (filled_case / "ledger.jsonl").read_text().splitlines()]
    assert acts == ["create", "key-add", "acquire", "duplicate", "acquire", "duplicate"]


def test_the_case_is_open_for_one_writer_only(new_case: Path, home: Home) -> None:
    with write_case(new_case, home, ACTOR) as case:
        assert isinstance(case, Case)
        with pytest.raises(BusyError, match="Another window or command"):
            write_case(new_case, home, ACTOR)
    write_case(new_case, home, ACTOR).close()
