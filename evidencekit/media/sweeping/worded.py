"""Positions in words: the expressions for them as phones, maps, receivers and the reports made of them write them.

A pair of numbers is taken for a position only where it can be one on earth; what is named counts with few decimals,
what is not named needs many of them. Sources: RFC 5870 (geo URIs), RFC 7946 (GeoJSON), RFC 6350 (vCard), GPX 1.1,
KML 2.3, TCX, NMEA 0183, the FAI's IGC format, OGC 06-103r4 (well-known text), ISO 6709, NGA.STND.0037 (MGRS).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidencekit.media.sweeping.tabled import is_place

_N = r"[+-]?\d{1,3}(?:\.\d{1,18})?"
_D = r"[+-]?\d{1,3}\.\d{2,18}"
_D3 = r"[+-]?\d{1,3}\.\d{3,18}"
_SIGN = r"[°º˚]"
_MINUTE, _SECOND = r"['′’´]", r"(?:[\"″”“]|''|′′|’’)"
_U = r"\d{1,3}(?:[.,]\d{1,10})?\s?"
_DMS = rf"{_U}{_SIGN}(?:\s?{_U}{_MINUTE})?(?:\s?{_U}{_SECOND})?"
_PLUS = "23456789CFGHJMPQRVWX"
_OF = r"(?:_?(?:deg(?:rees)?|dec(?:imal)?|e[5-8]|wgs84|start|end|begin|min|max|value|north|east)|[-_]?\d)?"
_LAT = rf"(?:(?<![a-z])lat|latitude|latitud|(?-i:[a-z]Lat)){_OF}"
_LON = rf"(?:(?<![a-z])(?:lon|lng|long)|longt?itude|longitud|(?-i:[a-z](?:Lon|Lng|Long))){_OF}"
_IS = (
    r"(?:[\"']?\s{0,4}[:=]{1,2}>?|\s[^<>\r\n]{1,80}>|>|[\"']\s?,|</\w{1,12}>\s{0,40}<\w{1,12}>)"
    r"\s{0,8}(?:\{\s{0,12}[\"']value[\"']\s?:\s?)?[\"'(\[]?(?:[NSEW]\s?)?"
)
_V = r"[+-]?\d{1,10}(?:\.\d{1,18})?"
_BETWEEN = r"\s?(?:\\?[,;~_+]|%2c|\s/)\s{0,4}"


# What an expression below writes for short; with a or b before it, the number is a part of a position.
_SHORT = {
    "N": _N, "D": _D, "E": _D3, "V": _V, "T": _LAT, "G": _LON, "I": _IS, "M": _DMS, "S": _SIGN, "P": _PLUS, "O": _OF,
    "B": _BETWEEN,
}  # fmt: skip
# What the folded text must hold one of (“&”: and), for the expression to be tried → what it is → the expression. Where
# it names two numbers a and b, they must be a position. “§!” at its beginning: small and great letters differ;
# “§!<”: it begins in the middle, where fewer signs are to be tried.
_IN_TEXT: tuple[tuple[str, str, str], ...] = (
    ("geo", "geo address", r"geo(?:;[^:\r\n]{0,40})?:(?:geo:)?§aN\s?\\?[,;]\s?§bN"),
    ("geo.pos icbm geo-pos", "coordinates",
     r"(?:geo[.-]position|icbm)[\"'\s:]{1,4}(?:content=[\"'])?§aN\s?[,;]\s?§bN"),
    ("@", "maps link", r"@§aD,[+\s]?§bD,\d{1,8}(?:\.\d{1,9})?[amz]\b"),
    ("@", "maps link", r"@§aE,[+\s]?§bE"),
    ("://", "maps link", r"://[^\s\"'<>]{0,200}?/§aD(?:,|%2c)[+\s]?§bD"),
    ("=", "maps link", r"[?&#;](?:q|ll|sll|center|query|destination|daddr|saddr|origin|loc|cp|pin|mlat|markers|"
     r"coordinate|near|where1|rtp|pb|to|from|viewpoint|sp|point|daddr|navigate)=(?:[\w:%|]{1,40}[|:.c])?"
     r"§aD(?:\\?[,~_+]|%2c){1,2}\s?§bD"),
    ("mlon", "maps link", r"mlat=§aN&(?:amp;)?mlon=§bN"),
    ("!3d", "maps link", r"!3d§aN!4d§bN"),
    ("!2d", "maps link", r"!2d§bN!3d§aN"),
    ("#", "maps link", r"#(?:map=)?\d{1,2}(?:\.\d{1,4})?z?/§aD/§bD"),
    ("goo.gl maps.apple/p osm.org/go waze.com/ul", "short link into a map",
     r"\b(?:maps\.app\.goo\.gl/|goo\.gl/maps/|maps\.apple/p/|osm\.org/go/|waze\.com/ul/h)[\w~-]{5,}"),
    ("lat&lon lat&lng", "coordinates", r"§T§I§aV[\s\S]{0,160}?§G§I§bV"),
    ("lat&lon lat&lng", "coordinates", r"§G§I§bV[\s\S]{0,160}?§T§I§aV"),
    ("latitud breitengrad", "coordinates",
     r"(?:latitud(?:e|ine)?|breitengrad)§O[\s\"':=>,(]{1,12}(?:N\s?|S\s?)?(?P<n>§D)"),
    ("latitude", "coordinates", r"latitude[\s\"':=>,(]{1,12}(?:value=[\"'])?\d{1,3}\s?(?:[;:°º]|deg)\s?\d{1,2}\b"),
    ("lat&lon lat&lng", "coordinates",
     r"\blat(?:itude)?\s?[,/;]\s?(?:lon|lng)(?:g|gitude)?\s?[:=]?\s?§aN\s?(?:±\s?[\d.]{1,8}\s?)?[,;/\s]\s?§bN"),
    ("latitude", "coordinates", r"latitude[\"'][^\d<>]{0,60}>[^\d]{0,80}?(?P<n>[+-]?\d{1,3}\.\d{3,18})"),
    ("latitude", "coordinates", r"latitude[^\d\r\n]{1,16}\[\d{1,2},\s?\d{1,2}(?:/\d{1,9})?,\s?\d"),
    ("marker( setview( flyto(", "coordinates", r"(?:marker|setview|flyto)\(\s?\[\s?§aD,\s?§bD"),
    ("latl lngl", "coordinates", r"(?:lat_?l(?:ng|on)|lng_?lat)[\"'\s:=>(\[]{1,12}§aN\s?°?\s?,\s{0,8}§bN"),
    ("lat&lon lat&lng", "coordinates",
     r"\blat(?:itude)?\.?\s{1,3}§aD[,;\s]{1,4}(?:and\s)?(?:lon|lng|long|longitude)\.?\s{1,3}§bD"),
    ("coordinates", "coordinates (KML)", r"<(?:\w{1,10}:)?coordinates>\s{0,40}§aN,§bN"),
    ("gx:coord", "coordinates (KML)", r"<gx:coord>\s{0,8}§aN\s§bN"),
    ("gml:pos georss:p", "coordinates", r"<(?:gml:pos(?:list)?|georss:p\w{1,8})\b[^<>]{0,80}>\s{0,8}§aN[\s,]§bN"),
    ("coordinates", "coordinates (GeoJSON)",
     r"[\"']coordinates[\"']\s?:\s{0,8}[\[\s]{1,40}[\"']?§aN[\"']?\s{0,20},\s{0,40}[\"']?§bN"),
    ("wkid spatialref", "coordinates (a map's)",
     r"[\"']x[\"']\s?:\s?(?!0[,.]0*\s?,)[+-]?\d{1,9}(?:\.\d{1,18})?\s?,\s{0,8}[\"']y[\"']\s?:\s?[+-]?\d{1,9}"
     r"[\s\S]{0,60}?(?:wkid|spatialreference)"),
    ("point&( linestring polygon&(", "coordinates (a map's)",
     r"\b(?:multi)?(?:point|linestring|polygon)\s?(?:zm|z|m)?\s?\(+\s?§aE\s§bE"),
    ("loc coord latl lngl lonl geo gps", "coordinates",
     r"(?<![a-z])(?:loc(?:ation)?|coord(?:inate)?s?|lat_?l(?:ng|on)|l(?:ng|on)_?lat|geo_?(?:point|loc(?:ation)?|position)?"
     r"|gps_?(?:position|coord(?:inate)?s?|loc(?:ation)?)?)[\"'\s:=>(\[]{1,12}§aE§B§bE"),
    ("gps home( home&(", "coordinates", r"\b(?:gps|home)[\s:=(]{1,4}§aD[,;\s]{1,3}§bD"),
    ("° º ˚", "coordinates", r"§M\s?[NS]\b[\s,;/]{0,4}§M\s?[EWO]\b"),
    ("° º ˚", "coordinates", r"\b[NS]\s?§M[\s,;/]{0,4}[EWO]\s?§M"),
    ("° º ˚", "coordinates", r"[\"']§aN\s?§S\s?[,;]\s?§bN\s?§S[\"']"),
    ("° º ˚", "coordinates", r"§aD\s?§S\s?[,;]\s?§bD\s?§S"),
    ("°", "coordinates", r"§aD\s?°\s?[NS]\b[\s,;/]{0,4}§bD\s?°\s?[EWO]\b"),
    ("±", "coordinates", r"§aD\s?±\s?[\d.]{1,8}\s?[,;]\s?§bD"),
    ("deg", "coordinates", r"\d{1,3}\s?deg\s?\d{1,2}\s?'\s?[\d.]{1,9}\s?\"?\s?[NS]\b"),
    (".", "coordinates", r"§!<[NS]\b(?:(?<=\d.)|(?<=\d\s.))[,;\s/]{1,3}(?P<n>§D)\s?[EW]\b"),
    (".", "coordinates", r"§!\b[NS]\s?§aD[,;\s/]{0,3}[EW]\s?§bD"),
    ("north south norte sur", "coordinates",
     r"§aD\s?(?:§S|deg(?:rees)?)?\s?(?:north|south|norte|sur)\b[,;\s]{1,3}(?:(?:and|by|y)\s)?"
     r"§bD\s?(?:§S|deg(?:rees)?)?\s?(?:east|west|este|oeste)\b"),
    ("0 1 2 3 4 5", "coordinates",
     r"§!<[NS](?:(?<=\d{4}.)|(?<=\d\.\d.)|(?<=\d\.\d\d.))[\s/,\\]?\d{5}(?:\d{2})?(?:\.\d{1,6})?[EW]\b"),
    ("$g", "satellite receiver's position (NMEA)",
     r"\$G\w(?:RMC|GGA|GLL|GNS),[^\r\n$]{0,40}?\d{4,5}\.\d{1,9},[NS],\d{4,5}\.\d{1,9},[EW]"),
    ("b", "coordinates (a flight recorder's)", r"§!(?m:^B\d{13}[NS]\d{8}[EW][AV]\d{5})"),
    ("+", "plus code", r"§!\b[§P]{8}\+[§P]{2,3}\b"),
    ("+", "plus code", r"§!(?<![\w/+=.])(?=[\d]{0,3}[A-Z])[§P]{4}\+[§P]{2,3},?\s[A-Z]\w{2}"),
    ("plus.codes", "plus code", r"plus\.codes/[§P]{4,8}\+"),
    ("///", "what3words address", r"(?<![:/\w])/{3}[^\W\d_]{3,20}\.[^\W\d_]{3,20}\.[^\W\d_]{3,20}\b"),
    ("w3w what3words", "what3words address",
     r"(?:w3w\.co/|what3words\.com/|\bw(?:hat)?3w(?:ords)?[\"'\s:=]{1,6})[^\W\d_]{3,20}\.[^\W\d_]{3,20}\.[^\W\d_]{3,20}\b"),
    ("geohash geo_hash", "geohash", r"geo_?hash[\"'\s:=>]{1,6}(?=[a-z]{0,11}\d)[0-9b-hjkmnp-z]{5,12}\b"),
    ("polyline", "coordinates (a route)",
     r"polyline[\"']?\s?[:=]\s?(?:\{\s{0,8}[\"']points[\"']\s?:\s?)?[\"'][^\s\"']{8,}"),
    ("mgrs usng", "grid reference", r"\b(?:mgrs|usng)[^\r\n]{0,40}?\b\d{1,2}\s?[c-x]\s?[a-z]{2}\s?\d{2,5}\s?\d{2,5}\b"),
    ("0 1 2 3 4 5", "grid reference", r"§!<[C-HJ-NP-X](?<=\d.)\s?[A-HJ-NP-Z][A-HJ-NP-V]\s\d{5}\s\d{5}\b"),
    ("utm", "grid reference", r"\butm\b[^\r\n]{0,60}?\b\d{6}(?:\.\d{1,4})?\D{1,12}\d{6,7}\b"),
    ("0 1 2 3 4 5", "grid reference",
     r"§!<[C-HJ-NP-X](?:(?<=\d.)|(?<=\d\s.))\s\d{6}(?:\.\d{1,4})?\s?m?E?,?\s\d{7}(?:\.\d{1,4})?\s?m?N?\b"),
    ("grid&ref", "grid reference",
     r"\bgrid\sref(?:erence)?[\s:=]{1,4}[a-z]{2}\s?(?:\d{3}\s?\d{3}|\d{4}\s?\d{4}|\d{5}\s?\d{5})\b"),
)  # fmt: skip
_PART = re.compile(r"§([ab]?)([A-Z])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LOOSE = r"[+-]?\d{1,3}\.\d{4,18}"
_DECIMALS = re.compile(r"\.\d{4}")
_RUN = re.compile(rf"(?<![\d.,]){_LOOSE}(?!\d|\.\d)(?:(?:\s{{0,20}}[,;]\s{{0,20}}|\s/\s){_LOOSE}(?!\d|\.\d))++")
_EACH = re.compile(_LOOSE)
_QUOTED = re.compile(r"[\"']\s?([+-]?\d{1,3}\.\d{2,18}),\s?([+-]?\d{1,3}\.\d{2,18})\s?[\"']")
_LINE = re.compile(r"^[ \t]*([+-]?\d{1,3}\.\d{5,18})[ \t]+([+-]?\d{1,3}\.\d{5,18})[ \t]*$", re.MULTILINE)
_COMMAS = re.compile(r"(?<![\d.,])([+-]?\d{1,3},\d{4,12})\s?[;/|]\s?([+-]?\d{1,3},\d{4,12})(?![\d.,])")
_BEHIND = 12  # signs that are shown before an expression that begins in the middle
_LEAST = 4.5  # no land lies nearer to 0, 0 by both its coordinates
_PLAIN = 10  # degrees, of the larger of two numbers with four decimals
_STEP, _APART = 1, 3
_MOST_DECIMALS = 9  # of a position with a height; what has more was computed
# A table's headings in one line that no sign parts, and below them two numbers.
_HEAD_LAT = r"\b(?:gps[ _]?)?lat(?:itude)?(?:_?e7)?\b"
_HEAD_LON = r"\b(?:gps[ _]?)?(?:lon|lng|long|longitude)(?:_?e7)?\b"
_HEADINGS = re.compile(
    rf"{_HEAD_LAT}[^\r\n]{{0,80}}?[\r\n]?{_HEAD_LON}|{_HEAD_LON}[^\r\n]{{0,80}}?[\r\n]?{_HEAD_LAT}",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?<![\d.])([+-]?(?:1?\d{1,2}[.,]\d{3,16}|\d{8,10}))(?![\d.])[^\d]{1,40}?"
    r"([+-]?(?:1?\d{1,2}[.,]\d{3,16}|\d{8,10}))(?![\d.])"
)
_FAR = 2_000  # signs below the headings that are looked at
_MOST_HEADINGS = 64


_MOST_CHOSEN = 4_096
_Rule = tuple[str, re.Pattern[str], int]


class Worded:
    """The expressions, compiled once."""

    def __init__(self) -> None:
        self._rules = [
            (_needs(marks), (what, _written_out(how), _BEHIND if how.startswith("§!<") else 0))
            for marks, what, how in _IN_TEXT
        ]
        self._marks = frozenset().union(*(each for needs, _ in self._rules for each in needs))
        self._chosen: dict[frozenset[str], list[_Rule]] = {}

    def find(self, text: str, *, drawing: bool = False) -> Iterator[tuple[str, int, int]]:
        """Positions in a text: what each is, and where it stands. In a ``drawing`` bare pairs of numbers are lines."""
        flat = text.casefold() if text.isascii() else text.lower()
        if "lat" in flat and ("lon" in flat or "lng" in flat):
            yield from _below_headings(text)
        for what, how, back in self._to_try(flat):
            for found in how.finditer(text):
                if _possible(found):
                    yield what, max(0, found.start() - back), found.end()
        if not drawing:
            yield from _bare(text)

    def _to_try(self, flat: str) -> list[_Rule]:
        held = frozenset(mark for mark in self._marks if mark in flat)
        if held not in self._chosen:
            if len(self._chosen) >= _MOST_CHOSEN:
                self._chosen.clear()
            self._chosen[held] = [rule for needs, rule in self._rules if any(each <= held for each in needs)]
        return self._chosen[held]


def _written_out(how: str) -> re.Pattern[str]:
    plain = how.removeprefix("§!<").removeprefix("§!")
    named = _PART.sub(lambda found: f"(?P<{found[1]}>{_SHORT[found[2]]})" if found[1] else _SHORT[found[2]], plain)
    return re.compile(named, re.IGNORECASE if plain == how else re.NOFLAG)


def _needs(said: str) -> list[frozenset[str]]:
    return [frozenset(each.split("&")) for each in said.split(" ")]


def _possible(found: re.Match[str]) -> bool:
    named = found.groupdict()
    if "n" in named:
        return 0 < abs(float(named["n"])) <= 180
    if "a" in named:
        return is_place(named["a"], named["b"]) or is_place(named["b"], named["a"])
    return not any(each in "0123456789" for each in found[0]) or any(float(each) for each in _NUMBER.findall(found[0]))


def _bare(text: str) -> Iterator[tuple[str, int, int]]:
    decimals = bool(_DECIMALS.search(text))
    for found in _RUN.finditer(text) if decimals else ():
        if _is_track([(float(each), len(each) - each.index(".") - 1) for each in _EACH.findall(found[0])]):
            yield "coordinates", found.start(), found.end()
    for how in (_LINE, _COMMAS, _QUOTED) if decimals else (_COMMAS, _QUOTED):
        for found in how.finditer(text):
            north, east = (float(each.replace(",", ".")) for each in found.groups())
            sure = how is not _QUOTED or min(north, east) < 0
            if sure and _on_land(north, east) and max(abs(north), abs(east)) >= _PLAIN:
                yield "coordinates", found.start(), found.end()


def _is_track(numbers: Sequence[tuple[float, int]]) -> bool:
    """Whether numbers (each with how many decimals) that follow one another are a position, perhaps with its height,
    or positions of one way. A long row of any others is a list of something else."""
    values = [value for value, _ in numbers]
    if len(numbers) < 4:
        return any(_is_pair(*numbers[at : at + 2], longer=len(numbers) > 2) for at in range(len(numbers) - 1))
    for period in (2, 3):
        steady = len(values) >= 2 * period and all(
            abs(values[at + period] - values[at]) < _STEP
            for at in range(min(len(values) - period, 8))
            if at % period < 2
        )
        if steady and _on_land(values[0], values[1]) and abs(values[0] - values[1]) > _APART:
            return True
    return False


def _is_pair(first: tuple[float, int], second: tuple[float, int], *, longer: bool) -> bool:
    (north, many), (east, more) = first, second
    if not _on_land(north, east):
        return False
    largest = max(abs(north), abs(east))
    if longer and max(many, more) > _MOST_DECIMALS:
        return False
    if min(many, more) >= 5 and not longer:
        return True
    return largest >= _PLAIN and (min(north, east) < 0 or largest > 90 or longer)


def _on_land(north: float, east: float) -> bool:
    return (is_place(north, east) or is_place(east, north)) and max(abs(north), abs(east)) >= _LEAST


def _below_headings(text: str) -> Iterator[tuple[str, int, int]]:
    """The first two coordinates below a table's headings for latitude and longitude, as in a table that was printed."""
    for place, heads in enumerate(_HEADINGS.finditer(text)):
        whole = "e7" in heads[0].casefold()
        for cells in _BELOW.finditer(text, heads.end(), heads.end() + _FAR):
            if not whole and not any(each in cells[1] and each in cells[2] for each in ".,"):
                continue
            if is_place(cells[1], cells[2]) or is_place(cells[2], cells[1]):
                yield "coordinates in a table", heads.start(), cells.end()
                return
        if place >= _MOST_HEADINGS:
            return
