"""The file of one key: behind a passphrase, in a keyring, damaged, and not to be written."""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from evidencekit.custody import durable, oskeyring
from evidencekit.custody.keyfiles import Kept, Scrypt, key_body, make_secret, open_key, public_of, read_key, write_key
from evidencekit.custody.keys import Home
from evidencekit.errors import CaseError, LockedError, StorageError, UsageError

CHEAP = Scrypt(2, 1, 1)
PRIVATE = bytes(range(32))
WORDS = "correct horse battery"
PASSPHRASES = st.text(min_size=8, max_size=20)


def nobody() -> str | None:
    raise AssertionError("nobody is to be asked")


def sealed(tmp_path: Path, **changes: Any) -> Path:
    body = key_body(PRIVATE, Kept.PASSPHRASE, WORDS, CHEAP)
    for name, value in changes.items():
        (body["kdf"] if name in body["kdf"] else body)[name] = value
    path = tmp_path / "key.json"
    path.write_text(json.dumps(body))
    return path


class Memory(KeyringBackend):
    """A keyring in this process: what is put there is given back."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class Open(Memory):
    """One that keeps what it is given in the open, and says so by its rating."""

    priority = 0.5  # type: ignore[assignment]


class Forgetful(Memory):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Shut(Memory):
    """One that is locked, whose bus raises what it likes."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError("org.freedesktop.Secret.Error.IsLocked")

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("org.freedesktop.Secret.Error.IsLocked")


class Torn(Memory):
    """One whose bus goes as soon as it has taken something."""

    def get_password(self, service: str, username: str) -> str | None:
        if self.held:
            raise OSError("the bus is gone")
        return None


class Clinging(Memory):
    """One that gives up nothing."""

    def delete_password(self, service: str, username: str) -> None:
        raise OSError("not allowed")


Choose = Callable[[KeyringBackend], None]


@pytest.fixture
def choose() -> Iterator[Choose]:
    """Make one keyring this process's; the former one is put back."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@given(st.binary(min_size=32, max_size=32), PASSPHRASES, PASSPHRASES)
def test_what_a_passphrase_seals_only_it_opens(
    tmp_path_factory: pytest.TempPathFactory, private: bytes, right: str, wrong: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "sealed.json"
    write_key(path, key_body(private, Kept.PASSPHRASE, right, CHEAP))
    found = read_key(path)
    assert (found.kept, found.raw) == (Kept.PASSPHRASE, public_of(private))
    assert private.hex() not in path.read_text()
    assert open_key(found, "B. Ng", lambda: right) == private
    if CHEAP.stretch(right, b"salt") != CHEAP.stretch(wrong, b"salt"):
        with pytest.raises(LockedError, match="not the passphrase of the signing key of B"):
            open_key(found, "B. Ng", lambda: wrong)


def test_a_passphrase_may_be_typed_composed_or_not(tmp_path: Path) -> None:
    write_key(tmp_path / "key.json", key_body(PRIVATE, Kept.PASSPHRASE, "sch\u00f6ner Satz", CHEAP))
    assert open_key(read_key(tmp_path / "key.json"), "", lambda: "scho\u0308ner Satz") == PRIVATE
    write_key(tmp_path / "key.json", key_body(PRIVATE, Kept.PASSPHRASE, "not UTF-8 \udcff", CHEAP))
    assert open_key(read_key(tmp_path / "key.json"), "", lambda: "not UTF-8 \udcff") == PRIVATE


@given(st.data())
def test_no_change_of_a_sealed_file_opens_to_anything(tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.json"
    write_key(path, key_body(PRIVATE, Kept.PASSPHRASE, WORDS, CHEAP))
    raw = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(raw)
    try:
        opened = open_key(read_key(path), "B. Ng", lambda: WORDS)
    except CaseError:
        return
    assert opened == PRIVATE  # only blanks between the values changed


@pytest.mark.parametrize(
    "cost",
    [
        {"n": 1 << 40},
        {"n": 1 << 20, "r": 32},
        {"p": 1 << 30},
        {"n": 3},
        {"n": 0},
        {"n": -2},
        {"n": True},
        {"n": 2.0},
        {"n": "2"},
        {"r": 0},
        {"name": "none"},
        {"salt": ""},
        {"salt": "%"},
        {"kdf": None},
        {"nonce": base64.b64encode(b"short").decode()},
        {"sealed": base64.b64encode(bytes(1 << 13)).decode()},
        {"cipher": "none"},
    ],
)
def test_a_file_that_asks_for_too_much_or_too_little_is_damaged_before_anybody_is_asked(
    tmp_path: Path, cost: dict[str, Any]
) -> None:
    with pytest.raises(CaseError, match="damaged"):
        open_key(read_key(sealed(tmp_path, **cost)), "B. Ng", nobody)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"{" * 10_000,
        b'{"version": 1, "public": "00", "kept": "plain"}',
        json.dumps({"version": 2, "public": "00" * 32, "kept": "plain"}).encode(),
        json.dumps({"version": 1, "public": "00" * 32, "kept": "elsewhere"}).encode(),
        b" " * (1 << 20),
        b"\xff" * 64,
    ],
)
def test_a_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key.json").write_bytes(content)
    with pytest.raises(CaseError, match="signing key is damaged"):
        read_key(tmp_path / "key.json")
    assert (tmp_path / "key.json").read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "last-seen").mkdir()
    for name in ("identity.key", "people.json", "settings.json", "last-seen/x"):
        os.mkfifo(tmp_path / name)
    with pytest.raises(CaseError, match="it is no file"):
        read_key(tmp_path / "identity.key")
    with pytest.raises(CaseError, match="cannot be read"):
        home.roster()
    with pytest.raises(UsageError, match="cannot be read"):
        home.settings()
    with pytest.raises(OSError, match="it is no file"):
        home.last_seen("x")


def test_a_private_key_that_is_not_that_of_the_public_one_is_damage(tmp_path: Path) -> None:
    body = key_body(PRIVATE, Kept.PLAIN, None, CHEAP)
    for private in (bytes(32).hex(), "00", "zz", None):
        write_key(tmp_path / "key.json", {**body, "private": private})
        with pytest.raises(CaseError, match="damaged"):
            open_key(read_key(tmp_path / "key.json"), "", nobody)


@pytest.mark.parametrize("passphrase", [None, "", "seven 7"])
def test_a_passphrase_that_is_too_short_is_refused(passphrase: str | None) -> None:
    with pytest.raises(UsageError, match="at least 8"):
        key_body(PRIVATE, Kept.PASSPHRASE, passphrase, CHEAP)


def test_what_a_new_passphrase_costs_by_default() -> None:
    assert Scrypt().n >= 1 << 15
    assert Scrypt().bearable()


def test_a_key_in_the_keyring(tmp_path: Path, choose: Choose) -> None:
    held = Memory()
    choose(held)
    assert oskeyring.usable() is not None
    path = tmp_path / "key.json"
    write_key(path, key_body(PRIVATE, Kept.KEYRING, None, CHEAP))
    assert PRIVATE.hex() not in path.read_text()
    found = read_key(path)
    assert list(held.held) == [("evidencekit", found.fingerprint)]
    assert open_key(found, "B. Ng", nobody) == PRIVATE
    held.held["evidencekit", found.fingerprint] = bytes(32).hex()
    with pytest.raises(LockedError, match="does not hold the signing key of B"):  # the file is not what is wrong
        open_key(found, "B. Ng", nobody)
    assert oskeyring.remove(found.fingerprint)
    with pytest.raises(LockedError, match="does not hold the signing key of B"):
        open_key(found, "B. Ng", nobody)
    choose(Shut())
    with pytest.raises(LockedError, match="IsLocked"):
        open_key(found, "B. Ng", nobody)
    assert not oskeyring.remove(found.fingerprint)
    choose(fail.Keyring())
    with pytest.raises(LockedError, match=r"^This computer has no keyring that could keep a signing key; nothing was"):
        open_key(found, "B. Ng", nobody)


def test_what_a_keyring_does_not_give_back_is_not_left_in_it(choose: Choose) -> None:
    torn = Torn()
    choose(torn)
    with pytest.raises(UsageError, match="the bus is gone"):
        key_body(PRIVATE, Kept.KEYRING, None, CHEAP)
    assert torn.held == {}


def test_a_keyring_that_does_not_give_up_a_key_is_told(tmp_path: Path, choose: Choose) -> None:
    held = Clinging()
    choose(held)
    home = Home(tmp_path, cost=CHEAP)
    home.key_of()
    home.protect(None, Kept.KEYRING)
    left = home.protect(None, Kept.PASSPHRASE, WORDS)
    assert left.in_keyring
    assert left.fingerprint in left.left
    assert held.held
    home.protect(None, Kept.KEYRING)
    choose(good := Memory())
    good.held = held.held
    assert not home.protect(None, Kept.PASSPHRASE, WORDS).in_keyring
    assert good.held == {}


def test_a_keyring_is_left_with_nothing_of_a_key_whose_file_cannot_be_written(
    tmp_path: Path, choose: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Memory()
    choose(held)
    home = Home(tmp_path, cost=CHEAP)
    before = home.key_of()

    def full(fd: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as at:
        at.setattr(durable, "write_all", full)
        for act in (lambda: home.protect(None, Kept.KEYRING), lambda: home.new_key(None, Kept.KEYRING)):
            with pytest.raises(StorageError, match="No space left"):
                act()
            assert held.held == {}
    home.protect(None, Kept.KEYRING)
    with monkeypatch.context() as at:
        at.setattr(durable, "write_all", full)
        with pytest.raises(StorageError, match="No space left"):
            home.protect(None, Kept.KEYRING)
    assert Home(tmp_path, cost=CHEAP).signer("0b5c1f60-0000-4000-8000-000000000001").public.raw == before.raw

    def torn(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    home.protect(None, Kept.PLAIN)
    with monkeypatch.context() as at:
        at.setattr(durable, "fsync_folder", torn)  # the file is in its place by then, and says that the keyring has it
        with pytest.raises(StorageError, match="Input/output"):
            home.protect(None, Kept.KEYRING)
    assert Home(tmp_path, cost=CHEAP).signer("0b5c1f60-0000-4000-8000-000000000001").public.raw == before.raw


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, chainer.ChainerBackend, Open, Forgetful, Shut])
def test_without_a_keyring_that_protects_nothing_is_kept_and_that_is_said(
    choose: Choose, backend: type[KeyringBackend], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = backend()
    if isinstance(chosen, chainer.ChainerBackend):
        monkeypatch.setattr(chainer.ChainerBackend, "backends", [Open()])
    choose(chosen)
    with pytest.raises(UsageError, match="keyring") as refused:
        key_body(PRIVATE, Kept.KEYRING, None, CHEAP)
    assert "passphrase" in refused.value.todo
    assert PRIVATE.hex() not in str(refused.value)


def test_of_several_keyrings_only_one_that_protects_is_used(choose: Choose, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = Memory(), Open()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [bad, good])
    choose(chainer.ChainerBackend())
    key_body(PRIVATE, Kept.KEYRING, None, CHEAP)
    assert (len(good.held), len(bad.held)) == (1, 0)


def test_a_file_that_cannot_be_written_leaves_the_former_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key.json"
    write_key(path, key_body(PRIVATE, Kept.PLAIN, None, CHEAP))
    before = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def full(fd: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable, "write_all", full)
    with pytest.raises(StorageError, match="No space left"):
        write_key(path, key_body(PRIVATE, Kept.PASSPHRASE, WORDS, CHEAP))
    with pytest.raises(OSError, match="No space left"):
        make_secret(tmp_path / "other", b"x")
    assert [each.name for each in tmp_path.iterdir()] == ["key.json"]
    assert path.read_bytes() == before
