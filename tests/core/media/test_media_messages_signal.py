"""What tools export of Signal: JSON lines and Markdown of one, plain text of another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.forms import form_of
from evidencekit.media.messages.reader import MessagesReader
from evidencekit.media.protocol import Source
from evidencekit.model import Channel, Contact, Context, Reading, Zone

ZONE = "America/Los_Angeles"


def read(folder: Path, text: str, name: str, **answers: str) -> tuple[Reading, list[Contact]]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "export"
    path.write_text(text, encoding="utf-8", newline="")
    media_type = "application/json" if name.endswith("json") else "text/plain"
    form = form_of(media_type, text.encode(), name, Context())
    source = Source(path, name, media_type, ZONE, Context(answers=tuple(answers.items())), form)
    reading = MessagesReader().read(source, folder / "out", Job())
    assert reading.contacts is not None
    return reading, list(contacts_in(reading.contacts))


def row(date: str, sender: str, body: str, **more: Any) -> str:
    known = {
        "date": date,
        "sender": sender,
        "body": body + "  ",
        "quote": "",
        "sticker": "",
        "reactions": [],
        "attachments": [],
    }
    return json.dumps({**known, **more}, ensure_ascii=False) + "\n"


def test_json_lines_of_one_conversation(tmp_path: Path) -> None:
    lines = row("2026-01-06T07:12:00.123000", "Danny", "I see you 😉\nhere")
    lines += row("2026-01-06T07:13:00", "Me", "", attachments=[{"name": "a.jpg", "path": "media/a.jpg"}])
    lines += row("2026-01-06T07:14:00", "Danny", "Missed voice call", call=True)
    lines += row("2026-01-06T07:15:00", "Me", "Outgoing voice call (accepted, 1m 12s)")
    lines += row("2026-01-06T07:16:00", "Danny", "gone", deleted=True, reactions=[["Mara", "👍"]])
    reading, found = read(tmp_path, lines, "data.json")
    assert [(each.sender, each.recipients, each.outgoing, each.body) for each in found] == [
        ("Danny", (), False, "I see you 😉\nhere"),
        ("", ("Danny",), True, None),
        ("Danny", (), False, None),
        ("", ("Danny",), True, None),
        ("Danny", (), False, "gone"),
    ]
    assert found[0].when == "2026-01-06T07:12:00.123-08:00"
    assert found[0].zone is Zone.ASSUMED
    assert found[1].attachments == ("a.jpg",)
    assert [(each.channel, each.answered, each.seconds) for each in found[2:4]] == [
        (Channel.CALL, False, None),
        (Channel.CALL, True, 72.0),
    ]
    assert found[4].note == "reactions: Mara 👍; deleted"
    assert {each.thread for each in found} == {"Danny"}
    assert reading.warnings == ()


def test_a_broken_line_is_said_and_the_rest_read(tmp_path: Path) -> None:
    lines = (
        row("2026-01-06T07:12:00", "Danny", "a") + '{"date": "2026-01-0\n' + row("1970-01-01T00:00:00", "Danny", "b")
    )
    reading, found = read(tmp_path, lines, "data.json")
    assert [(each.body, each.when is None) for each in found] == [("a", False), ("b", True)]
    assert any("Lines that are no entries, damaged or broken off: 1." in warning for warning in reading.warnings)
    assert any("no time that can be read" in warning for warning in reading.warnings)


def test_markdown_of_the_same_tool(tmp_path: Path) -> None:
    text = "[2026-01-06 07:12:00] Danny: I see you  \n\nsecond: line  \n(- Mara: 👍 -)\n\n"
    text += "[2026-01-06 07:13:00] Me: ![a.jpg](./media/a.jpg)  \n\n"
    text += "[2026-01-06 07:14:00] Danny: (This message was deleted)\n\n"
    _, found = read(tmp_path, text, "Danny/chat.md")
    assert [(each.body, each.outgoing, each.note, each.attachments) for each in found] == [
        ("I see you\n\nsecond: line", False, "reactions: Mara: 👍", ()),
        (None, True, "", ("a.jpg",)),
        (None, False, "deleted", ()),
    ]


def test_plain_text_of_the_other_tool(tmp_path: Path) -> None:
    text = '[Jan 06, 2026 07:12:00] <Danny> I see you\nsecond\n[Jan 06, 2026 07:13:00] *** <Mara> sent file "a.jpg"\n'
    text += "[Jul 06, 2026 07:14:00] *** Danny called you\n"
    reading, found = read(tmp_path, text, "Danny (_id3).txt")
    assert [(each.sender, each.body, each.attachments, each.outgoing) for each in found] == [
        ("Danny", "I see you\nsecond", (), None),
        ("Mara", None, ("a.jpg",), None),
    ]
    assert found[0].thread == "Danny"
    assert any("Lines of the app itself" in warning for warning in reading.warnings)
    assert [choice for question in reading.questions if question.key == "owner" for choice, _ in question.choices] == [
        "Danny",
        "Mara",
    ]
    _, told = read(tmp_path / "told", text, "Danny (_id3).txt", owner="Mara", zone="Europe/Berlin")
    assert [each.outgoing for each in told] == [False, True]
    assert told[0].when == "2026-01-06T07:12:00+01:00"


@pytest.mark.parametrize(
    ("media_type", "text", "name"),
    [
        ("application/json", '{"date": "2026-01-06", "sender": "x"}', "data.json"),
        ("text/markdown", "[2026-01-06 07:12:00] Danny: hi", "notes.md"),
        ("text/plain", "[Jan 06, 2026] <Danny> hi", "x.txt"),
    ],
)
def test_what_only_looks_alike(media_type: str, text: str, name: str) -> None:
    assert not form_of(media_type, text.encode(), name, Context()).startswith("signal")
