"""Mailboxes: each message a child, quoting undone, in pieces."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidencekit.errors import ReaderError
from evidencekit.job import Job
from evidencekit.media import mbox as module
from evidencekit.media.mbox import MboxReader
from evidencekit.media.protocol import Source
from evidencekit.model import Kind, Reading
from evidencekit.printing.paper import PaperName, sheet


def read(folder: Path, data: bytes) -> Reading:
    path = folder / "mail.mbox"
    path.write_bytes(data)
    return MboxReader().read(Source(path, "mail.mbox", "application/mbox", "UTC"), folder / "out", Job())


def mail(number: int, body: bytes = b"hi\n") -> bytes:
    head = f"From: d@example.org\nSubject: =?utf-8?Q?n=C2=BA?= {number}\nDate: Tue, 6 Jan 2026 07:12:00 -0800\n\n"
    return head.encode() + body


def mailbox(*mails: bytes, line_end: bytes = b"\n") -> bytes:
    whole = b"".join(b"From d@example.org Tue Jan  6 07:12:00 2026\n" + each + b"\n" for each in mails)
    return whole.replace(b"\n", line_end)


def test_each_message_is_a_child(tmp_path: Path) -> None:
    reading = read(tmp_path, mailbox(mail(1), mail(2), mail(3)))
    assert reading.kind is Kind.EMAIL
    assert [child.name for child in reading.children] == [f"message 000{n}.eml" for n in (1, 2, 3)]
    assert [child.path.read_bytes() for child in reading.children[:2]] == [mail(1), mail(2)]
    assert next(fact.value for fact in reading.facts if fact.name == "messages") == 3
    assert reading.text is not None
    assert "message 0002.eml\tTue, 6 Jan 2026 07:12:00 -0800\td@example.org\tnº 2" in reading.text.read_text("utf-8")
    assert reading.contacts is None  # the messages are the contacts


def test_quoting_is_undone_and_words_that_only_look_like_a_beginning_stay(tmp_path: Path) -> None:
    body = b">From here on\n>>From twice\n> From apart\n\nFrom the start I saw you\nFrom: not a header of a new one\n"
    reading = read(tmp_path, mailbox(mail(1, body), mail(2)))
    first = reading.children[0].path.read_bytes()
    assert len(reading.children) == 2
    assert b"\nFrom here on\n>From twice\n> From apart\n\nFrom the start I saw you\n" in first
    assert next(fact.value for fact in reading.facts if fact.name == "quoted_lines") == 2


def test_windows_line_ends(tmp_path: Path) -> None:
    reading = read(tmp_path, mailbox(mail(1), mail(2), line_end=b"\r\n"))
    assert reading.children[0].path.read_bytes() == mail(1).replace(b"\n", b"\r\n")
    assert len(reading.children) == 2


@pytest.mark.parametrize("chunk", [5_000, 7_919, 20_000])
def test_the_pieces_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(module, "_CHUNK", chunk)
    mails = [mail(n, (b"line of words\n" * (n * 37 % 400)) + b"x" * (n * 911 % 9_000) + b"\n") for n in range(1, 60)]
    reading = read(tmp_path, mailbox(*mails))
    assert [child.path.read_bytes() for child in reading.children[:-1]] == mails[:-1]
    assert reading.children[-1].path.read_bytes().rstrip() == mails[-1].rstrip()


def test_too_many_messages_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_MESSAGES", 4)
    reading = read(tmp_path, mailbox(*[mail(n) for n in range(10)]))
    assert len(reading.children) == 4
    assert any("6 of 10 messages were not taken out" in warning for warning in reading.warnings)


def test_no_message_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReaderError):
        read(tmp_path, b"From nobody\nno header here\n")


def test_the_list_is_printed(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(mailbox(mail(1), mail(2)))
    source = Source(tmp_path / "m", "m.mbox", "application/mbox", "UTC")
    pages = MboxReader().pages(source, sheet(PaperName.LETTER), tmp_path / "out", Job())
    assert (pages.count, pages.whole) == (1, False)
