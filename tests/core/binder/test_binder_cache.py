from __future__ import annotations

import json
from pathlib import Path

import pytest

from evidencekit.binder.cache import Cache
from evidencekit.custody.keys import Home
from evidencekit.model import Pages


@pytest.fixture
def place(tmp_path: Path, home: Home) -> Path:
    """A kept rendition of two pages."""
    folder = tmp_path / "pages" / "abc"
    cache = Cache(tmp_path / "pages", home.mac)
    folder.mkdir()
    (folder / "pages.pdf").write_bytes(b"%PDF as rendered")
    cache.keep(folder, Pages(folder / "pages.pdf", 2, (0.5,), ("noted",), whole=False))
    return folder


def test_what_this_user_kept_is_used_again(place: Path, home: Home) -> None:
    found = Cache(place.parent, home.mac).kept(place)
    assert found == Pages(place / "pages.pdf", 2, (0.5,), ("noted",), whole=False)


def test_an_exchanged_rendition_is_made_anew(place: Path, home: Home) -> None:
    (place / "pages.pdf").write_bytes(b"%PDF of another!")
    assert Cache(place.parent, home.mac).kept(place) is None


@pytest.mark.parametrize("change", [{"count": 3}, {"file": "../../elsewhere.pdf"}, {"warnings": []}, {"whole": True}])
def test_a_changed_record_is_not_believed(place: Path, home: Home, change: dict[str, object]) -> None:
    record = json.loads((place / "kept.json").read_text())
    (record if "file" in change else record["body"]).update(change)
    (place / "kept.json").write_text(json.dumps(record))
    assert Cache(place.parent, home.mac).kept(place) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"body": {}, "mac": ""}', "torn {"])
def test_nonsense_is_not_believed(place: Path, home: Home, text: str) -> None:
    (place / "kept.json").write_text(text)
    assert Cache(place.parent, home.mac).kept(place) is None


def test_a_rendition_moved_to_another_items_place_is_not_believed(place: Path, home: Home) -> None:
    other = place.with_name("def")
    place.rename(other)
    assert Cache(place.parent, home.mac).kept(other) is None


def test_another_user_renders_for_themselves(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Cache(place.parent, Home(tmp_path_factory.mktemp("other")).mac).kept(place) is None


def test_a_failure_is_not_remembered(tmp_path: Path, home: Home) -> None:
    cache = Cache(tmp_path, home.mac)
    cache.keep(tmp_path / "x", Pages(None, 0, warnings=("could not be printed",)))
    assert cache.kept(tmp_path / "x") is None
    cache.keep(tmp_path / "y", Pages(None, 0, (0.1, 0.2)))
    assert cache.kept(tmp_path / "y") == Pages(None, 0, (0.1, 0.2))
