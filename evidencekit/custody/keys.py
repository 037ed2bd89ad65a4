"""The acting people and their signing keys, kept in the user's own folder, outside every case."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evidencekit.custody import oskeyring
from evidencekit.custody.checkpoint import PublicKey, Signer
from evidencekit.custody.durable import alone, write_private
from evidencekit.custody.keyfiles import (
    Kept,
    KeyFile,
    Scrypt,
    keep_key,
    key_for_case,
    make_secret,
    open_key,
    public_of,
    read_key,
    write_secret,
)
from evidencekit.custody.people import (
    ACCOUNT_KEY,
    FILE,
    Identity,
    Roster,
    changing,
    checked,
    folded,
    person_of,
    read_roster,
    save_roster,
)
from evidencekit.custody.regular import forbidden, must_be_file
from evidencekit.errors import CaseError, StorageError, UsageError
from evidencekit.model import Person

Ask = Callable[[Person], str | None]
_REUSE = "reuse.key"
_PATIENCE = 10.0  # seconds that a choice waits for another to be kept


def default_home() -> Path:
    """Where this user's keys, settings and last-seen checkpoints live; ``EVIDENCEKIT_HOME`` moves it."""
    chosen = os.environ.get("EVIDENCEKIT_HOME")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("evidencekit", appauthor=False))


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person of this account and how their key is kept. ``used`` acts unless told otherwise; ``account`` signs for
    those who are not listed. ``key`` is None before its first use, and when it cannot be read; ``trouble`` says why."""

    person: Person
    used: bool
    account: bool
    key: KeyFile | None
    earlier: tuple[KeyFile, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """A user's own folder: keys, ``people.json``, ``settings.json``, ``last-seen/``.

    ``ask`` is called with a person for the passphrase of their key and gives it, or None; ``cost`` is what a new
    passphrase is stretched with. A key that was opened is remembered by this object, for as long as it lives.
    """

    folder: Path
    ask: Ask | None = field(default=None, compare=False, repr=False)
    cost: Scrypt = field(default=Scrypt(), compare=False, repr=False)
    _opened: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def silent(self) -> Home:
        """The same, asking nobody: for looking, which needs no key."""
        return replace(self, ask=None)

    def actor(self, by: str | None) -> str:
        """Who acts: the name given – in full, where less of it says which of the people listed is meant –, else the
        configured identity, else the account's name."""
        if by is not None:
            if not by.strip() or not by.isprintable():
                raise UsageError("The name given with --by is empty or unprintable.", todo='Give "Name, role".')
            listed = self.roster().find(by)
            return listed.person.actor if listed else by.strip()
        configured = self.settings().get("identity")
        return str(configured) if configured else getpass.getuser()

    def settings(self) -> dict[str, Any]:
        """This user's choices by name, empty when none were kept; ``identity`` is who acts, the rest is the app's.

        Raises :class:`UsageError` when the file is damaged.
        """
        path = self.folder / "settings.json"
        try:
            must_be_file(path)
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise _unreadable(path, error) from error
        if not isinstance(found, dict):
            raise _unreadable(path)
        return found

    def choose(self, choices: Mapping[str, Any]) -> None:
        """Keep these of this user's choices beside the others that are kept; None takes one away.

        The values are what JSON holds. What another window or command chooses at the same time is kept as well. Raises
        :class:`UsageError` when the file is damaged and :class:`StorageError` when the disk refuses; the former ones
        then stand.
        """
        path = self.folder / "settings.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with alone(path.with_name("settings.lock"), wait=_PATIENCE):
                kept = {key: value for key, value in {**self.settings(), **choices}.items() if value is not None}
                write_private(path, (json.dumps(kept, indent=2, sort_keys=True) + "\n").encode())
        except OSError as error:
            raise StorageError(
                f"The settings could not be kept ({error.strerror}).",
                item=str(path),
                todo="Free space or check the folder's permissions, then try again.",
            ) from error

    def roster(self) -> Roster:
        """Who is listed; without anybody, when nobody ever was. Raises :class:`CaseError` when that is damaged."""
        return read_roster(self.folder) or Roster()

    def signer(self, case_uuid: str, actor: str = "") -> Signer:
        """The key, under its name in that case, of the person of that name, else the account's own, which is made on
        first use, readable by the user alone.

        Raises :class:`LockedError` when it is locked and ``ask`` does not give what opens it, :class:`CaseError` when
        it cannot be read and :class:`UsageError` when several people are called that.
        """
        private = self._private(*self._holder(actor))
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Signer(key_for_case(case_uuid, public_of(private)).name, Ed25519PrivateKey.from_private_bytes(private))

    def public(self, case_uuid: str, actor: str = "") -> PublicKey:
        """The public half of :meth:`signer`'s key, for which nothing has to be opened."""
        return key_for_case(case_uuid, self.key_of(actor).raw)

    def key_of(self, actor: str = "") -> KeyFile:
        """The key that signs for that actor. Raises as :meth:`signer`, but for what is locked."""
        return self._key(self._holder(actor)[1])

    def locked(self, actor: str = "") -> Person | None:
        """Whose passphrase has to be given before that actor can sign; None when nobody's."""
        identity, key = self._holder(actor)
        found = self._key(key)
        waits = found.kept is Kept.PASSPHRASE and found.fingerprint not in self._opened
        return self._person(identity) if waits else None

    def unlock(self, actor: str, passphrase: str | None = None) -> None:
        """Open that actor's key and remember it, with that passphrase or the one that ``ask`` gives. Raises
        :class:`LockedError` without the right one."""
        asker = self if passphrase is None else replace(self, ask=lambda _: passphrase)
        asker._private(*self._holder(actor))

    def signatories(self) -> tuple[Signatory, ...]:
        """Everybody of this account with their keys, without opening or making any."""
        roster = self.roster()
        with contextlib.suppress(UsageError):  # several are called that: then it is said of none
            used = self._holder(self.actor(None))[1]
            found = [self._signatory(each.person, each.key, each.earlier, used, roster) for each in roster.people]
            if roster.of_key(roster.account) is None:
                found.insert(0, self._signatory(self._person(None), roster.account, roster.earlier, used, roster))
            return tuple(found)
        return tuple(self._signatory(each.person, each.key, each.earlier, "", roster) for each in roster.people)

    def signatory(self, name: str | None = None) -> Signatory:
        """One of them, without a name the one who acts. Raises :class:`UsageError` for one who is not listed."""
        identity, _ = self._named(name)
        person = self._person(identity)
        return next(each for each in self.signatories() if each.person == person)

    def _signatory(self, person: Person, key: str, earlier: tuple[str, ...], used: str, roster: Roster) -> Signatory:
        found, old, trouble = None, [], ""
        for name in (key, *earlier):
            path = self.folder / name
            try:
                if name != key:
                    old.append(read_key(path))
                elif path.exists() or (self.folder / FILE).exists():
                    found = read_key(path)
            except CaseError as error:
                trouble = str(error)
        return Signatory(person, key == used, key == roster.account, found, tuple(old), trouble)

    def add(self, person: Person) -> Identity:
        """List a person, who gets a key of their own; the first takes over the account's, and is used from then on.

        Where somebody is configured to act already, that is the first. Raises :class:`UsageError` when the person is
        listed already, :class:`CaseError` while somebody else changes the list and :class:`StorageError` when the disk
        refuses.
        """
        person = checked(person.name, person.role, person.agency)
        configured = str(self.settings().get("identity") or "")
        with changing(self.folder):
            roster = read_roster(self.folder)
            if roster is None:
                self._key(ACCOUNT_KEY)
                before = person_of(configured) if configured else person
                other = folded(before.name) != folded(person.name)
                roster = Roster((Identity(before, ACCOUNT_KEY),) if other else ())
            if any(folded(each.person.actor) == folded(person.actor) for each in roster.people):
                raise UsageError(
                    "This person is listed already.", item=person.actor, todo="See `evidencekit identity`."
                )
            first = roster.of_key(roster.account) is None
            if first:
                added = Identity(person, roster.account, roster.earlier)
            else:
                added = Identity(person, self._new_file(os.urandom(32), Kept.PLAIN, None))
            save_roster(self.folder, replace(roster, people=(*roster.people, added), earlier=()))
        if first:
            self._configure(person)
        return added

    def use(self, name: str) -> Person:
        """From now on this person acts unless told otherwise. Raises :class:`UsageError` for one who is not listed."""
        person = self.roster().named(name).person
        self._configure(person)
        return person

    def protect(self, name: str | None, kept: Kept, passphrase: str | None = None) -> KeyFile:
        """Keep a person's key (without a name: that of who acts) in another way; ``passphrase`` is the new one.

        The key is opened first, and its former file stands until the new one is on the disk; earlier keys that lie
        open are kept the new way too. Raises :class:`LockedError`, :class:`UsageError` or :class:`StorageError`;
        nothing is changed then.
        """
        with changing(self.folder):
            identity, key = self._named(name)
            found, private = self._key(key), self._private(identity, key)
            for each in self._earlier(identity):
                path = self.folder / each
                if path.exists() and (old := read_key(path)).kept is Kept.PLAIN and kept is not Kept.PLAIN:
                    keep_key(path, open_key(old, "", lambda: None), kept, passphrase, self.cost)
            keep_key(found.path, private, kept, passphrase, self.cost)
            taken_out = found.kept is not Kept.KEYRING or kept is Kept.KEYRING or oskeyring.remove(found.fingerprint)
            return replace(read_key(found.path), in_keyring=not taken_out)

    def new_key(self, name: str | None, kept: Kept, passphrase: str | None = None) -> KeyFile:
        """Give a person (without a name: who acts) a new key, after the one before was lost or withdrawn; that one is
        kept. Raises :class:`UsageError` or :class:`StorageError`; nothing is changed then."""
        with changing(self.folder):
            identity, _ = self._named(name)
            made = self._new_file(os.urandom(32), kept, passphrase)
            save_roster(self.folder, self.roster().with_key(identity, made))
            return read_key(self.folder / made)

    def _new_file(self, private: bytes, kept: Kept, passphrase: str | None) -> str:
        name = f"keys/{hashlib.sha256(public_of(private)).hexdigest()[:16]}.json"
        keep_key(self.folder / name, private, kept, passphrase, self.cost)
        return name

    def _holder(self, actor: str) -> tuple[Identity | None, str]:
        roster = self.roster()
        found = roster.find(actor) if actor else None
        found = found or roster.of_key(roster.account)
        return found, found.key if found else roster.account

    def _named(self, name: str | None) -> tuple[Identity | None, str]:
        """As :meth:`_holder`, but whoever is named must be listed, or be the only one here."""
        roster = self.roster()
        if name is None:
            return self._holder(self.actor(None))
        if not roster.people and folded(name) == folded(self.actor(None)):
            return None, roster.account
        found = roster.named(name)
        return found, found.key

    def _earlier(self, identity: Identity | None) -> tuple[str, ...]:
        return identity.earlier if identity else self.roster().earlier

    def _person(self, identity: Identity | None) -> Person:
        return identity.person if identity else Person(self.actor(None))

    def _key(self, key: str) -> KeyFile:
        """Read a key's file; the account's own is made when nobody was ever listed, for then it is only not yet
        there."""
        path = self.folder / key
        try:
            if key == ACCOUNT_KEY and not path.exists() and not (self.folder / FILE).exists():
                make_secret(path, os.urandom(32).hex().encode())
        except OSError as error:
            raise CaseError(
                f"Your signing key cannot be made ({error.strerror}).",
                item=str(path),
                todo="Check the folder's permissions and the space on its disk.",
            ) from error
        return read_key(path)

    def _private(self, identity: Identity | None, key: str) -> bytes:
        found = self._key(key)
        opened = self._opened.get(found.fingerprint)
        if opened is None:
            # Whose it is matters only to who is asked for it: damaged settings keep nobody from signing.
            person = Person("") if found.kept is Kept.PLAIN else self._person(identity)
            opened = open_key(found, person.actor, lambda: self.ask(person) if self.ask else None)
            if found.kept is not Kept.PLAIN:
                self._opened[found.fingerprint] = opened
        return opened

    def _configure(self, person: Person) -> None:
        self.choose({"identity": person.actor})

    def mac(self, data: bytes) -> str:
        """A code (HMAC-SHA256, hex) that only this user can make: marks what may be reused without being trusted. Its
        secret is one of its own, so that looking needs no signing key; without it, what was kept is made again."""
        return hmac.new(self._reuse(), b"evidencekit/reuse\n" + data, hashlib.sha256).hexdigest()

    def _reuse(self) -> bytes:
        path = self.folder / _REUSE
        try:
            if not path.exists():
                make_secret(path, os.urandom(32).hex().encode())
            text = path.read_bytes()
        except OSError as error:
            raise CaseError(
                f"The secret that marks what can be used again cannot be read ({error.strerror}).",
                item=str(path),
                todo="Check the folder's permissions, or delete it: a new one is made then.",
            ) from error
        try:
            secret = bytes.fromhex(text.decode("ascii"))
        except ValueError:
            secret = b""
        if len(secret) != 32:
            secret = os.urandom(32)
            write_secret(path, secret.hex().encode())
        return secret

    def last_seen(self, case_uuid: str) -> bytes | None:
        """The newest checkpoint note of that case this user has acknowledged, or None."""
        path = self._seen(case_uuid)
        must_be_file(path)
        return path.read_bytes() if path.exists() else None

    def remember(self, case_uuid: str, note: bytes) -> None:
        """Keep a note as the newest seen."""
        write_private(self._seen(case_uuid), note)

    def _seen(self, case_uuid: str) -> Path:
        return self.folder / "last-seen" / case_uuid


def _unreadable(path: Path, error: BaseException | None = None) -> UsageError:
    todo = forbidden(error) or "Mend or delete the file."
    return UsageError("The settings cannot be read.", item=str(path), todo=todo)


def format_keys(keys: tuple[PublicKey, ...]) -> str:
    """``keys.txt``: one C2SP verifier line per key."""
    return "".join(key.vkey() + "\n" for key in keys)
