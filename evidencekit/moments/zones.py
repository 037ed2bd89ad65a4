"""Time zones: is this name one, which is this computer's."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# IANA has them as clocks that never change to summer time; who types them means the zone that does.
_MISLEADING = {"EST": "America/New_York", "MST": "America/Denver"}
# Files that lie beside the zones and mean another zone on another computer, or none.
_NO_PLACE = frozenset({"localtime", "posixrules", "Factory"})
_SAID = {
    "eastern": "America/New_York",
    "et": "America/New_York",
    "edt": "America/New_York",
    "central": "America/Chicago",
    "ct": "America/Chicago",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "mountain": "America/Denver",
    "mt": "America/Denver",
    "mdt": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
}
# Unicode CLDR windowsZones, the “001” territory.
_WINDOWS = {
    "Alaskan Standard Time": "America/Anchorage",
    "Atlantic Standard Time": "America/Halifax",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "Canada Central Standard Time": "America/Regina",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Central Standard Time": "America/Chicago",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "Eastern Standard Time": "America/New_York",
    "FLE Standard Time": "Europe/Kyiv",
    "GMT Standard Time": "Europe/London",
    "GTB Standard Time": "Europe/Bucharest",
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "India Standard Time": "Asia/Kolkata",
    "Mountain Standard Time": "America/Denver",
    "Newfoundland Standard Time": "America/St_Johns",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Pacific Standard Time": "America/Los_Angeles",
    "Romance Standard Time": "Europe/Paris",
    "SA Western Standard Time": "America/La_Paz",
    "Samoa Standard Time": "Pacific/Apia",
    "Tokyo Standard Time": "Asia/Tokyo",
    "US Eastern Standard Time": "America/Indianapolis",
    "US Mountain Standard Time": "America/Phoenix",
    "UTC": "UTC",
    "W. Europe Standard Time": "Europe/Berlin",
    "West Pacific Standard Time": "Pacific/Port_Moresby",
}


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises :class:`UsageError` when there is none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _unknown(name) from None


def check_zone(name: str) -> str:
    """The IANA name of a zone a person gave, rightly spelt (``america/los_angeles`` is understood).

    Raises :class:`UsageError`, with the closest names, for anything else.
    """
    name = name.strip()
    if name in _MISLEADING:
        raise UsageError(
            f"“{name}” is a clock that never changes to daylight saving time.",
            todo=f"Give the place's zone, for example {_MISLEADING[name]}.",
        )
    spelt = _by_fold().get(name.replace(" ", "_").casefold())
    if spelt is None:
        raise _unknown(name)
    return spelt


@lru_cache(maxsize=1)
def _by_fold() -> Mapping[str, str]:
    # Hundreds of folders and files are looked at for it, and each opening of the app's window asks.
    from zoneinfo import available_timezones

    return {name.casefold(): name for name in available_timezones() - _NO_PLACE}


def _unknown(name: str) -> UsageError:
    from difflib import get_close_matches

    folded = name.strip().casefold()
    known = _by_fold()
    by_city = {key.rpartition("/")[2]: full for key, full in sorted(known.items(), reverse=True) if "/" in key}
    near: list[str] = []
    for word in (folded, folded.split(" ")[0]):
        near += [_SAID[word]] if word in _SAID else []
    city = folded.replace(" ", "_").rpartition("/")[2]
    near += [by_city[match] for match in get_close_matches(city, by_city, 2, 0.75)]
    near += [known[match] for match in get_close_matches(folded.replace(" ", "_"), known, 2, 0.7)]
    hint = " or ".join(dict.fromkeys(near)) or "America/Los_Angeles"
    shown = name if len(name) <= 60 and name.isprintable() else ascii(name[:60])
    return UsageError(f"“{shown}” is not the name of a time zone.", todo=f"Give an IANA name such as {hint}.")


def local_zone(env: Mapping[str, str] = os.environ, root: Path = Path("/")) -> str:
    """This computer's IANA zone as far as it can be told, else ``UTC``.

    Asks the TZ variable, ``/etc/timezone``, the ``/etc/localtime`` link and, on Windows, the registry.
    """
    for name in (env.get("TZ", ""), _etc_timezone(root), _etc_localtime(root), _windows_zone()):
        name = name.strip().removeprefix(":").rpartition("zoneinfo/")[2]
        if not name:
            continue
        try:
            return check_zone(name)
        except UsageError:
            continue
    return "UTC"


def _etc_timezone(root: Path) -> str:
    try:
        lines = (root / "etc/timezone").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return ""
    return lines[0] if lines else ""


def _etc_localtime(root: Path) -> str:
    try:
        return str((root / "etc/localtime").readlink())
    except (OSError, ValueError):
        return ""


def _windows_zone() -> str:
    name = ""
    if sys.platform == "win32":
        import winreg

        path = r"SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:
            name = str(winreg.QueryValueEx(key, "TimeZoneKeyName")[0])
    return windows_to_iana(name)


def windows_to_iana(name: str) -> str:
    """The IANA zone of a Windows zone key (“Pacific Standard Time”), or an empty text."""
    return _WINDOWS.get(name.strip("\0 "), "")
