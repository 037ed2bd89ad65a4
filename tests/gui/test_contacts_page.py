"""The contacts of a case beside its chronology, over an export that the real reader takes in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from evidencekit import edits
from evidencekit.casefile import write_case
from evidencekit.catalog.contacts import replace_contacts
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import Channel, Contact, MilestoneKind, Party, Role, Zone
from ui.models.contacts import ContactLines, Contacts, gather, narrowed
from ui.models.lines import Look
from ui.parts import Part
from ui.views.chronology import ChronologyView
from ui.views.contacts import ContactsView
from ui.window import Window

Opened = Callable[..., Window]
_SMS = (
    '<sms protocol="0" address="+1 555-017-8834" date="{date}" type="{type}" subject="null" body="{body}" '
    'read="1" status="-1" contact_name="Marc" />'
)
SAID = (
    (1767712320000, 1, "Please answer"),
    (1769746860000, 2, "Stop writing to me"),
    (1770087600000, 1, "Your &lt;b&gt;car"),
)


@pytest.fixture
def opened(reopened: Opened) -> Opened:
    """On the chronology page, in the window that these tests share."""
    return partial(reopened, page="chronology")


@pytest.fixture
def case(new_case: Path, home: Home, tmp_path: Path) -> Path:
    """Three messages, the parties, and the “No” between them."""
    export = tmp_path / "sms-20260410.xml"
    rows = "\n".join(_SMS.format(date=date, type=kind, body=body) for date, kind, body in SAID)
    export.write_text(f"<?xml version='1.0' encoding='UTF-8'?>\n<smses count=\"3\">\n{rows}\n</smses>\n", "utf-8")
    with write_case(new_case, home, "A. Rivera") as opened:
        take_in(opened, [export], HandOver("Phone of Jane Doe"), Job(), workers=1)
        edits.put_party(opened, Party("Jane Doe", Role.VICTIM, ("+15550142210",)))
        edits.add_milestone(opened, when="2026-01-29", kind=MilestoneKind.NO, text="x")
    return new_case


def shown(window: Window, qtbot: QtBot) -> ContactsView:
    window.show_page("chronology")
    page = window.views["chronology"]
    assert isinstance(page, ChronologyView)
    page.tabs.setCurrentWidget(page.contacts)
    settle(window, qtbot)
    return page.contacts


def settle(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.tasks.pending == 0, timeout=60_000)


def texts(view: ContactsView) -> list[str]:
    return [line.text for line in view.list.lines.lines]


def test_contacts_are_listed_narrowed_and_lead_to_their_item(opened: Opened, case: Path, qtbot: QtBot) -> None:
    window = opened(case)
    view = shown(window, qtbot)
    assert texts(view) == ["Please answer", "Stop writing to me", "Your <b>car"]
    first = view.list.lines.lines[0]
    assert first.below == "Text message · +15550178834 → Jane Doe"
    assert (first.first[0], first.last, first.lead) == ("6 Jan 2026", ("ITEM-0001", "message 1"), "1")
    assert view.bar.count.text() == (
        "3 contacts · 2 to the victim · 1 from the victim · 1 to the victim after the “No”"
    )
    window.session.edit(
        "Add a party",
        lambda case: edits.put_party(case, Party("Marc Hollis", Role.DEFENDANT, ("5550178834",))),
        [Part.PARTIES],
    )
    settle(window, qtbot)
    assert view.list.lines.lines[0].below == "Text message · Marc Hollis → Jane Doe"
    view.bar.direction.setCurrentIndex(view.bar.direction.findText("From the victim"))
    settle(window, qtbot)
    assert texts(view) == ["Stop writing to me"]
    assert view.bar.count.text().startswith("Of 3: 1 contact · 0 to the victim")
    qtbot.keyClicks(view.bar.words, "nowhere")
    qtbot.waitUntil(lambda: view.pages.currentWidget() is view.none, timeout=20_000)
    view.bar.clear()
    settle(window, qtbot)
    assert len(texts(view)) == 3
    view.bar.first.setText("29 January 2026")
    qtbot.keyClick(view.bar.first, Qt.Key.Key_Return)
    settle(window, qtbot)
    assert texts(view) == ["Stop writing to me", "Your <b>car"]
    view.list.setCurrentIndex(view.list.lines.index(1))
    qtbot.keyClick(view.list, Qt.Key.Key_Return)
    settle(window, qtbot)
    assert window.actions_made.state.page == "items"
    assert window.views["items"].list.chosen() == ["ITEM-0001"]  # type: ignore[attr-defined]


def test_the_contacts_that_are_listed_are_saved(opened: Opened, case: Path, qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(case)
    view = shown(window, qtbot)
    view.bar.words.setText("car")
    qtbot.waitUntil(lambda: len(texts(view)) == 1, timeout=20_000)
    out = tmp_path / "contacts.csv"
    view.export_to(out)
    settle(window, qtbot)
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert [row["Body"] for row in rows] == ["Your <b>car"]
    assert "1 of 3 contact" in view.written.words._whole


def test_a_case_without_contacts_says_how_they_come_in(opened: Opened, filled_case: Path, qtbot: QtBot) -> None:
    view = shown(opened(filled_case), qtbot)
    assert view.pages.currentWidget() is view.empty
    assert not view.bar.isVisible()
    assert "Parties give them their direction" in view.empty.words.text()


def test_lines_are_made_for_those_in_view_only(filled_case: Path, home: Home) -> None:
    def told(place: int) -> Contact:
        when = f"2026-01-{place % 28 + 1:02d}T{place % 24:02d}:00:00-08:00" if place else None
        return Contact(f"message {place}", Channel.CHAT, when, "", Zone.STATED, "a", ("b",), body=f"word{place}")

    with write_case(filled_case, home, "A. Rivera") as case:
        with case.catalog.write() as connection:
            replace_contacts(connection, "ITEM-0001", (told(place) for place in range(5000)))
        known = gather(case, Contacts().choice)
    lines = ContactLines(known)
    assert (len(lines), lines[0].look, lines[0].first[0]) == (5000, Look.WARN, "Needs a date")
    assert [line.lead for line in lines[4998:]] == ["4,999", "5,000"]
    assert len(lines._made) == 3
    some = narrowed(known, type(known.choice)(words="word4999"))
    one = ContactLines(some)
    assert [line.text for line in one] == ["word4999"]
    assert one.row_of(one[0].key) == 0
    assert one.row_of(1) is None
    assert lines.row_of(one[0].key) == one[0].key - 1
