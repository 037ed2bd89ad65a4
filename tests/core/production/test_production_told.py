"""A page that is printed without what is held back says so: held back, never “not received”."""

from __future__ import annotations

import base64
import zipfile
from pathlib import Path

import pikepdf
import pytest

from evidencekit.casefile import write_case
from evidencekit.custody.keys import Home
from evidencekit.errors import UsageError
from evidencekit.job import Job
from evidencekit.production.produce import preview, produce
from evidencekit.production.values import Order
from tests.conftest import TakeIn
from tests.core.production.conftest import ACTOR, DEFENDER, hold, picture

_PHOTO = "00000002-PHOTO-2026-01-06.png"
_CHAT = f"""[06/01/2026, 07:12:00] Dana: hello
[06/01/2026, 07:13:00] Eric: <attached: {_PHOTO}>
[06/01/2026, 07:14:00] Eric: <attached: 00000003-PHOTO-2026-01-06.png>
"""


def test_a_conversation_and_an_archive_tell_what_is_held_back_from_what_never_came(
    tmp_path: Path, home: Home, new_case: Path, take: TakeIn
) -> None:
    received = tmp_path / "export"
    received.mkdir()
    with zipfile.ZipFile(received / "WhatsApp Chat - Eric.zip", "w") as archive:
        archive.writestr("_chat.txt", _CHAT)
        archive.writestr(_PHOTO, picture((60, 40), (200, 30, 30)))
    take(new_case, received)
    shown = "ITEM-0002"
    with write_case(new_case, home, ACTOR) as case:
        assert preview(case, Order(DEFENDER), Job()).named == ()
        hold(case, shown)
        named = preview(case, Order(DEFENDER), Job()).named
        places = {(each.inside, each.where) for each in named if (each.item, each.name) == (shown, _PHOTO)}
        assert places == {(inside, where) for inside in ("ITEM-0001", "ITEM-0003") for where in ("pdf", "text")} | {
            ("ITEM-0003", "native")  # the conversation's own file goes, and names it
        }
        assert len(named) == len(places)
        assert all("PHOTO-2026-01-06" in each.found for each in named)
        made = produce(case, Order(DEFENDER), tmp_path / "out", Job())
    texts = {each.item: (made.folder / "data" / each.text).read_text("utf-8") for each in made.production.items}
    assert shown not in texts
    chat, listing = texts["ITEM-0003"], texts["ITEM-0001"]
    assert f"held back · {_PHOTO}" in chat
    assert "00000003-PHOTO-2026-01-06.png · not among the items received" in " ".join(chat.split())
    assert next(each for each in listing.splitlines() if _PHOTO in each).endswith("held back")


def test_a_file_that_holds_what_is_held_back_stops_it(tmp_path: Path, home: Home, new_case: Path, take: TakeIn) -> None:
    secret = picture((60, 40), (200, 30, 30))
    received = tmp_path / "phone"
    received.mkdir()
    (received / "a.png").write_bytes(secret)
    page = f"<p>Saved</p><img src='data:image/png;base64,{base64.b64encode(secret).decode()}'>"
    (received / "b.html").write_text(page, "utf-8")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["x.png"] = pikepdf.AttachedFileSpec(pdf, secret, filename="x.png")
        pdf.save(received / "c.pdf")
    take(new_case, received)
    with write_case(new_case, home, ACTOR) as case:
        assert preview(case, Order(DEFENDER), Job()).hits == ()
        hold(case, "ITEM-0001")
        hits = preview(case, Order(DEFENDER), Job()).hits
        assert {(each.item, each.where, each.what) for each in hits} == {
            ("ITEM-0002", "native", "what is held back"),
            ("ITEM-0003", "native", "what is held back"),
        }
        hold(case, "ITEM-0002", "ITEM-0003", decision="hold-native")
        assert preview(case, Order(DEFENDER), Job()).hits == ()


def test_where_nothing_is_left_to_produce_it_is_said_why(
    home: Home, new_case: Path, take: TakeIn, received: Path
) -> None:
    def refused(**order: object) -> str:
        with write_case(new_case, home, ACTOR) as case, pytest.raises(UsageError) as error:
            preview(case, Order(DEFENDER, **order), Job())  # type: ignore[arg-type]
        return error.value.what

    assert refused() == "The case has no items yet, so there is nothing to produce."
    assert refused(only_new=True) == refused()
    take(new_case, received)
    with write_case(new_case, home, ACTOR) as case:
        hold(case, *(each.number for each in case.checked.items))
    assert refused().startswith("Every item of the case is held back as a whole")
    assert refused(only_new=True) == refused()  # the recipient got none of it
    assert refused(items=("ITEM-0001",)).startswith("All that belongs to the chosen items is held back")
