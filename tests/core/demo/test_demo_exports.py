"""What the synthetic case's exports tell of, read by the program's own readers, is what the story says it is; and the
whole job finds what was planted, no more and no less."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from evidencekit.demo import Story
from evidencekit.demo.assembly import assemble
from evidencekit.demo.plan import Wanted
from evidencekit.demo.timeline import local
from evidencekit.demo.tour import Tour
from evidencekit.job import Job
from evidencekit.media.contacts import contacts_in
from evidencekit.media.forms import form_of
from evidencekit.media.messages.reader import MessagesReader
from evidencekit.media.protocol import Source
from evidencekit.media.readers import reader_for
from evidencekit.model import Contact, Context, Kind, Reading, Zone

Read = Callable[[str], tuple[Reading, list[Contact]]]
NO = local("2026-02-11 18:43")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Wanted]:
    return {each.key: each for each in assemble(84, 417, tmp_path_factory.mktemp("scratch"))}


@pytest.fixture
def read(received: tuple[Path, Story], wanted: dict[str, Wanted], tmp_path: Path) -> Read:
    """Reads an export by its key, with the answers that the story gives."""

    def reads(key: str) -> tuple[Reading, list[Contact]]:
        folder, story = received
        path, name = folder / wanted[key].path, wanted[key].shown
        if wanted[key].member:
            with zipfile.ZipFile(path) as archive:
                path = Path(archive.extract(wanted[key].member, tmp_path))
        answers = tuple(pair for each in story.answers if each.path == name for pair in each.answers)
        media_type = {".xml": "application/xml", ".txt": "text/plain", ".csv": "text/csv"}[path.suffix]
        context = Context(answers=answers)
        form = form_of(media_type, path.read_bytes()[:65_536], name, context)
        source = Source(path, name, media_type, story.case.timezone, context, form)
        reading = MessagesReader().read(source, tmp_path / "out", Job())
        assert reading.contacts is not None
        return reading, list(contacts_in(reading.contacts))

    return reads


@pytest.mark.parametrize("key", ["sms", "sms-later", "call-list", "call-list-later", "chat", "cdr"])
def test_every_contact_of_an_export_is_read_at_its_instant(key: str, read: Read, wanted: dict[str, Wanted]) -> None:
    reading, contacts = read(key)
    assert reading.warnings == ()
    told = Counter(int(each.at.timestamp()) // 60 for each in wanted[key].tells)
    assert Counter(int(datetime.fromisoformat(each.when or "").timestamp()) // 60 for each in contacts) == told
    assert {each.zone for each in contacts} == {Zone.ASSUMED if key == "chat" else Zone.STATED}


def test_exports_reach_from_winter_into_summer_time_and_past_the_order(read: Read) -> None:
    for key in ("sms", "call-list", "chat", "cdr"):
        times = [each.when or "" for each in read(key)[1]]
        assert {time[-6:] for time in times} == {"-08:00", "-07:00"}, key
        assert min(times) < "2026-02-11" < "2026-02-20" < max(times), key


def test_emoji_are_written_as_two_halves_and_read_as_one(received: tuple[Path, Story], read: Read) -> None:
    folder, _ = received
    raw = b"".join(path.read_bytes() for path in sorted(folder.glob("phone/SMSBackupRestore/sms-*.xml")))
    assert re.search(rb"&#5535\d;&#5\d{4};", raw)
    assert raw.isascii()
    bodies = " ".join(each.body or "" for each in read("sms")[1])
    assert "\N{ROSE}" in bodies
    assert "\N{HOUSE BUILDING} Third floor.\nThe one with the plant." in bodies


def test_calls_were_missed_rejected_answered_and_left_on_the_mailbox(read: Read) -> None:
    contacts = read("call-list")[1]
    assert Counter(each.answered for each in contacts)[True] == 3
    assert {"missed", "rejected"} <= {each.note for each in contacts}
    assert any(each.channel.value == "voicemail" for each in contacts)


def test_pictures_of_messages_come_out_of_the_exports(read: Read, received: tuple[Path, Story]) -> None:
    reading, contacts = read("sms")
    named = [name for each in contacts for name in each.attachments]
    assert sorted(named) == sorted(child.name for child in reading.children)
    assert len(named) == 3
    folder, story = received
    with zipfile.ZipFile(folder / story.members[0].rpartition("/")[0]) as archive:
        held = set(archive.namelist())
    files = {name for each in read("chat")[1] for name in each.attachments}
    assert len(files) == 2
    assert files < held


def test_she_writes_nothing_to_him_after_the_no(read: Read) -> None:
    for key in ("sms", "sms-later", "chat"):
        for each in read(key)[1]:
            if each.outgoing and datetime.fromisoformat(each.when or "") > NO:
                assert each.recipients == ("+15550133302",)  # the building's security


@pytest.mark.parametrize(
    ("key", "media_type", "kind", "at"),
    [
        ("heic", "image/heic", Kind.IMAGE, "2026-03-20T12:41:00-07:00"),
        ("film", "video/mp4", Kind.VIDEO, "2026-03-18T01:12:00+00:00"),
        (
            "castellano",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Kind.DOCUMENT,
            "2026-03-13T01:12:00+00:00",
        ),
    ],
)
def test_the_new_kinds_are_read_without_a_warning(
    key: str,
    media_type: str,
    kind: Kind,
    at: str,
    received: tuple[Path, Story],
    wanted: dict[str, Wanted],
    tmp_path: Path,
) -> None:
    source = Source(received[0] / wanted[key].path, wanted[key].path, media_type, "America/Los_Angeles")
    reading = reader_for(media_type).read(source, tmp_path, Job())
    assert (reading.kind, reading.warnings) == (kind, ())
    assert reading.moments[0].value == at


def test_the_tour_finds_what_was_planted(tour: Tour) -> None:
    assert tour.as_planted, (tour.unexpected, tour.missing, tour.verdict)
    assert tour.pages > 20


def test_the_tour_counts_the_contacts_that_were_told_of(tour: Tour) -> None:
    assert tour.story is not None
    assert tour.counted is not None
    assert tour.contacts is not None
    due = tour.story.planted.contacts
    assert (tour.counted.total, tour.counted.after_order_served) == (due.total, due.after_order_served)
    assert 0 < due.after_order_served < due.after_no < due.to_victim
    with tour.contacts.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == due.total
    assert sum(row["Order served"] == "after" for row in rows) == due.after_order_served
