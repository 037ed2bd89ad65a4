"""Who is who: numbers, addresses and handles in one form, whose they are, whose device an export is of. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from evidencekit.model import Channel, Party, Role

_NUMBER = re.compile(r"(?:\+ ?)?\(?[0-9][0-9 ()./\-]{4,30}", re.ASCII)
_MAIL = re.compile(r"[^\s@<>]{1,200}@[^\s@<>]{1,200}")
_ANGLED = re.compile(r"<([^<>]{1,400})>\s*$")
_SCHEME = re.compile(r"(?:tel|sms|smsto|mailto|mms):", re.IGNORECASE)
_OF_A_NUMBER = ("@s.whatsapp.net", "@c.us")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # E.164 has no more; shorter ones are short codes
_SHORTEST_NAME = 3  # letters of a name that may stand for a person in a source's words


def region_of(zone: str) -> str:
    """The ISO 3166 country that numbers without a country code are read in: that of the IANA ``zone`` (tz database,
    zone.tab), US where it is not in that table."""
    from importlib.resources import files

    try:
        table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    except (ModuleNotFoundError, OSError):
        table = ""
    for line in table.splitlines():
        cells = line.split("\t")
        if len(cells) > 2 and cells[2] == zone:
            return cells[0]
    return "CA" if zone.startswith("Canada/") else "US"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in the form it is compared and shown in. ``strong``: a telephone number or mail address, which
    means one account; handles and names are not."""

    key: str
    shown: str
    strong: bool


class Identifiers:
    """Puts identifiers into one form, remembering what it did: telephone numbers as E.164 (ITU-T), mail addresses
    without regard to case, all else trimmed. Short codes and names with digits stay as they are."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._known: dict[str, Identifier] = {}

    def __call__(self, text: str) -> Identifier:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._made(text)
        return found

    def _made(self, text: str) -> Identifier:
        # Chats put marks of direction and spaces that do not break around numbers and names.
        plain = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
        plain = " ".join(unicodedata.normalize("NFC", plain).split())
        bare = _SCHEME.sub("", plain, count=1) if _SCHEME.match(plain) else plain
        if (angled := _ANGLED.search(bare)) is not None:
            bare = angled[1].strip()
        for ending in _OF_A_NUMBER:
            if bare.endswith(ending) and bare.removesuffix(ending).isdigit():
                bare = "+" + bare.removesuffix(ending)
        if (number := self._number(bare)) is not None:
            return Identifier(number, number, True)
        if _MAIL.fullmatch(bare):
            return Identifier(bare.casefold(), bare.casefold(), True)
        return Identifier(plain.casefold(), plain, False)

    def _number(self, text: str) -> str | None:
        written = text.translate(_DASHES)
        if _NUMBER.fullmatch(written) is None:
            return None
        digits = sum(sign.isdigit() for sign in written)
        if not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
            return None
        import phonenumbers

        try:
            parsed = phonenumbers.parse(written, self._region)
        except phonenumbers.NumberParseException:
            return None
        if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
            return None
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


class People:
    """Whose an identifier is. A party's name counts as one of its identifiers; one that two parties have is nobody's.

    ``victims`` are the names of the parties with that role."""

    def __init__(self, parties: Sequence[Party], region: str) -> None:
        self.parties, self.identifiers = tuple(parties), Identifiers(region)
        self.victims = frozenset(party.name for party in parties if party.role is Role.VICTIM)
        self._by_key: dict[str, Party | None] = {}
        for party in parties:
            for each in {self.identifiers(text).key for text in (party.name, *party.identifiers)}:
                self._by_key[each] = None if each in self._by_key else party

    def of(self, key: str) -> Party | None:
        """The party that an identifier's key belongs to."""
        return self._by_key.get(key)

    def named(self, name: str) -> Party | None:
        """The party of that name, or of that identifier."""
        exact = next((party for party in self.parties if party.name == name), None)
        return exact or self.of(self.identifiers(name).key)

    def by_channel(self, party: Party, channel: Channel) -> str | None:
        """The identifier under which a party is reached by a channel: its first mail address, or its first telephone
        number and, where chats are concerned, else its first handle. None when it has no such one."""
        owned = [self.identifiers(text) for text in party.identifiers]
        mails = [each.shown for each in owned if each.strong and "@" in each.shown]
        numbers = [each.shown for each in owned if each.strong and "@" not in each.shown]
        handles = [each.shown for each in owned if not each.strong]
        match channel:
            case Channel.EMAIL:
                wanted = mails
            case Channel.TEXT | Channel.CALL | Channel.VOICEMAIL:
                wanted = numbers
            case _:
                wanted = [*numbers, *handles, *mails]
        return wanted[0] if wanted else None

    def in_words(self, words: str) -> tuple[Party | None, bool]:
        """The one party whose name or identifier a source's words hold, and whether they may mean somebody else than
        the victim: another party, several, or a part of another's name."""
        text = " ".join(words.casefold().split())
        held = {party.name: party for party in self.parties if self._held(party, text)}
        if len(held) == 1:
            return next(iter(held.values())), False
        if held:
            return None, True
        others = (party for party in self.parties if party.role is not Role.VICTIM)
        mine = {part for name in self.victims for part in _parts(name)}
        return None, any(part in _parts(text) for party in others for part in _parts(party.name) - mine)

    def _held(self, party: Party, text: str) -> bool:
        digits = "".join(sign for sign in text if sign.isdigit())
        for each in (party.name, *party.identifiers):
            known = self.identifiers(each)
            if re.search(rf"(?<!\w){re.escape(known.key)}(?!\w)", text):
                return True
            if known.strong and known.key.startswith("+") and known.key[-10:] in digits:
                return True
        return False


def _parts(name: str) -> set[str]:
    return {part for part in re.findall(r"[^\W\d_]+", name.casefold()) if len(part) >= _SHORTEST_NAME}


class Known(StrEnum):
    """How it is known whose device or account an item came from."""

    STATED = "stated"  # in the file
    ANSWERED = "answered"
    DESCRIBED = "described"
    SOURCE = "source"
    PRESUMED = "presumed"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose device or account an item came from: a party, or an ``identifier`` that belongs to none. ``scope`` is what
    names in its address book are known within: the owner, or the source while nobody knows the owner."""

    party: Party | None
    identifier: str | None
    known: Known | None
    scope: str


class Received(Protocol):
    """What of an item is asked here: a row of the catalog or an :class:`evidencekit.model.Item`."""

    @property
    def number(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def party(self) -> str | None: ...
    @property
    def acquisition(self) -> int: ...


def owner_of(
    item: Received,
    people: People,
    *,
    family: Mapping[str, Received],
    answers: Mapping[str, str],
    sources: Mapping[int, str],
    party_is_caller: bool = False,
) -> Owner:
    """Whose an item is, as far as it is not told by its contacts: a person's answer “owner”, else the party a person
    gave the item or what it came out of (``family`` has its parents), else the one party that the source's words
    name, else the single victim, which is presumed and not said. Where the source may mean somebody else, nothing is.

    ``answers`` is item → answer, ``sources`` acquisition → its source's words. ``party_is_caller``: the item's own
    party says who is heard in it, not whose it is."""
    line = list(_line(item, family))
    for each in line:
        if answer := answers.get(each.number, "").strip():
            party = people.named(answer)
            shown = None if party else people.identifiers(answer).shown
            return Owner(party, shown, Known.ANSWERED, party.name if party else f"={shown}")
    for each in line[1:] if party_is_caller else line:
        if each.party and (party := people.named(each.party)) is not None:
            return Owner(party, None, Known.DESCRIBED, party.name)
    source = sources.get(item.acquisition, "")
    named, elsewhere = people.in_words(source)
    if named is not None:
        return Owner(named, None, Known.SOURCE, named.name)
    victims = [party for party in people.parties if party.role is Role.VICTIM]
    if len(victims) == 1 and not elsewhere:
        return Owner(victims[0], None, Known.PRESUMED, victims[0].name)
    return Owner(None, None, None, f"?{source.casefold()}")


def _line(item: Received, family: Mapping[str, Received]) -> Iterable[Received]:
    """An item, what it came out of, and so on."""
    seen: set[str] = set()
    at: Received | None = item
    while at is not None and at.number not in seen:
        seen.add(at.number)
        yield at
        at = family.get(at.parent) if at.parent else None
