"""Archives and mail through the whole way in: paths, contacts, depth, and cases that were taken in by older readers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from concurrent.futures import Future
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from evidencekit import inside, intake
from evidencekit.casefile import read_case, write_case
from evidencekit.catalog import items
from evidencekit.custody.keys import Home
from evidencekit.inside import Allowance
from evidencekit.job import Job
from evidencekit.media.contain import Readers
from evidencekit.model import Child, Item, Kind, Reading
from evidencekit.reread import reread_items

ACTOR = "A. Rivera"
TakeIn = Callable[..., Any]


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Danny <d@example.org>", "m@example.net"
    message["Date"], message["Message-ID"] = "Tue, 6 Jan 2026 07:12:00 -0800", "<1@example.org>"
    message.set_content("I see you\n")
    message.add_attachment(b"attached words", maintype="text", subtype="plain", filename="note.txt")
    return message.as_bytes()


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 6, 7, 12, 4)), data)
    return out.getvalue()


def phone(folder: Path) -> Path:
    folder.mkdir()
    box = b"From d@example.org Tue Jan  6 07:12:00 2026\n" + mail() + b"\n"
    nested = zipped(("deep/one.txt", b"one"), ("../two.txt", b"two"))
    data = zipped(("chat/a.txt", b"words"), ("mail/x.eml", mail()), ("box.mbox", box), ("nested.zip", nested))
    (folder / "phone.zip").write_bytes(data)
    return folder


def held(case: Path, home: Home) -> dict[str, Item]:
    with read_case(case, home) as opened, opened.catalog.read() as connection:
        return {item.received_path: item for item in items.all_items(connection)}


PATHS = [
    "phone.zip",
    "phone.zip/box.mbox",
    "phone.zip/box.mbox/message 0001.eml",
    "phone.zip/box.mbox/message 0001.eml/note.txt",
    "phone.zip/chat/a.txt",
    "phone.zip/mail/x.eml",
    "phone.zip/mail/x.eml/note.txt",
    "phone.zip/nested.zip",
    "phone.zip/nested.zip/deep/one.txt",
    "phone.zip/nested.zip/\u2024\u2024/two.txt",
]


def test_everything_inside_becomes_an_item_under_its_path(
    new_case: Path, tmp_path: Path, take: TakeIn, home: Home
) -> None:
    take(new_case, phone(tmp_path / "in"))
    found = held(new_case, home)
    assert sorted(found) == PATHS
    by_number = {item.number: item for item in found.values()}
    for path, item in found.items():
        parent = by_number.get(item.parent or "")
        assert path == (f"{parent.received_path}/{item.name}" if parent else item.name)
    assert {found["phone.zip"].kind, found["phone.zip/nested.zip"].kind} == {Kind.ARCHIVE}
    assert found["phone.zip/box.mbox"].kind is Kind.EMAIL
    with read_case(new_case, home) as opened:
        sources = {record.received_path: record.source for record in opened.checked.items}
    assert sources["phone.zip/chat/a.txt"]["mtime_local"] == "2026-01-06T07:12:04"


class _Old(Readers):
    """Readers as they were before archives were opened."""

    def submit(self, *arguments: Any, **named: Any) -> Future[Reading]:
        future: Future[Reading] = Future()
        future.set_result(Reading(Kind.OTHER, "application/zip", True, "other", "1"))
        del arguments, named
        return future


def test_an_old_case_gains_the_members_once(
    new_case: Path, tmp_path: Path, take: TakeIn, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(intake, "Readers", _Old)
        take(new_case, phone(tmp_path / "in"))
    assert [(path, item.kind) for path, item in held(new_case, home).items()] == [("phone.zip", Kind.OTHER)]
    with write_case(new_case, home, ACTOR) as case:
        assert len(reread_items(case, None, Job())) == len(PATHS)
    found = held(new_case, home)
    assert sorted(found) == PATHS
    assert found["phone.zip"].kind is Kind.ARCHIVE
    with write_case(new_case, home, ACTOR) as case:
        reread_items(case, None, Job())
    assert sorted(held(new_case, home)) == PATHS


def test_a_nest_of_archives_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "MOST", 5)
    monkeypatch.setattr(inside, "FLOOR", 1_000)
    (tmp_path / "x").write_bytes(bytes(100))
    children = tuple(Child(f"{n}.txt", tmp_path / "x") for n in range(4))
    reading = Reading(Kind.ARCHIVE, "application/zip", True, "archive", "1", children=children)
    allowance = Allowance()
    assert len(allowance.bounded(reading, 0, 7, 50).children) == 4
    second = allowance.bounded(reading, 1, 7, 50)
    assert [child.name for child in second.children] == ["0.txt"]
    assert "3 files were not taken out" in second.warnings[0]
    assert "1.txt, 2.txt, 3.txt" in second.warnings[0]
    assert len(allowance.bounded(reading, 0, 8, 1).children) == 4  # another received file
    assert allowance.bounded(reading, inside.DEEPEST, 9, 1).warnings == (inside.TOO_DEEP,)
