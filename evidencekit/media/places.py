"""Where a picture or recording was made, by the coordinates it holds and nothing else: no map is asked.

Latitude and longitude are decimal degrees (WGS 84 unless the file says otherwise), north and east positive.
"""

from __future__ import annotations

from dataclasses import dataclass

from evidencekit.media.notes import Notes

_POINTS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
NOWHERE = "The GPS position is 0, 0, which devices write when they do not know where they are."


@dataclass(frozen=True, slots=True)
class Place:
    """A position; metres above sea level (negative below), degrees clockwise from north, metres of uncertainty."""

    latitude: float
    longitude: float
    altitude: float | None = None
    facing: float | None = None
    magnetic: bool = False
    accuracy: float | None = None

    @property
    def possible(self) -> bool:
        """Whether there is such a place on earth."""
        return abs(self.latitude) <= 90 and abs(self.longitude) <= 180


def coordinates(place: Place) -> str:
    """“34.052235, -118.243683”: six decimals, about a hand's breadth."""
    return f"{place.latitude:.6f}, {place.longitude:.6f}"


def in_words(place: Place) -> str:
    """“34.052235° N, 118.243683° W, 89 m above sea level, facing 270° (west), accurate to 5 m”."""
    parts = [
        f"{abs(place.latitude):.6f}° {'S' if place.latitude < 0 else 'N'}",
        f"{abs(place.longitude):.6f}° {'W' if place.longitude < 0 else 'E'}",
    ]
    if place.altitude is not None:
        parts.append(f"{_metres(abs(place.altitude))} {'below' if place.altitude < 0 else 'above'} sea level")
    if place.facing is not None:
        facing = round(place.facing) % 360
        point = _POINTS[round(facing / 45) % 8]
        parts.append(f"facing {facing}° ({point}{', by compass' if place.magnetic else ''})")
    if place.accuracy is not None:
        parts.append(f"accurate to {_metres(place.accuracy)}")
    return ", ".join(parts)


def tell(place: Place, basis: str, notes: Notes) -> None:
    """Keep the place as the facts ``gps`` (decimal) and ``place`` (in words). A place that cannot be is not passed."""
    notes.fact("gps", coordinates(place), basis)
    notes.fact("place", in_words(place), basis)
    if place.latitude == place.longitude == 0:
        notes.warn(NOWHERE)


def _metres(value: float) -> str:
    return f"{value:,.1f} m" if value < 10 and value != round(value) else f"{value:,.0f} m"
