"""Times found in files become moments only when they are whole, and never more than was written."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidencekit.model import Moment, Zone
from evidencekit.moments import (
    epoch1904_moment,
    exif_moment,
    gps_moment,
    iso_moment,
    mail_moment,
    pdf_moment,
    rank,
    weekday_fault,
)

CORPUS = Path(os.environ.get("EVIDENCEKIT_CORPUS", Path(__file__).parents[2] / "../shared/corpus"))
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1000, 1, 2), datetime(9998, 12, 30), timezones=OFFSETS).map(
    lambda moment: moment.replace(microsecond=0)
)


def read(moment: Moment | None) -> tuple[str, Zone] | None:
    return None if moment is None else (moment.value, moment.zone)


@pytest.mark.parametrize(
    ("text", "offset", "subsec", "value", "zone", "as_found"),
    [
        ("2026:01:06 07:12:00", None, None, "2026-01-06T07:12:00", Zone.NONE, "2026:01:06 07:12:00"),
        ("2026:01:06 07:12:00", "-08:00", None, "2026-01-06T07:12:00-08:00", Zone.STATED, "2026:01:06 07:12:00 -08:00"),
        ("2026:01:06 07:12:00\0", "-08:00\0", "042 ", "2026-01-06T07:12:00.042-08:00", Zone.STATED, None),
        ("2026:01:06 07:12:00 -08:00", "+01:00", None, "2026-01-06T07:12:00-08:00", Zone.STATED, None),
        ("2026:01:06 07:12:00.5", None, "9", "2026-01-06T07:12:00.5", Zone.NONE, None),
        ("2026:01:06 07:12:00", "   :  ", None, "2026-01-06T07:12:00", Zone.NONE, "2026:01:06 07:12:00"),
        ("2026:01:06 07:12:00", "+19:00", None, "2026-01-06T07:12:00", Zone.NONE, "2026:01:06 07:12:00 +19:00"),
        ("2026:01:06  7: 2: 0", None, None, "2026-01-06T07:02:00", Zone.NONE, None),
        ("2026-01-06 07:12:00", None, "many", "2026-01-06T07:12:00", Zone.NONE, None),
        ("2026:01:06 07:12", None, "5", "2026-01-06T07:12", Zone.NONE, None),
        ("2026:01:06 07:12:00", "Z", None, "2026-01-06T07:12:00+00:00", Zone.STATED, None),
        ("2026:01:06 07:12:00", None, "1234567890", "2026-01-06T07:12:00.123456", Zone.NONE, None),
    ],
)
def test_exif(text: str, offset: str | None, subsec: str | None, value: str, zone: Zone, as_found: str | None) -> None:
    moment = exif_moment(text, basis="exif DateTimeOriginal", offset=offset, subsec=subsec)
    assert read(moment) == (value, zone)
    assert moment is not None
    assert moment.basis == "exif DateTimeOriginal"
    if as_found is not None:
        assert moment.as_found == as_found


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "",
        "2026:01:06",
        "2026:02:31 07:12:00",
        "2026:01:06 24:00:00",
        "2026:01:06 07:12:60",
        "2026:13:06 07:12:00",
        "06/01/2026 07:12:00",
        "2026:01:06 07:12:00 PST",
        "٢٠٢٦:٠١:٠٦ ٠٧:١٢:٠٠",
    ],
)
def test_exif_that_is_no_moment(text: str) -> None:
    assert exif_moment(text, basis="b", offset="-08:00", subsec="1") is None


@pytest.mark.parametrize(
    ("date", "time", "value"),
    [
        ("2026:01:06", "15:12:00", "2026-01-06T15:12:00+00:00"),
        ("2026:01:06", "[15, 12, 61/2]", "2026-01-06T15:12:30.5+00:00"),
        ("2026-01-06\0", "15:12:30.25", "2026-01-06T15:12:30.25+00:00"),
        ("2026:01:06", "15 12 0", "2026-01-06T15:12:00+00:00"),
        ("2026:01:06", "[0/0, 0/0, 0/0]", None),
        ("2026:01:06", "15:12", None),
        ("2026:01:06", "15:12:60", None),
        ("2026:01:06", "15/2:12:00", None),
        ("2026:01:06", "25:12:00", None),
        ("2026:02:30", "15:12:00", None),
        ("", "15:12:00", None),
        ("2026:01:06", "a:b:c", None),
    ],
)
def test_gps_is_utc_by_definition(date: str, time: str, value: str | None) -> None:
    assert read(gps_moment(date, time, basis="exif GPS")) == (None if value is None else (value, Zone.STATED))


@pytest.mark.parametrize(
    ("text", "value", "zone"),
    [
        ("D:20260106071200-08'00'", "2026-01-06T07:12:00-08:00", Zone.STATED),
        ("D:20260106071200-08'00", "2026-01-06T07:12:00-08:00", Zone.STATED),
        ("D:20260106071200+0530", "2026-01-06T07:12:00+05:30", Zone.STATED),
        ("D:20260106071200+05:30", "2026-01-06T07:12:00+05:30", Zone.STATED),
        ("D:20260106071200+5'30'", "2026-01-06T07:12:00+05:30", Zone.STATED),
        ("D:20260106071200-08", "2026-01-06T07:12:00-08:00", Zone.STATED),
        ("D:20260106071200Z", "2026-01-06T07:12:00+00:00", Zone.STATED),
        ("D:20260106071200Z00'00'", "2026-01-06T07:12:00+00:00", Zone.STATED),
        ("D:20260106071200+00'00'", "2026-01-06T07:12:00+00:00", Zone.STATED),
        ("20260106071200Z", "2026-01-06T07:12:00+00:00", Zone.STATED),
        ("D:20260106071200", "2026-01-06T07:12:00", Zone.NONE),
        ("D:202601060712", "2026-01-06T07:12", Zone.NONE),
        ("D:20260106071200-99'00'", "2026-01-06T07:12:00", Zone.NONE),
        ("D:19104052314150500", None, None),
        ("D:191040523141505", "2004-05-23T14:15:05", Zone.NONE),
        ("D:191040523141505-07'00'", "2004-05-23T14:15:05-07:00", Zone.STATED),
        ("2026-01-06T07:12:00Z", "2026-01-06T07:12:00+00:00", Zone.STATED),
        ("D:2026-01-06T07:12:00+01:00", "2026-01-06T07:12:00+01:00", Zone.STATED),
        ("Tue Jan  6 07:12:00 2026", "2026-01-06T07:12:00", Zone.NONE),
        ("Wed Jan  6 07:12:00 2026", None, None),
        ("Tue Jan 32 07:12:00 2026", None, None),
        ("D:20260106", None, None),
        ("D:2026010607", None, None),
        ("D:20260231071200Z", None, None),
        ("1/6/2026 7:12:00 AM", None, None),
        ("2017124", None, None),
        ("False", None, None),
        ("D:", None, None),
    ],
)
def test_pdf(text: str, value: str | None, zone: Zone | None) -> None:
    assert read(pdf_moment(text, basis="pdf CreationDate")) == (None if value is None else (value, zone))


@pytest.mark.parametrize(
    ("text", "value", "zone"),
    [
        ("Tue, 6 Jan 2026 07:12:00 -0800", "2026-01-06T07:12:00-08:00", Zone.STATED),
        ("6 Jan 2026 07:12 +0000", "2026-01-06T07:12+00:00", Zone.STATED),
        ("Tue, 06 Jan 2026 07:12:00 -0800 (Pacific (Standard) Time)", "2026-01-06T07:12:00-08:00", Zone.STATED),
        ("Tue,\r\n 6 Jan 2026 07:12:00 GMT", "2026-01-06T07:12:00+00:00", Zone.STATED),
        ("Tue, 6 Jan 2026 07:12:00 PST", "2026-01-06T07:12:00-08:00", Zone.STATED),
        ("Tue, 6 Jan 2026 07:12:00 -0000", "2026-01-06T07:12:00", Zone.NONE),
        ("Tue, 6 Jan 2026 07:12:00 XYZ", "2026-01-06T07:12:00", Zone.NONE),
        ("Tue, 6 Jan 2026 07:12:00", "2026-01-06T07:12:00", Zone.NONE),
        ("Tue, 6 Jan 2026 07:12:00 +2500", "2026-01-06T07:12:00", Zone.NONE),
        ("Tue, 6 Jan 26 07:12:00 -0800", "2026-01-06T07:12:00-08:00", Zone.STATED),
        ("Sat, 6 Jan 96 07:12:00 -0800", "1996-01-06T07:12:00-08:00", Zone.STATED),
        ("Thu, 6 Jan 104 07:12:00 -0800", "2004-01-06T07:12:00-08:00", Zone.STATED),
        ("from a by b with ESMTP id 7; Tue, 6 Jan 2026 07:12:01 -0800 (PST)", "2026-01-06T07:12:01-08:00", Zone.STATED),
        ("Tue, 6 Foo 2026 07:12:00 -0800", None, None),
        ("Tue, 31 Feb 2026 07:12:00 -0800", None, None),
        ("Tue, 6 Jan 2026", None, None),
        ("yesterday", None, None),
        ("", None, None),
        ("((((", None, None),
    ],
)
def test_mail(text: str, value: str | None, zone: Zone | None) -> None:
    assert read(mail_moment(text, basis="mail Date")) == (None if value is None else (value, zone))


def test_what_stands_behind_the_received_line_is_what_was_found() -> None:
    moment = mail_moment("from a by b; Tue, 6 Jan 2026 07:12:01 -0800 (PST)", basis="mail Received")
    assert moment is not None
    assert moment.as_found == "Tue, 6 Jan 2026 07:12:01 -0800 (PST)"


def test_a_semicolon_in_a_comment_parts_nothing() -> None:
    moment = mail_moment("from a by b; Tue, 6 Jan 2026 07:12:01 -0800 (a; b)", basis="mail Received")
    assert moment is not None
    assert moment.as_found == "Tue, 6 Jan 2026 07:12:01 -0800 (a; b)"


def test_a_weekday_that_contradicts_its_date_is_told_and_the_moment_stays() -> None:
    text = "Mon, 06 Jan 2026 07:12:00"
    assert weekday_fault(text) == "names Monday; 6 January 2026 is a Tuesday"
    assert read(mail_moment(text, basis="mail Date")) == ("2026-01-06T07:12:00", Zone.NONE)
    for sound in (
        "Tue, 06 Jan 2026 07:12:00",
        "tuesday 6 Jan 2026 07:12:00",
        "6 Jan 2026 07:12:00",
        "Xyz, 6 Jan 2026 07:12",
    ):
        assert weekday_fault(sound) is None


def test_container_epoch() -> None:
    moment = epoch1904_moment(3850798449, basis="mvhd creation time")
    assert moment == Moment(
        "2026-01-09T10:14:09+00:00", "3850798449", "mvhd creation time, UTC by the format", Zone.ASSUMED
    )
    assert epoch1904_moment(0, basis="b") is None
    assert epoch1904_moment(-5, basis="b") is None
    assert epoch1904_moment(2**63, basis="b") is None


@pytest.mark.parametrize(
    ("text", "value", "zone"),
    [
        ("2026-01-06T07:12:00-08:00", "2026-01-06T07:12:00-08:00", Zone.STATED),
        ("2026-01-06T07:12Z", "2026-01-06T07:12+00:00", Zone.STATED),
        ("2026-01-06T07:12:00.25-0800", "2026-01-06T07:12:00.25-08:00", Zone.STATED),
        ("20260106T071200Z", "2026-01-06T07:12:00+00:00", Zone.STATED),
        ("2026-01-06 07:12:00,5", "2026-01-06T07:12:00.5", Zone.NONE),
        ("2026-01-06", None, None),
        ("2026-01", None, None),
        ("2026", None, None),
        ("2026-01-06T07", None, None),
        ("2026-02-30T07:12:00Z", None, None),
        ("2026-01-06T24:00:00Z", None, None),
    ],
)
def test_iso(text: str, value: str | None, zone: Zone | None) -> None:
    assert read(iso_moment(text, basis="xmp CreateDate")) == (None if value is None else (value, zone))


@given(INSTANTS)
def test_every_instant_survives_each_form(instant: datetime) -> None:
    offset = instant.isoformat()[-6:]
    year = f"{instant.year:04d}"
    forms = [
        exif_moment(instant.strftime(f"{year}:%m:%d %H:%M:%S"), basis="b", offset=offset),
        iso_moment(instant.isoformat(), basis="b"),
        mail_moment(format_datetime(instant), basis="b"),
        pdf_moment(instant.strftime(f"D:{year}%m%d%H%M%S{offset[:3]}'{offset[4:]}'"), basis="b"),
    ]
    for moment in forms:
        assert moment is not None
        assert datetime.fromisoformat(moment.value) == instant
        assert moment.zone is Zone.STATED


@given(st.text(max_size=40), st.text(max_size=10), st.text(max_size=10))
def test_no_text_raises(text: str, more: str, other: str) -> None:
    for moment in (
        exif_moment(text, basis="b", offset=more, subsec=other),
        gps_moment(text, more, basis="b"),
        pdf_moment(text, basis="b"),
        mail_moment(text, basis="b"),
        iso_moment(text, basis="b"),
    ):
        assert moment is None or datetime.fromisoformat(moment.value)


@given(
    st.from_regex(r"(D:)?[12]\d{3}[0-3]\d[0-3]\d[0-2]\d[0-6]\d([0-6]\d)?(\.\d{1,3})?([-+Zz].{0,6})?", fullmatch=True)
)
def test_a_pdf_date_is_kept_or_refused_but_never_moved(text: str) -> None:
    moment = pdf_moment(text, basis="b")
    digits = text.removeprefix("D:")
    if moment is not None:
        assert moment.value[:16] == f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}"


def _moment(basis: str, zone: Zone = Zone.NONE, value: str = "2026-01-06T07:12:00") -> Moment:
    return Moment(value, value, basis, zone)


def test_capture_stands_before_modification() -> None:
    order = [
        _moment("exif DateTimeOriginal"),
        _moment("exif DateTimeDigitized"),
        _moment("exif GPS", Zone.STATED),
        _moment("container creation_time, UTC by the format", Zone.ASSUMED),
        _moment("something else", Zone.STATED),
        _moment("exif DateTime", Zone.STATED),
        _moment("xmp MetadataDate", Zone.STATED),
    ]
    assert rank(reversed(order)) == tuple(order)
    assert rank(order) == tuple(order)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("mail Date", "mail Received"),
        ("pdf CreationDate", "pdf ModDate"),
        ("xmp CreateDate", "xmp ModifyDate"),
        ("quicktime creationdate", "mvhd creation time"),
        ("exif DateTimeOriginal", "IFD0 DateTime"),
        ("mvhd creation time", "mvhd modification time"),
        ("exif DateTimeOriginal", "png tIME, UTC by the format"),
        ("exif DateTimeOriginal", "exif GPSDateStamp, GPSTimeStamp"),
        ("exif GPSDateStamp, GPSTimeStamp", "exif DateTime"),
        ("mail Date, the sender's claim", "mail Received, hop 1 of 3"),
        ("pdf info /CreationDate", "xmp CreateDate"),
        ("pdf info /CreationDate", "pdf info /ModDate"),
        ("container tag com.apple.quicktime.creationdate", "mvhd creation time, UTC by the format"),
    ],
)
def test_pairs_in_rank(better: str, worse: str) -> None:
    assert [m.basis for m in rank([_moment(worse, Zone.STATED), _moment(better)])] == [better, worse]


def test_among_equals_the_better_known_zone_wins() -> None:
    order = [_moment("exif DateTimeOriginal", zone) for zone in (Zone.STATED, Zone.ASSUMED, Zone.NONE)]
    assert rank(reversed(order)) == tuple(order)


@pytest.mark.parametrize(
    "never_set", ["1970-01-01T00:00:00", "1904-01-01T00:00:00", "2000-01-01T00:00:07", "1980-01-01T00:00"]
)
def test_a_clock_that_was_never_set_comes_last_but_stays(never_set: str) -> None:
    found = rank([_moment("exif DateTimeOriginal", value=never_set), _moment("exif DateTime")])
    assert [m.basis for m in found] == ["exif DateTime", "exif DateTimeOriginal"]


def test_two_thousand_at_noon_is_a_day_like_any_other() -> None:
    found = rank([_moment("exif DateTime"), _moment("exif DateTimeOriginal", value="2000-01-01T12:00:00")])
    assert found[0].basis == "exif DateTimeOriginal"


@pytest.mark.skipif(not (CORPUS / "pdf").is_dir(), reason="the public sample files are not here")
def test_the_dates_of_real_pdfs() -> None:
    import pikepdf

    zones = {Zone.STATED: 0, Zone.NONE: 0}
    unread = set()
    for path in sorted((CORPUS / "pdf").glob("*.pdf"))[:150]:
        try:
            with pikepdf.open(path) as pdf:
                info = pdf.trailer.get("/Info", {})
                dates = [str(info[key]) for key in ("/CreationDate", "/ModDate") if key in info]
        except (pikepdf.PdfError, TypeError):
            continue
        for text in dates:
            moment = pdf_moment(text, basis="pdf")
            if moment is None:
                unread.add(text)
            else:
                zones[moment.zone] += 1
    assert zones[Zone.STATED] > 50
    assert all(len(text.strip("D:")) < 12 for text in unread), unread
