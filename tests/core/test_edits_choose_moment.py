"""A moment that was found in a file and chosen by a person stays what it was: its zone and basis are not lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from evidencekit import edits
from evidencekit.binder.gather import when_words
from evidencekit.casefile import Case, write_case
from evidencekit.casefile.timeline import case_rows
from evidencekit.catalog import browse
from evidencekit.custody.keys import Home
from evidencekit.errors import UsageError
from evidencekit.model import Item, Moment, Zone

ZONE = "America/Los_Angeles"


@pytest.fixture
def photographed(new_case: Path, take: object, tmp_path: Path) -> Path:
    """A case with one photograph: a naive time when it was taken, another with an offset when it was changed."""
    exif = Image.Exif()
    exif[0x0132] = "2026:02:07 09:00:00"
    exif.get_ifd(0x8769)[0x9003] = "2026:02:06 18:20:12"
    exif.get_ifd(0x8769)[0x9010] = "-08:00"
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    take(new_case, path)  # type: ignore[operator]
    return new_case


def _row(case: Case) -> browse.Row:
    with case.catalog.read() as connection:
        return browse.rows(connection, [1])[0]


def test_a_chosen_moment_keeps_its_zone_and_basis(photographed: Path, home: Home) -> None:
    with write_case(photographed, home, "A. Rivera") as case:
        with case.catalog.read() as connection:
            item = edits.known_items(connection, ["1"])[0]
        found = {moment.basis: moment for moment in item.moments}
        taken, changed = found["exif DateTimeOriginal"], found["exif DateTime"]
        assert (taken.zone, changed.zone) == (Zone.NONE, Zone.STATED)
        assert item.moment == taken
        chosen = edits.choose_moment(case, "1", changed.value)
        assert (chosen.when_said, chosen.moment) == (changed.value, changed)
        assert chosen.when_by == "A. Rivera"
        assert chosen.when_at is not None
        row = _row(case)
        assert (row.when, row.zone, row.said, row.basis) == (changed.value, Zone.STATED, True, "exif DateTime")
        when, basis = when_words(chosen, ZONE)
        assert when == "7 Feb 2026, 09:00:00 PST (UTC−8)"
        assert "zone stated in the file" in basis
        assert "chosen by a person" in basis
        naive = edits.choose_moment(case, "1", taken.value)
        assert when_words(naive, ZONE)[0] == "6 Feb 2026, 18:20:12 no zone"
        assert (_row(case).when, _row(case).zone) == (taken.value, Zone.NONE)
        assert case_rows(case.catalog)[0].zone.startswith("no zone")


def test_only_what_was_found_can_be_chosen(photographed: Path, home: Home) -> None:
    with write_case(photographed, home, "A. Rivera") as case:
        with pytest.raises(UsageError, match="not found in it"):
            edits.choose_moment(case, "1", "2026-02-06T18:20:13")
        assert not _row(case).said


def test_utc_by_the_format_stays_assumed_when_it_is_chosen() -> None:
    moment = Moment("2026-03-22T05:08:14+00:00", "3857000894", "mvhd creation time, UTC by the format", Zone.ASSUMED)
    assert replace(_bare(), moments=(moment,), when_said=moment.value).moment == moment
    assert replace(_bare(), moments=(moment,), when_said="2026-03-22").moment is None
    assert _bare().moment is None


def _bare() -> Item:
    from evidencekit.model import Digests, Kind

    return Item("ITEM-0001", "a", "a", 1, Digests("0" * 64, "0" * 64), Kind.AUDIO, "audio/mp4", True, 1, "")
