"""Positions in words: the ways in which phones, maps and the reports made of phones write them."""

from __future__ import annotations

import pytest

from evidencekit.media.sweeping.positions import Places


@pytest.mark.parametrize(
    "text",
    [
        "Name\tLatitude\tLongitude\nhome\t34.42083\t-119.69819",
        '"Longitude";"accuracy";"Latitude"\n"-119,6982";"12";"34,4208"',
        "Date Lat Long Note\n2026-01-01 34.42083 -119.69819 at the corner",
        "latitudeE7,longitudeE7\n344208300,-1196982000",
        '"latLng": "34.4208°, -119.6982°"',
        "Latitude, Longitude\n34.42 ± 14.2, -119.69 ± 14.2",
        "[-119.6982, 34.4208]",
        "GPS Position: 34 deg 25' 14.92\" N, 119 deg 41' 53.52\" W",
    ],
)
def test_a_position_in_words_is_one(text: str) -> None:
    assert list(Places().in_text(text))


@pytest.mark.parametrize(
    "text",
    [
        "At the latest, as long as 12.5 percent",
        "the lateral and longitudinal axes, version 1.2345",
        "He waited long; late. $1,234.56",
        "Latitude and longitude were not recorded.",
        "Latitude\tLongitude\n0.00000\t0.00000",
        "It took 120.1234 seconds, or 45 days; 110.25, 30.50 euros",
    ],
)
def test_what_is_no_position_is_none(text: str) -> None:
    assert not list(Places().in_text(text))
