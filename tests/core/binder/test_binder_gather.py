"""What of a real case's items is fit to be printed in a filing."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit import edits
from evidencekit.binder.formats import basis_words, channel_words, codec_words, format_words, rate_words
from evidencekit.binder.gather import days, gather, handlings, when_words
from evidencekit.binder.values import BinderInput, BoundItem
from evidencekit.binder.words import parts
from evidencekit.casefile import Case, write_case
from evidencekit.custody.keys import Home
from evidencekit.model import Digests, Item, Kind, Moment, Status, Zone
from evidencekit.profile import load_profile

ACTOR = "A. Rivera, victim-witness unit"
ZONE = "America/Los_Angeles"
Take = Callable[..., object]


@pytest.fixture
def case(new_case: Path, home: Home, take: Take, tmp_path: Path) -> Iterator[Case]:
    """A photograph with GPS and serial number, a recording, an e-mail, an encrypted-looking text and odd names."""
    from PIL import Image

    from evidencekit.demo.photos import PHONE, jpeg, photo_exif
    from evidencekit.demo.speech import voice, write_sound

    folder = tmp_path / "received"
    folder.mkdir()
    at = datetime.fromisoformat("2026-02-11T18:36:11-08:00")
    picture = Image.linear_gradient("L").convert("RGB")
    (folder / "a.jpg").write_bytes(jpeg(picture, photo_exif(PHONE, at, 1, (47.123456, -122.654321)), 1))
    write_sound(folder / "b.m4a", voice(1.0, random.Random(1)), "2026-02-12T10:14:09Z", "Voicemail")
    (folder / "c.eml").write_bytes(
        b"From: M <m@example.net>\r\nTo: j@example.com\r\nSubject: Hello\r\nMessage-ID: <1@example.net>\r\n"
        b"Date: Tue, 10 Mar 2026 09:00:00 -0700\r\n\r\nHello.\r\n"
    )
    (folder / "d\u202egpj.txt").write_text("plain words\n", "utf-8")
    take(new_case, folder)
    with write_case(new_case, home, ACTOR) as opened:
        profile = load_profile("default")
        for number in ("1", "2", "3", "4"):
            edits.mark_exhibit(opened, [number], profile, title=f"Title {number}", witness="J. D.")
        yield opened


def only(binder: BinderInput, label: str) -> BoundItem:
    (item,) = next(exhibit for exhibit in binder.exhibits if exhibit.label == label).items
    return item


def test_a_photograph_tells_its_size_and_camera_never_its_place_or_serial_number(case: Case) -> None:
    item = only(gather(case), "1")
    assert item.facts == (
        ("Size in pixels", "256 × 256"),
        ("Camera make", "Lumen"),
        ("Camera model", "Lumen P7"),
        ("Software", "OS 18.2"),
    )
    assert item.when == "11 Feb 2026, 18:36:11 PST (UTC−8)"
    assert item.when_basis == "taken from the picture’s own data (EXIF DateTimeOriginal); zone stated in the file"
    for secret in ("47.1", "122.6", "LP7-0417", str(case.folder.parent / "received")):
        assert secret not in repr(dataclasses.replace(item, original=Path("x")))


def test_a_recording_and_an_email_tell_what_people_need(case: Case) -> None:
    binder = gather(case)
    assert dict(only(binder, "2").facts) == {"Codec": "AAC", "Sample rate": "16 kHz", "Channels": "1 (mono)"}
    assert only(binder, "2").when_basis == "container creation time (mvhd), UTC by the format"
    assert dict(only(binder, "3").facts) == {
        "From": "M <m@example.net>",
        "To": "j@example.com",
        "Subject": "Hello",
        "Message-ID": "<1@example.net>",
    }
    assert "the sender’s program claims" in only(binder, "3").when_basis


def test_a_deceiving_name_is_shown_and_nothing_is_said_of_what_is_not(case: Case) -> None:
    item = only(gather(case), "4")
    assert item.name == "d\\u{202e}gpj.txt"
    assert item.facts == ()  # not encrypted, no active content, no page count: nothing to say
    assert (item.when, item.when_basis) == ("", "")


def test_a_person_s_time_is_said_to_be_theirs(case: Case) -> None:
    edits.describe(case, "4", when="early March 2026")
    edits.describe(case, "1", when="2026-02-12T07:00")
    binder = gather(case)
    assert only(binder, "4").when == "early March 2026"
    assert only(binder, "1").when == "12 Feb 2026, 07:00 PST (UTC−8)"
    for label in ("1", "4"):
        assert only(binder, label).when_basis == "stated by a person, not read from the file"


def test_several_items_span_days_and_a_withdrawn_exhibit_shows_nothing(case: Case) -> None:
    profile = load_profile("default")
    edits.mark_exhibit(case, ["3", "1", "4"], profile, title="Together")
    edits.withdraw_exhibit(case, "2")
    binder = gather(case)
    together, withdrawn = binder.exhibits[4], binder.exhibits[1]
    assert together.when == "11 Feb – 10 Mar 2026"
    assert [item.number for item in together.items] == ["ITEM-0003", "ITEM-0001", "ITEM-0004"]
    assert (withdrawn.status, withdrawn.items, withdrawn.when) == (Status.WITHDRAWN, (), "")
    assert all(exhibit.dates[0][0] is Status.MARKED for exhibit in binder.exhibits)


def test_handlings_are_the_ledger_s_lines_of_each_item_in_order(case: Case) -> None:
    binder = gather(case)
    told = handlings(case, binder, case.size)
    assert set(told) == {f"ITEM-000{n}" for n in range(1, 5)}
    for each in told.values():
        assert [handling.act for handling in each] == ["acquire", "exhibit"]
        assert [handling.line for handling in each] == sorted(handling.line for handling in each)
        assert each[0].actor == ACTOR
    first = min(handling.line for each in told.values() for handling in each if handling.act == "exhibit")
    assert all(handling.line < first for each in handlings(case, binder, first - 1).values() for handling in each)


def item(*moments: Moment) -> Item:
    return Item("ITEM-0001", "a", "a", 1, Digests("", ""), Kind.IMAGE, "image/png", True, 1, "", moments=moments)


def test_the_time_of_a_satellite_does_not_name_the_tags_of_the_place() -> None:
    moment = Moment("2026-02-11T18:36:11+00:00", "", "exif GPSDateStamp, GPSTimeStamp", Zone.STATED)
    when, basis = when_words(item(moment), ZONE)
    assert when == "11 Feb 2026, 10:36:11 PST (UTC−8)"
    assert basis == "satellite time in the picture’s own data (EXIF); zone stated in the file"


@pytest.mark.parametrize(
    ("basis", "zone", "words"),
    [
        (
            "exif DateTime",
            Zone.NONE,
            "when the file was last changed, from the picture’s own data (EXIF DateTime); no zone in the file",
        ),
        (
            "png tIME, UTC by the format",
            Zone.ASSUMED,
            "when the file was last changed, from the picture’s own data (PNG tIME), UTC by the format",
        ),
        (
            "pdf info /CreationDate",
            Zone.STATED,
            "when the PDF file was made, from its own data (PDF CreationDate); zone stated in the file",
        ),
        (
            "mail Received, hop 1 of 2",
            Zone.STATED,
            "when a mail server received it (e-mail header Received, hop 1 of 2); zone stated in the file",
        ),
        ("mvhd creation time, UTC by the format", Zone.ASSUMED, "container creation time (mvhd), UTC by the format"),
        (
            "container tag {0.__class__}",
            Zone.NONE,
            "taken from the recording’s own data (container tag {0.__class__}); no zone in the file",
        ),
        ("somewhere new", Zone.ASSUMED, "somewhere new; zone assumed"),
    ],
)
def test_where_a_time_was_read_is_said_in_words(basis: str, zone: Zone, words: str) -> None:
    assert basis_words(basis, zone) == words


def test_formats_are_named_for_people() -> None:
    assert format_words(Kind.AUDIO, "audio/mp4") == "MPEG-4 audio (audio/mp4)"
    assert format_words(Kind.IMAGE, "image/jpeg") == "JPEG image (image/jpeg)"
    assert format_words(Kind.IMAGE, "image/x-odd") == "Image (image/x-odd)"
    assert [codec_words(name) for name in ("mp3", "pcm_s16le", "pcm_f32le", "odd")] == [
        "MP3",
        "PCM, 16 bit",
        "PCM, 32 bit floating point",
        "odd",
    ]
    assert [rate_words(rate) for rate in (44_100, 8_000, 11_025.0, 900)] == [
        "44.1 kHz",
        "8 kHz",
        "11.025 kHz",
        "900 Hz",
    ]
    assert [channel_words(count) for count in (1, 2, 6)] == ["1 (mono)", "2 (stereo)", "6"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("4 Mar 2026", "4 Mar 2026", "4 Mar 2026"),
        ("4 Mar 2026", "5 Mar 2026", "4–5 Mar 2026"),
        ("8 Jan 2026", "10 Feb 2026", "8 Jan – 10 Feb 2026"),
        ("22 Dec 2025", "10 Feb 2026", "22 Dec 2025 – 10 Feb 2026"),
        ("early March 2026", "10 Mar 2026", "early March 2026 to 10 Mar 2026"),
    ],
)
def test_two_days_are_said_as_one_span(first: str, last: str, said: str) -> None:
    assert days(first, last) == said


@given(st.text(st.sampled_from("0123456789 abMarFeb–\u00a0é")))
def test_parts_lose_no_word(text: str) -> None:
    assert "".join("".join(parts(text)).split()) == "".join(text.split())


def test_a_date_is_one_part() -> None:
    assert parts("Excluded 15 Jun 2026") == ["Excluded", "15 Jun 2026"]
    assert parts("12–22 Feb 2026") == ["12–22 Feb 2026"]
    assert parts("22 Dec 2025 – 10 Feb 2026") == ["22 Dec 2025 –", "10 Feb 2026"]
    assert parts("8 Jan – 10 Feb 2026") == ["8 Jan –", "10 Feb 2026"]
