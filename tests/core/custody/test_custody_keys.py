from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evidencekit.custody import keyfiles, keys
from evidencekit.custody.durable import take_lock
from evidencekit.custody.keys import Home, default_home
from evidencekit.custody.names import is_utf8, shown, text_of
from evidencekit.errors import CaseError, StorageError, UsageError

UUID = "0b5c1f60-0000-4000-8000-000000000001"


def test_the_key_is_made_once_and_is_the_users_alone(home: Home) -> None:
    first = home.signer(UUID).public
    assert home.signer(UUID).public == first
    mode = (home.folder / "identity.key").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert first.name.startswith(f"evidencekit/{UUID}/")
    assert [path.name for path in home.folder.iterdir()] == ["identity.key"]


def test_two_first_uses_at_once_agree_on_one_key(home: Home) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = {signer.public.raw for signer in pool.map(lambda _: home.signer(UUID), range(8))}
    assert len(found) == 1


def test_where_hard_links_are_not_to_be_had_a_key_is_made_all_the_same(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: object, target: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(keyfiles.os, "link", refuse)
    first = home.signer(UUID).public
    assert home.signer(UUID).public == first


@pytest.mark.parametrize("content", ["", "zz", "00", "é"])
def test_a_damaged_key_is_said_and_not_replaced(home: Home, content: str) -> None:
    path = home.folder / "identity.key"
    path.write_text(content, "utf-8")
    with pytest.raises(CaseError, match="signing key"):
        home.signer(UUID)
    assert path.read_text("utf-8") == content


def test_who_acts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys.getpass, "getuser", lambda: "arivera")
    assert home.actor(None) == "arivera"
    (home.folder / "settings.json").write_text('{"identity": "A. Rivera, advocate"}')
    assert home.actor(None) == "A. Rivera, advocate"
    assert home.actor(" B. Ng ") == "B. Ng"
    (home.folder / "settings.json").write_text("[]")
    with pytest.raises(UsageError, match="settings"):
        home.actor(None)
    for bad in ("", "  ", "a\nb", "a\u202eb"):
        with pytest.raises(UsageError, match="--by"):
            home.actor(bad)


def test_settings_are_kept_whole_and_for_the_user_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Home(home.folder / "not" / "yet")
    assert elsewhere.settings() == {}
    kept = {"identity": "A. Rivera, advocate", "theme": "dark", "text size": 1.25, "recent": ["/é/case"]}
    elsewhere.choose(kept)
    assert elsewhere.settings() == kept
    assert elsewhere.actor(None) == "A. Rivera, advocate"
    path = elsewhere.folder / "settings.json"
    assert {each.name for each in elsewhere.folder.iterdir()} == {"settings.json", "settings.lock"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def full(fd: int, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evidencekit.custody.durable.write_all", full)
    with pytest.raises(StorageError, match="No space left"):
        elsewhere.choose({"theme": "light"})
    assert elsewhere.settings() == kept
    assert not list(elsewhere.folder.glob("*.tmp"))


def test_what_several_choose_at_once_is_all_kept(home: Home) -> None:
    def choose(who: int) -> None:
        for turn in range(20):
            Home(home.folder).choose({f"{who}-{turn}": turn})
            Home(home.folder).remember("0" * 36, b"note")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(choose, range(8)))
    assert home.settings() == {f"{who}-{turn}": turn for who in range(8) for turn in range(20)}
    assert home.last_seen("0" * 36) == b"note"


def test_a_choice_waits_for_another_and_then_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.choose({"theme": "dark", "paper": "a4"})
    home.choose({"paper": None})
    monkeypatch.setattr(keys, "_PATIENCE", 0.05)
    with (home.folder / "settings.lock").open("ab") as held:
        assert take_lock(held.fileno())
        with pytest.raises(StorageError, match="another window or command"):
            home.choose({"theme": "light"})
    assert home.settings() == {"theme": "dark"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"null"])
def test_damaged_settings_are_said_and_never_written_over(home: Home, content: bytes) -> None:
    (home.folder / "settings.json").write_bytes(content)
    with pytest.raises(UsageError, match="settings"):
        home.settings()
    with pytest.raises(UsageError, match="settings"):
        home.choose({"theme": "light"})
    assert (home.folder / "settings.json").read_bytes() == content


def test_where_a_users_folder_is(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    assert default_home() == home.folder
    monkeypatch.delenv("EVIDENCEKIT_HOME")
    assert default_home().name == "evidencekit"


def test_names_are_shown_so_that_they_cannot_deceive() -> None:
    assert shown("photo\u202egpj.exe") == "photo\\u{202e}gpj.exe"
    assert shown("a\nb\x00\u2028") == "a\\u{a}b\\u{0}\\u{2028}"
    assert shown("é 💐 مرحبا") == "é 💐 مرحبا"
    assert text_of(b"bad\xff") == "bad\\xff"
    assert (is_utf8(b"bad\xff"), is_utf8("é".encode())) == (False, True)
    assert Path(shown("plain.txt")).name == "plain.txt"
