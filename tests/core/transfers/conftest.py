"""What the tests of custody going from one person to another share: an office of two people, a laboratory elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from evidencekit.casefile import Case, write_case
from evidencekit.casefile.checks import check_record, seal_name
from evidencekit.casefile.transferring import receive, release, transfer
from evidencekit.custody.checkpoint import Checkpoint
from evidencekit.custody.keyfiles import Scrypt
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.model import Person

ACTOR = "A. Rivera, victim-witness unit"
WORDS = "correct horse battery"
RIVERA = Person("A. Rivera", "victim-witness unit")
NG = Person("B. Ng", "clerk", "DA")
DOE = Person("C. Doe", "analyst", "State laboratory")
VIEW = Entry("view", {"item": "ITEM-0001"})


@pytest.fixture
def office(filled_case: Path, home: Home) -> Home:
    """The home of two people, the first of whom started the case."""
    cheap = replace(home, cost=Scrypt(2, 1, 1))
    cheap.add(RIVERA)
    cheap.add(NG)
    return cheap


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The home of somebody else, on another computer."""
    home = Home(tmp_path_factory.mktemp("lab"))
    home.add(DOE)
    return home


@contextmanager
def opened(case: Path, home: Home, actor: str = ACTOR) -> Iterator[Case]:
    with write_case(case, home, actor) as found:
        yield found


def codes(case: Path, home: Home) -> list[str]:
    return [each.code for each in check_record(case, home).findings]


def note_of(case: Path, size: int) -> Checkpoint:
    return Checkpoint.parse((case / "seals" / seal_name(size)).read_bytes())


def put_note(case: Path, note: Checkpoint) -> None:
    (case / "seals" / seal_name(note.size)).write_bytes(note.note())


def without(note: Checkpoint, place: int) -> Checkpoint:
    return replace(note, signatures=note.signatures[:place] + note.signatures[place + 1 :])


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a case that is part of its record."""
    inside = ("ledger.jsonl", "checkpoint", "keys.txt", "seals", "records", "acquisitions")
    found = [folder / name for name in inside] + [path for name in inside for path in (folder / name).glob("*")]
    return {str(path): path.read_bytes() for path in found if path.is_file()}


@pytest.fixture
def done_together(filled_case: Path, office: Home) -> tuple[Path, Home, int]:
    """A case with a transfer between two people of one computer; its note's size."""
    with opened(filled_case, office) as case:
        done, _ = transfer(case, "B. Ng")
    assert done.receive is not None
    return filled_case, office, done.receive


@pytest.fixture
def done_apart(filled_case: Path, office: Home, lab: Home) -> tuple[Path, Home, int]:
    """A case with a transfer over two computers, its receipt the last line; the size of the release's note."""
    with opened(filled_case, office) as case:
        out, _ = release(case, DOE)
    with opened(filled_case, lab, DOE.actor) as case:
        receive(case)
    return filled_case, lab, out.release
