"""Telephone numbers in text, brought to one form."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SHAPE = re.compile(r"(?<![\w.,/:$€£#-])(?:\+|00)?\(?\d[\d \u00a0().\u2010-\u2013-]{5,20}\d(?![\w:/%])")
_TIMES = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{2,4}|\d{1,3}(?:\.\d{1,3}){3}")
_LONGEST = 2_000
_FEWEST, _SPELT = 10, 7  # digits of a number without its country, bare and written with signs between them


def numbers_in(text: str, zone: str) -> Iterator[tuple[str, str, str]]:
    """(E.164, as found, why) for everything in a text that can be a telephone number: with its country, or as it is
    written in the country of an IANA ``zone``. What reads as a date or an address is left out."""
    for found in _SHAPE.finditer(text[:_LONGEST]):
        shape = found.group()
        as_found = shape.strip()
        while as_found.count("(") != as_found.count(")"):
            as_found = as_found.rpartition("(")[2] if as_found.count("(") > as_found.count(")") else as_found[:-1]
        digits = sum(char.isdigit() for char in as_found)
        if _TIMES.fullmatch(as_found) or digits < _SPELT:
            continue
        country = as_found.startswith(("+", "00"))
        if not country and digits < _FEWEST:
            continue
        number = _one_form(as_found, zone)
        if number is not None:
            yield number[0], as_found, number[1]


def _one_form(text: str, zone: str) -> tuple[str, str] | None:
    import phonenumbers

    country = text.startswith("+")
    region = None if country else region_of(zone)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # A number of the right length only: pictures of invented cases hold numbers that no exchange gives out.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    how = "written with its country" if country or text.startswith("00") else f"as written in {region}"
    given = "" if phonenumbers.is_valid_number(number) else ", though no exchange gives it out"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), f"a telephone number {how}{given}"


def region_of(zone: str) -> str:
    """The country (ISO 3166) of an IANA zone, by the list that comes with the zones; US where it says none."""
    from importlib import resources

    try:
        rows = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines()
    except (ModuleNotFoundError, OSError):
        return "US"
    for row in rows:
        fields = row.split("\t")
        if len(fields) > 2 and fields[2] == zone:
            return fields[0]
    return "US"
