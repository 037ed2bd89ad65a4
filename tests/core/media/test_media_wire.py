"""Frames survive the pipe; garbage is refused, whatever it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidencekit.media.wire import Inbox, WireError, pack, pack_pages, pack_reading, unpack_pages, unpack_reading
from evidencekit.model import Child, Fact, Kind, Moment, Pages, Reading, Zone

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def in_pieces(data: bytes, size: int) -> Inbox:
    stream = io.BytesIO(data)
    return Inbox(lambda n: stream.read(min(n, size)))


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.text(alphabet=st.characters()), json_values, max_size=4), max_size=5),
    st.integers(1, 50),
)
def test_messages_come_out_as_they_went_in(messages: list[dict[str, object]], size: int) -> None:
    inbox = in_pieces(b"".join(pack(m) for m in messages), size)
    assert [inbox.next() for _ in messages] == messages
    assert inbox.next() is None


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_garbage_is_refused_or_ends(data: bytes) -> None:
    inbox = in_pieces(data, 7)
    try:
        while (message := inbox.next()) is not None:
            assert isinstance(message, dict)
    except WireError:
        pass


@pytest.mark.parametrize(
    "data", [b"\0\0", b"\xff\xff\xff\xff", b"\0\0\0\x09{}", b"\0\0\0\x02[]", b"\0\0\0\x04{'a}", b"\0\0\0\x01{"]
)
def test_broken_frames_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        in_pieces(data, 100).next()


def test_deep_nesting_is_refused() -> None:
    body = b"[" * 100_000
    with pytest.raises(WireError):
        in_pieces(len(body).to_bytes(4) + body, 65_536).next()


def test_readings_and_pages_come_back_whole(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("x")
    (tmp_path / "0001.jpg").write_bytes(b"x")
    (tmp_path / "pages.pdf").write_bytes(b"x")
    reading = Reading(
        Kind.EMAIL,
        "message/rfc822",
        False,
        "email",
        "1",
        facts=(Fact("to", ["a", "b"], "mail To"), Fact("x", None, ""), Fact("y", 1.5, ""), Fact("z", True, "")),
        moments=(Moment("2026-01-06T07:12:00-08:00", "Tue, 6 Jan", "mail Date", Zone.STATED),),
        warnings=("one",),
        text=tmp_path / "text.txt",
        children=(Child("a\u202eb.jpg", tmp_path / "0001.jpg", (("mtime", "2026-01-06T15:12:00Z"),)),),
        pages=3,
        seconds=1.25,
    )
    assert unpack_reading(pack_reading(reading), tmp_path) == reading
    for whole in (True, False):
        pages = Pages(tmp_path / "pages.pdf", 2, (0.0, 0.5, 1.0), ("w",), whole)
        assert unpack_pages(pack_pages(pages), tmp_path) == pages


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret", "", "folder", "missing"])
def test_a_worker_cannot_name_files_that_are_not_its_own(tmp_path: Path, path: str) -> None:
    out = tmp_path / "out"
    (out / "folder").mkdir(parents=True)
    (tmp_path / "secret").write_text("x")
    message = pack_reading(Reading(Kind.OTHER, "a/b", True, "other", "1"))
    with pytest.raises(WireError):
        unpack_reading({**message, "text": str(out / path)}, out)
    with pytest.raises(WireError):
        unpack_reading({**message, "children": [["n", str(out / path), []]]}, out)
    with pytest.raises(WireError):
        unpack_pages({"pdf": str(out / path), "count": 1, "peaks": [], "warnings": []}, out)


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    message = pack_reading(Reading(Kind.OTHER, "a/b", True, "other", "1"))
    with pytest.raises(WireError):
        unpack_reading({**message, "text": str(tmp_path / "link")}, tmp_path)


@settings(deadline=None)
@given(
    json_values, st.sampled_from(["kind", "media_type", "facts", "moments", "warnings", "text", "children", "pages"])
)
def test_a_reading_of_the_wrong_shape_is_refused(value: object, key: str) -> None:
    message = pack_reading(Reading(Kind.OTHER, "a/b", True, "other", "1"))
    try:
        reading = unpack_reading({**message, key: value}, Path("/nowhere"))
    except WireError:
        return
    assert isinstance(reading, Reading)
