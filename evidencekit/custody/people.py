"""The people who act on one account, and which key is whose: ``people.json`` beside the account's own key.

The account's key, ``identity.key``, is made on first use and signs for whoever is not listed; the first person who is
added takes it over. Everybody else has a key of their own in ``keys/``. A key that was replaced is kept.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evidencekit.custody.durable import take_lock
from evidencekit.custody.keyfiles import write_secret
from evidencekit.custody.names import words
from evidencekit.custody.regular import forbidden, must_be_file
from evidencekit.errors import CaseError, StorageError, UsageError
from evidencekit.model import Person

FILE = "people.json"
ACCOUNT_KEY = "identity.key"
_LONGEST = 100
_LARGEST = 1 << 20
_VERSION = 1
_KEY = re.compile(r"identity\.key|keys/[0-9a-f]{16}\.json")


@dataclass(frozen=True, slots=True)
class Identity:
    """A person of this account; ``key`` and ``earlier`` are their keys' files, by name in the user's folder."""

    person: Person
    key: str
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody of this account. ``account`` is the key that signs for those who are not listed, ``earlier`` the ones
    it had before while nobody was."""

    people: tuple[Identity, ...] = ()
    account: str = ACCOUNT_KEY
    earlier: tuple[str, ...] = ()

    def find(self, text: str) -> Identity | None:
        """The one called that: “Name, role, agency”, or less of it where that says who is meant.

        Raises :class:`UsageError` where several are called that.
        """
        wanted = folded(text)
        found = [each for each in self.people if folded(each.person.actor) == wanted]
        found = found or [each for each in self.people if wanted in _shorter(each.person)]
        if len(found) > 1:
            told = "; ".join(each.person.actor for each in found)
            raise UsageError(f"Several people are called that: {told}.", item=text, todo="Give name, role and agency.")
        return found[0] if found else None

    def named(self, text: str) -> Identity:
        """As :meth:`find`. Raises :class:`UsageError` where nobody is called that."""
        found = self.find(text)
        if found is None:
            told = "; ".join(each.person.actor for each in self.people) or "nobody yet"
            raise UsageError(
                f"Nobody of that name is kept on this computer. Kept: {told}.",
                item=text,
                todo="Add them with `evidencekit identity add --name … --role … --agency …`.",
            )
        return found

    def with_key(self, identity: Identity | None, key: str) -> Roster:
        """With a new key for that person, or for the account while nobody has its key; the one before is kept."""
        if identity is None:
            return replace(self, account=key, earlier=(*self.earlier, self.account))
        now = replace(identity, key=key, earlier=(*identity.earlier, identity.key))
        people = tuple(now if each == identity else each for each in self.people)
        return replace(self, people=people, account=key if self.account == identity.key else self.account)

    def of_key(self, key: str) -> Identity | None:
        """Whose key that file is."""
        return next((each for each in self.people if each.key == key), None)


def folded(text: str) -> str:
    """A name as names are compared: composed, case-folded, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _shorter(person: Person) -> set[str]:
    return {folded(person.name), folded(Person(person.name, person.role).actor)}


def person_of(text: str) -> Person:
    """The person that “Name, role, agency” names. Raises :class:`UsageError` as :func:`checked` does."""
    return checked(*(part.strip() for part in text.split(",", 2)))


def checked(name: str, role: str = "", agency: str = "") -> Person:
    """A person by name, role and agency as they will stand in the record. Raises :class:`UsageError` for an empty name
    and for what cannot be printed or is too long to be."""
    parts = []
    for what, text in (("name", name), ("role", role), ("agency", agency)):
        said = " ".join(unicodedata.normalize("NFC", words(text, what)).split())
        if not said.isprintable() or len(said) > _LONGEST or (what == "name" and not said.strip(" ,")):
            raise UsageError(
                f"The {what} is empty, unprintable or longer than {_LONGEST} characters.",
                todo=f"Give a {what} as it should be printed.",
            )
        parts.append(said)
    return Person(*parts)


def read_roster(folder: Path) -> Roster | None:
    """Who is listed; None when nobody ever was. Raises :class:`CaseError` when that is damaged."""
    path = folder / FILE
    try:
        must_be_file(path)
        with path.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        body = json.loads(data)
        if len(data) > _LARGEST or body["version"] != _VERSION:
            raise ValueError("it is none that this version wrote")
        people = tuple(_identity(each) for each in body["people"])
        found = Roster(people, _key(body["account"]), tuple(map(_key, body["earlier"])))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, UsageError) as error:
        raise _unreadable(path) from error
    if len({each.key for each in people}) != len(people):
        raise _unreadable(path)
    return found


def _identity(row: dict[str, Any]) -> Identity:
    person = checked(*(str(row[name]) for name in ("name", "role", "agency")))
    return Identity(person, _key(row["key"]), tuple(map(_key, row["earlier"])))


def _key(name: object) -> str:
    if not isinstance(name, str) or not _KEY.fullmatch(name):
        raise ValueError("it names no key's file")
    return name


def save_roster(folder: Path, roster: Roster) -> None:
    """Write who is listed in place of the former list. Raises :class:`StorageError`."""
    body = {
        "version": _VERSION,
        "account": roster.account,
        "earlier": list(roster.earlier),
        "people": [
            {
                "name": each.person.name,
                "role": each.person.role,
                "agency": each.person.agency,
                "key": each.key,
                "earlier": list(each.earlier),
            }
            for each in roster.people
        ],
    }
    write_secret(folder / FILE, json.dumps(body, indent=1, ensure_ascii=False).encode() + b"\n")


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Hold off others who would change who is listed, or a key, at the same time. Raises :class:`CaseError` while
    somebody does and :class:`StorageError` where the folder cannot be written."""
    path = folder / "people.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(
            f"Your own folder cannot be written ({error.strerror}); nothing was changed.",
            item=str(folder),
            todo="Check its permissions and the space on its disk.",
        ) from error
    try:
        if not take_lock(fd):
            raise CaseError(
                "Another window or command is changing who signs here; nothing was changed.",
                item=str(path),
                todo="Wait until it is done, then run this again.",
            )
        yield
    finally:
        os.close(fd)


def _unreadable(path: Path, error: BaseException | None = None) -> CaseError:
    return CaseError(
        "The list of people who sign here cannot be read.",
        item=str(path),
        todo=forbidden(error)
        or "Restore it from a backup; the keys themselves lie beside it and in the folder “keys”.",
    )
