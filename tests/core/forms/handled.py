"""A case that was handled for three days, made once: transfers, a verification, productions, decisions."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidencekit import edits
from evidencekit.casefile import Case, transferring, write_case
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.edits import protecting
from evidencekit.model import Part, Party, Person, Role
from evidencekit.profile import load_profile

RIVERA = Person("A. Rivera", "victim-witness unit")
NG = Person("B. Ng", "forensic laboratory", "City Police")


@pytest.fixture(scope="session")
def handled_once(taken_once: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The case's folder and its user's; only to be read.

    On the first day it is taken in, two items are marked; on the second they go to the laboratory, another is released
    and not received, everything is verified; on the third one is withheld, a term protected, one produced; the
    production of another is never completed.
    """
    case, maker = taken_once
    folder = tmp_path_factory.mktemp("handled")
    home = Home(Path(shutil.copytree(maker, folder / "home")))
    shutil.copytree(case, folder / "case")
    home.add(RIVERA)
    home.add(NG)
    with write_case(folder / "case", home, RIVERA.actor) as opened:
        edits.put_party(opened, Party("Jane Doe", Role.VICTIM, ("+15550142210",)))
        edits.put_party(opened, Party("Marc Hollis", Role.DEFENDANT, ("+15550178834",)))
        edits.mark_exhibit(opened, ["1", "3"], load_profile("default"), title="Two notes of her own words")
        edits.add_note(opened, "1", text="my own opinion of this")
        _on_day(opened, 1)
        transferring.transfer(opened, NG.actor, items=["ITEM-0001"], place="Evidence room 3", purpose="Examination")
        transferring.release(opened, Person("C. Ortiz", "clerk"), items=["ITEM-0002"])
        opened.commit([Entry("verify", {"findings": 0, "items": 4, "lines": opened.size, "root": ""})])
        _on_day(opened, 2)
        protecting.protect(opened, ["Evidence room"])
        protecting.withhold(opened, ["4"], "Under seal", Part.WHOLE)
        _produce(opened, 1, "ITEM-0001", 1)
        _produce(opened, 2, "ITEM-0003", 3, completed=False)
    return folder / "case", home.folder


def _on_day(case: Case, days: int) -> None:
    now = datetime.now(UTC) + timedelta(days=days)
    assert case._ledger is not None
    case._ledger._clock = lambda: now


def _produce(case: Case, number: int, item: str, first: int, *, completed: bool = True) -> None:
    """Log and seal a production of one item as ``produce`` does."""
    sha256 = next(each.digests.sha256 for each in case.checked.items if each.number == item)
    begin, end = f"HOLLIS{first:06}", f"HOLLIS{first + 1:06}"
    went = {"item": item, "sha256": sha256, "begin": begin, "end": end, "pages": 2}
    body = {"kind": "production", "number": number, "to": "Office of the defender", "medium": "disc", "items": [went]}
    fields = {"production": number, "items": 1, "pages": 2, "first": begin, "last": end}
    sealed = case.commit([Entry("produce", {**fields, "prefix": "HOLLIS", "manifest": "0" * 64, **case.record(body)})])
    case.seal(sealed)
    if completed:
        case.commit([Entry("derive", {"made": "production", "production": number, "produce": sealed.size})])


@pytest.fixture
def handled(handled_once: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Home]:
    """That case, and the home of who made it, which commands take for this user's."""
    case, home = handled_once
    monkeypatch.setenv("EVIDENCEKIT_HOME", str(home))
    return case, Home(home)
