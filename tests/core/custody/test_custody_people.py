"""Several people on one account: whose key signs, how it is kept, and what is said when it cannot be opened."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from evidencekit.custody import durable
from evidencekit.custody.keyfiles import Kept, Scrypt
from evidencekit.custody.keys import Home
from evidencekit.custody.people import checked, person_of, read_roster
from evidencekit.errors import CaseError, LockedError, StorageError, UsageError
from evidencekit.model import Person

UUID = "0b5c1f60-0000-4000-8000-000000000001"
CHEAP = Scrypt(2, 1, 1)
WORDS = "correct horse battery"
RIVERA = Person("A. Rivera", "advocate", "DA")
NG = Person("B. Ng", "clerk", "DA")


@pytest.fixture
def office(home: Home) -> Home:
    """A home of two people; the first has the account's key."""
    cheap = replace(home, cost=CHEAP)
    cheap.add(RIVERA)
    cheap.add(NG)
    return cheap


def fresh(home: Home, passphrase: str | None = None) -> Home:
    """The same folder as a new program finds it."""
    return Home(home.folder, ask=None if passphrase is None else lambda _: passphrase, cost=CHEAP)


def files(home: Home) -> dict[str, bytes]:
    """Everything kept that matters, by name."""
    found = sorted(path for path in home.folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(home.folder)): path.read_bytes() for path in found}


def raw(home: Home, actor: str) -> bytes:
    return home.signer(UUID, actor).public.raw


def test_the_first_person_takes_over_the_accounts_key_and_others_have_their_own(home: Home) -> None:
    before = home.signer(UUID).public
    first, second = home.add(RIVERA), home.add(NG)
    assert (first.key, home.actor(None)) == ("identity.key", "A. Rivera, advocate, DA")
    assert home.signer(UUID, RIVERA.actor).public == before
    assert raw(home, NG.actor) != before.raw
    assert raw(home, "somebody else") == before.raw
    for name in ("people.json", second.key):
        assert stat.S_IMODE((home.folder / name).stat().st_mode) == 0o600
    told = home.signatories()
    assert [(each.person, each.used, each.account) for each in told] == [(RIVERA, True, True), (NG, False, False)]
    assert home.use("b. ng") == NG
    assert [each.used for each in home.signatories()] == [False, True]
    assert home.signatory().person == NG


def test_who_was_configured_to_act_before_keeps_the_accounts_key(home: Home) -> None:
    home.choose({"identity": "A. Rivera, advocate", "theme": "dark"})
    before = raw(home, "A. Rivera, advocate")
    assert [each.person.actor for each in home.signatories()] == ["A. Rivera, advocate"]
    home.add(NG)
    assert raw(home, "A. Rivera, advocate") == before != raw(home, NG.actor)
    assert home.settings() == {"identity": "A. Rivera, advocate", "theme": "dark"}
    assert [each.person.name for each in home.signatories()] == ["A. Rivera", "B. Ng"]


def test_who_was_configured_can_be_listed_with_more_said_of_them(home: Home) -> None:
    home.choose({"identity": "A. Rivera"})
    before = raw(home, "A. Rivera")
    home.add(RIVERA)
    assert (home.actor(None), raw(home, RIVERA.actor)) == (RIVERA.actor, before)
    assert len(home.signatories()) == 1


@pytest.mark.parametrize("called", ["B. Ng, clerk, DA", "B. Ng", "b. ng,  CLERK", " B. Ng, clerk ", "Ｂ. Ng"])
def test_a_person_is_found_by_what_says_who_is_meant(office: Home, called: str) -> None:
    assert raw(office, called) == raw(office, NG.actor)
    assert office.actor(called) == NG.actor


def test_two_people_of_one_name_are_told_apart_or_asked_about(office: Home) -> None:
    other = Person("B. Ng", "investigator", "Police")
    office.add(other)
    assert len({raw(office, each.actor) for each in (RIVERA, NG, other)}) == 3
    for act in (lambda: office.signer(UUID, "B. Ng"), lambda: office.actor("B. Ng"), lambda: office.use("B. Ng")):
        with pytest.raises(UsageError, match=r"Several.*clerk.*investigator"):
            act()
    assert raw(office, "B. Ng, investigator") == raw(office, other.actor)
    office.choose({"identity": "B. Ng"})
    assert [each.used for each in office.signatories()] == [False] * 3
    with pytest.raises(UsageError, match="listed already"):
        office.add(Person("b. ng", "CLERK", "da"))


@pytest.mark.parametrize("bad", ["", "  ", " , ", "a\nb", "a\u202eb", "a\u200bb", "a\x00b", "\udcff", "x" * 101])
def test_names_that_could_not_be_printed_are_refused(home: Home, bad: str) -> None:
    with pytest.raises(UsageError, match="name"):
        home.add(Person(bad))
    for person in (Person("A", bad), Person("A", "", bad)):
        if bad.strip(" ,"):
            with pytest.raises(UsageError):
                home.add(person)
    assert files(home) == {}


def test_a_person_in_words() -> None:
    assert person_of(" A. Rivera ,advocate,  DA, Unit 3") == Person("A. Rivera", "advocate", "DA, Unit 3")
    assert person_of("Zoe\u0308") == checked("Zo\u00eb") == Person("Zo\u00eb")


def test_a_passphrase_opens_a_key_once_for_the_life_of_a_home(office: Home) -> None:
    private = raw(office, NG.actor)
    assert office.protect("B. Ng", Kept.PASSPHRASE, WORDS).kept is Kept.PASSPHRASE
    asked: list[Person] = []

    def ask(person: Person) -> str:
        asked.append(person)
        return WORDS

    later = Home(office.folder, ask=ask)
    assert (later.locked(NG.actor), later.locked(RIVERA.actor)) == (NG, None)
    assert later.public(UUID, NG.actor).raw == private
    assert asked == []
    assert raw(later, NG.actor) == raw(later, "b. ng") == raw(later.silent(), NG.actor) == private
    assert (asked, later.locked(NG.actor)) == ([NG], None)
    assert later == Home(office.folder)
    assert hash(later) == hash(Home(office.folder))
    assert repr(later) == repr(Home(office.folder))
    assert fresh(office).locked(NG.actor) == NG


def test_without_the_right_passphrase_nothing_is_signed_and_nothing_changed(office: Home) -> None:
    office.protect("B. Ng", Kept.PASSPHRASE, WORDS)
    before = files(office)
    with pytest.raises(LockedError, match=r"B\. Ng.* protected by a passphrase, which was not given"):
        fresh(office).signer(UUID, NG.actor)
    for wrong in ("", "correct horse batterx", WORDS.upper()):
        home = fresh(office, wrong)
        for act in (
            lambda h=home: h.signer(UUID, NG.actor),
            lambda h=home: h.unlock(NG.actor),
            lambda h=home, w=wrong: fresh(office).unlock(NG.actor, w),
            lambda h=home: h.protect("B. Ng", Kept.PLAIN),
            lambda h=home: h.protect("B. Ng", Kept.PASSPHRASE, "another passphrase"),
        ):
            with pytest.raises(LockedError, match="not the passphrase"):
                act()
        assert home.locked(NG.actor) == NG
    with pytest.raises(UsageError, match="at least 8"):
        fresh(office, WORDS).protect("B. Ng", Kept.PASSPHRASE, "short")
    assert files(office) == before


def test_a_passphrase_is_changed_and_taken_away(office: Home) -> None:
    public = raw(office, RIVERA.actor)
    office.protect(None, Kept.PASSPHRASE, WORDS)
    assert b"private" not in files(office)["identity.key"]
    fresh(office, WORDS).protect(None, Kept.PASSPHRASE, "another passphrase")
    with pytest.raises(LockedError):
        fresh(office, WORDS).signer(UUID, RIVERA.actor)
    assert raw(fresh(office, "another passphrase"), "somebody else") == public
    fresh(office, "another passphrase").protect("A. Rivera", Kept.PLAIN)
    assert raw(fresh(office), RIVERA.actor) == public


def test_what_is_kept_for_use_again_needs_no_signing_key(home: Home) -> None:
    code = home.mac(b"x")
    assert not (home.folder / "identity.key").exists()
    assert stat.S_IMODE((home.folder / "reuse.key").stat().st_mode) == 0o600
    home = replace(home, cost=CHEAP)
    home.protect(None, Kept.PASSPHRASE, WORDS)
    assert fresh(home).mac(b"x") == code != home.mac(b"y")
    for damage in (b"", b"zz", b"\xff"):
        (home.folder / "reuse.key").write_bytes(damage)
        assert home.mac(b"x") == fresh(home).mac(b"x") != code


def test_a_new_key_takes_the_place_of_one_that_is_kept(office: Home) -> None:
    before, others = office.signatory("A. Rivera").key, raw(office, NG.actor)
    assert before is not None
    made = office.new_key("A. Rivera", Kept.PASSPHRASE, WORDS)
    later = fresh(office, WORDS)
    assert raw(later, RIVERA.actor) == raw(later, "somebody else") == made.raw != before.raw
    assert raw(fresh(office), NG.actor) == others
    told = office.signatory("A. Rivera")
    assert (told.key, told.earlier, told.account) == (made, (before,), True)
    assert before.kept is Kept.PLAIN
    later.protect("A. Rivera", Kept.PASSPHRASE, "another passphrase")
    assert [each.kept for each in office.signatory("A. Rivera").earlier] == [Kept.PASSPHRASE]


def test_an_account_without_anybody_listed_has_a_key_to_protect_and_to_replace(home: Home) -> None:
    home = replace(home, cost=CHEAP)
    me = home.actor(None)
    assert home.signatory().key is None
    first = raw(home, "")
    made = home.new_key(None, Kept.PLAIN)
    assert raw(home, "") == made.raw != first
    assert [(each.person.name, len(each.earlier)) for each in home.signatories()] == [(me, 1)]
    home.protect(me, Kept.PASSPHRASE, WORDS)
    assert fresh(home).locked() == Person(me)
    added = fresh(home, WORDS).add(RIVERA)
    assert (added.earlier, raw(fresh(home, WORDS), RIVERA.actor)) == (("identity.key",), made.raw)
    with pytest.raises(UsageError, match="Nobody of that name"):
        home.protect("B. Ng", Kept.PLAIN)


@pytest.mark.parametrize("name", ["identity.key", "keys"])
def test_a_key_that_is_gone_is_said_and_never_made_anew(office: Home, name: str) -> None:
    who = RIVERA if name == "identity.key" else NG
    key = office.signatory(who.actor).key
    assert key is not None
    key.path.unlink()
    before = files(office)
    with pytest.raises(CaseError, match="signing key cannot be read"):
        office.signer(UUID, who.actor)
    assert "cannot be read" in office.signatory(who.actor).trouble
    assert files(office) == before
    made = office.new_key(who.name, Kept.PLAIN)
    assert raw(office, who.actor) == made.raw


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b'{"version": 2}',
        b'{"version": 1, "account": "identity.key", "earlier": [], "people": [{}]}',
        b'{"version": 1, "account": "../../x", "earlier": [], "people": []}',
        b'{"version": 1, "account": "keys/../x.json", "earlier": [], "people": []}',
        b'{"version": 1, "account": "identity.key", "earlier": 5, "people": []}',
        b'{"version": 1, "account": "identity.key", "earlier": [], "people": [{"name": "a\\nb", "role": "",'
        b' "agency": "", "key": "identity.key", "earlier": []}]}',
        b"[" * 100_000,
        b" " * (2 << 20),
    ],
)
def test_a_damaged_list_is_said_and_left_as_it_is(office: Home, content: bytes) -> None:
    (office.folder / "people.json").write_bytes(content)
    before = files(office)
    for act in (
        lambda: office.signer(UUID, NG.actor),
        lambda: office.signer(UUID, "somebody"),
        lambda: office.add(Person("C. Doe")),
        lambda: office.new_key(None, Kept.PLAIN),
        office.signatories,
    ):
        with pytest.raises(CaseError, match=r"list of people.*keys themselves"):
            act()
    assert office.actor(None) == RIVERA.actor
    assert files(office) == before


def test_two_people_never_share_a_key(office: Home) -> None:
    path = office.folder / "people.json"
    body = json.loads(path.read_bytes())
    body["people"][1]["key"] = "identity.key"
    path.write_text(json.dumps(body))
    with pytest.raises(CaseError, match="list of people"):
        office.signer(UUID, NG.actor)


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    home = Home(tmp_path / "file" / "home")
    for act in (lambda: home.signer(UUID), lambda: home.mac(b"x")):
        with pytest.raises(CaseError, match="cannot be"):
            act()
    for act in (lambda: home.add(NG), lambda: home.protect(None, Kept.PLAIN), lambda: home.new_key(None, Kept.PLAIN)):
        with pytest.raises((StorageError, UsageError), match="cannot be"):
            act()


@pytest.mark.parametrize("act", ["add", "new key", "protect"])
def test_a_disk_that_is_full_at_any_write_loses_no_key(office: Home, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    private = office.signer(UUID, NG.actor).private.private_bytes_raw()
    write_all, left = durable.write_all, 0

    def filling(fd: int, data: bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, "No space left on device")
        write_all(fd, data)

    monkeypatch.setattr(durable, "write_all", filling)
    deeds = {
        "add": lambda: office.add(Person("C. Doe")),
        "new key": lambda: office.new_key("B. Ng", Kept.PLAIN),
        "protect": lambda: office.protect("B. Ng", Kept.PASSPHRASE, WORDS),
    }
    failures = 0
    for allowed in range(5):
        left, before = allowed, read_roster(office.folder)
        try:
            deeds[act]()
            break
        except StorageError:
            failures += 1
            assert read_roster(office.folder) == before
            assert fresh(office).signer(UUID, NG.actor).private.private_bytes_raw() == private
    assert failures == (1 if act == "protect" else 2)
    assert not list(office.folder.rglob("*.tmp"))


def test_people_who_are_added_at_the_same_time_are_all_listed_or_told_to_wait(office: Home) -> None:
    def add(number: int) -> str | None:
        try:
            return fresh(office).add(Person(f"Person {number}")).person.name
        except CaseError:  # another one is at it: told, and nothing was changed
            return None

    with ThreadPoolExecutor(4) as pool:
        added = {name for name in pool.map(add, range(12)) if name}
    assert added
    assert {each.person.name for each in office.roster().people} == {"A. Rivera", "B. Ng", *added}
    assert len({raw(office, each.person.actor) for each in office.roster().people}) == 2 + len(added)
