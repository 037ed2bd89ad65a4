"""Work product never leaves: a mark of its own is planted in every field that a person can edit, and none is in what
is produced. A deed, a field of one or a column that comes later and is not planted makes this fail."""

from __future__ import annotations

import contextlib
import inspect
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import JSON, String, Table, select

from evidencekit import edits, mappings
from evidencekit.casefile import Case, transferring, write_case
from evidencekit.catalog import tables
from evidencekit.catalog.derivatives import DONE, Derivative, put
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.media.messages.mapping import ColumnMapping
from evidencekit.media.sweeping.hunt import Hunt
from evidencekit.model import MilestoneKind, Part, Party, Person, Role, Status
from evidencekit.production.produce import Produced, produce
from evidencekit.production.values import Order
from evidencekit.profile import load_profile
from evidencekit.spoken import Spoken
from tests.core.production.conftest import ACTOR, DEFENDER, MAIL, NOTE, ODD, PAPER, TURNED, VOICE

T = TypeVar("T")

# Parameters that take no words of a person's own: numbers of items, labels, dates, choices out of a list, names and
# ids that say which one is meant.
NO_WORDS = {
    "number", "numbers", "items", "groups", "label", "on", "before", "ids", "key", "keys", "item", "kind", "status",
    "categories", "role", "profile", "job", "terms of disclose", "name", "patch", "deed", "moment",
    "terms of unprotect",
}  # fmt: skip
# Tables of what was received, what was read or made of it, and what the program keeps for itself.
NOT_WRITTEN = {"case_info", "items", "refusals", "readings", "contacts", "stamps", "listing", "derivatives"}
NO_FREE_TEXT = {
    "acquisitions.source",  # goes out as CUSTODIAN
    "acquisitions.received", "acquisitions.received_by", "acquisitions.tool",
    "answers.item", "answers.key", "answers.actor", "answers.time",
    "transcripts.item", "transcripts.state", "transcripts.actor", "transcripts.time",
    "descriptions.item", "descriptions.when_by", "descriptions.when_at",
    "notes.item", "notes.actor", "notes.time",
    "parties.role", "milestones.kind", "milestones.item", "incidents.items", "incidents.categories",
    "exhibits.label", "exhibits.items", "exhibits.status", "exhibits.dates", "drafts.items", "drafts.label",
}  # fmt: skip
# A time that was said is kept as a time; this one is like no other.
SAID_TIMES = {"descriptions.when_said": "1987-11-", "milestones.when": "1988-10-", "incidents.when": "1989-09-"}


class Planting:
    """Does deeds with marks in them, and knows which parameter of which deed bore one."""

    def __init__(self) -> None:
        self.marks: list[str] = []
        self.borne: set[tuple[str, str]] = set()
        self.letter: set[str] = set()

    def mark(self, *, letter: bool = False) -> str:
        """A new mark; ``letter`` when it may stand in the letter."""
        self.marks.append(f"qz{len(self.marks):03d}wxq")
        if letter:
            self.letter.add(self.marks[-1])
        return self.marks[-1]

    def do(self, deed: Callable[..., T], *given: Any, **named: Any) -> T:
        bound = inspect.signature(deed).bind(*given, **named)
        for name, value in bound.arguments.items():
            if any(each in repr(value) for each in self.marks) or (name == "when" and "198" in repr(value)):
                self.borne.add((deed.__name__, name))
        return deed(*given, **named)


def plant(case: Case, received: Path) -> Planting:
    p = Planting()
    mark, do = p.mark, p.do
    profile = load_profile("default")
    received.write_text("Date,From,To\n03/01/2026 10:00,+14155550101,+14155550102\n", "utf-8")
    over = HandOver("Carrier", received_from=mark(), method=mark(), note=mark())
    calls = take_in(case, [received], over, Job(), workers=1).items[0].number
    columns = ColumnMapping(mark(), when="Date", sender="From", recipient="To", order="mdy")
    mappings.save(case.home, columns)
    mappings.apply(case, calls, columns, Job())
    do(edits.answer, case, NOTE, key="owner", value=mark())

    do(edits.put_party, case, Party(mark(), Role.OTHER, (mark(),), mark()))
    do(edits.put_party, case, Party("to change", Role.OTHER, ("x",), "y"))
    do(edits.edit_party, case, "to change", to=mark(), identifiers=[mark()], basis=mark())
    do(edits.describe, case, NOTE, title=mark(), when="1987-11-05", party=p.marks[5])
    do(edits.describe_items, case, [VOICE, ODD], title=mark(), when="1987-11-06", party=p.marks[5])
    do(edits.add_note, case, VOICE, text=mark())
    do(edits.edit_note, case, edits.add_note(case, MAIL, text="x"), text=mark())
    do(edits.add_milestone, case, when="1988-10-05", kind=MilestoneKind.NO, text=mark(), item=NOTE)
    changed = edits.add_milestone(case, when="1988-10-06", kind=MilestoneKind.OTHER, text="x")
    do(edits.edit_milestone, case, changed, when="1988-10-07", text=mark())
    more = {name: mark() for name in ("text", "location", "witness", "reported")}
    do(edits.add_incident, case, when="1989-09-05", items=[NOTE], **more)
    changed = edits.add_incident(case, when="1989-09-06", text="x")
    more = {name: mark() for name in ("text", "location", "witness", "reported")}
    do(edits.edit_incident, case, changed, when="1989-09-07", **more)

    do(edits.mark_exhibit, case, [NOTE], profile, title=mark(), witness=mark())
    marked = edits.mark_exhibit(case, [MAIL], profile)
    do(edits.arrange, case, marked.label, title=mark(), witness=mark(), group=mark())
    edits.set_status(case, marked.label, status=Status.OFFERED, on="2026-03-02")
    do(edits.add_draft, case, items=[TURNED], title=mark())
    do(edits.add_drafts, case, groups=[[PAPER]], title=mark())
    draft = edits.add_draft(case, items=[MAIL])
    do(edits.edit_draft, case, draft.id, title=mark(), witness=mark(), group=mark())

    heard = {"language": "en", "lines": [{"start": 0.0, "end": 1.0, "text": mark(), "words": []}]}
    with case.catalog.write() as connection:
        put(connection, Derivative(VOICE, "transcript", DONE, "t", "1", "2026", text=p.marks[-1], data=heard))
    lines = [Spoken(0.0, 1.0, mark(), mark())]
    do(edits.save_transcript, case, VOICE, lines=lines, speakers=[lines[0].speaker], basis=mark(), new=True)
    do(edits.certify_transcript, case, VOICE, by=f"{mark()}, clerk", declaration=mark())
    do(edits.save_transcript, case, VOICE, lines=[Spoken(0.0, 1.0, "", mark())], new=True)

    do(edits.protect, case, [mark(), mark()])
    edits.unprotect(case, [p.marks[-1]])
    do(edits.withhold, case, [ODD], mark(letter=True))
    do(edits.withhold, case, [PAPER], mark(letter=True), part=Part.NATIVE)
    do(edits.withhold, case, [TURNED], mark())
    do(edits.give_back, case, [TURNED], mark())
    do(edits.disclose, case, [NOTE], mark(), gps=True)
    transferring.release(case, Person("B. Vale", "clerk", "Court"), items=[MAIL], place=mark(), purpose=mark())
    return p


@pytest.fixture(scope="module")
def done(
    tmp_path_factory: pytest.TempPathFactory, to_produce_once: tuple[Path, Path]
) -> Iterator[tuple[Case, Planting, Produced]]:
    import shutil

    folder = tmp_path_factory.mktemp("work-product")
    home = Home(Path(shutil.copytree(to_produce_once[1], folder / "home")))
    shutil.copytree(to_produce_once[0], folder / "case", copy_function=shutil.copy2)
    with write_case(folder / "case", home, ACTOR) as case:
        planting = plant(case, folder / "calls.csv")
        order = Order(DEFENDER, note=planting.mark(letter=True), medium=planting.mark(letter=True))
        yield case, planting, produce(case, order, folder / "out", Job())


Done = tuple[Case, Planting, Produced]


def test_no_mark_is_in_the_package(done: Done) -> None:
    _, planting, made = done
    files = [path for path in made.folder.rglob("*") if path.is_file()]
    assert {"pdf", "natives", "text", "load"} <= {path.parent.name for path in files}
    for path in files:
        everything = path.name.encode() + b"\n" + b"\n".join(layers(path.read_bytes()))
        for mark in (*planting.marks, "1987-11-0", "1988-10-0", "1989-09-0"):
            for written in (mark.encode(), mark.encode("utf-16-le"), mark.encode("utf-16-be")):
                assert written not in everything, (path, mark)
                assert written.upper() not in everything, (path, mark)


def test_the_search_for_protected_terms_finds_no_mark_either(done: Done, tmp_path: Path) -> None:
    _, planting, made = done
    for number, path in enumerate(path for path in made.folder.rglob("*") if path.is_file()):
        hunt = Hunt(planting.marks, tmp_path / f"{number}", Job())
        assert [each for each in hunt.file(path, path.name) if isinstance(each.term, int)] == [], path


def test_the_letter_holds_reasons_and_what_was_said_for_it_only(done: Done) -> None:
    _, planting, made = done
    words = b"".join(layers(made.letter.read_bytes()))
    assert {each for each in planting.marks if each.encode() in words} == planting.letter


def test_every_deed_has_its_marks(done: Done) -> None:
    planting = done[1]
    missing = set()
    for name in edits.__all__:
        deed = getattr(edits, name)
        if inspect.isfunction(deed) and "case" in inspect.signature(deed).parameters:
            for parameter in inspect.signature(deed).parameters.values():
                told = {parameter.name, f"{parameter.name} of {name}"}
                words = any(each in str(parameter.annotation) for each in ("str", "Party", "Spoken"))
                if words and not told & NO_WORDS and (name, parameter.name) not in planting.borne:
                    missing.add(f"{name}({parameter.name})")
    assert missing == {"choose_moment(value)"}  # one that was found in the item


def test_every_column_that_a_person_writes_has_a_mark(done: Done) -> None:
    case, planting, _ = done
    missing = set()
    for table in tables.metadata.sorted_tables:
        if table.name in NOT_WRITTEN:
            continue
        for column in table.columns:
            name = f"{table.name}.{column.name}"
            if isinstance(column.type, (String, JSON)) and name not in NO_FREE_TEXT:
                said = SAID_TIMES.get(name)
                if not any(each in cells(case, table, column.name) for each in ([said] if said else planting.marks)):
                    missing.add(name)
    assert missing == set()
    assert {*tables.metadata.tables} >= NOT_WRITTEN | {each.split(".")[0] for each in NO_FREE_TEXT}


def test_every_mark_is_kept_somewhere_in_the_case(done: Done) -> None:
    case, planting, _ = done
    kept = b"".join(path.read_bytes() for path in case.folder.rglob("*") if path.is_file() and path.suffix != ".pdf")
    kept += b"".join(path.read_bytes() for path in (case.home.folder / "mappings").iterdir())
    assert [each for each in planting.marks if each.encode() not in kept] == []


def cells(case: Case, table: Table, column: str) -> str:
    with case.catalog.read() as connection:
        return repr(connection.execute(select(table.c[column])).all())


def layers(data: bytes) -> Iterator[bytes]:
    """Bytes, and what lies in them: members of archives, streams, words and metadata of PDFs, compressed pieces."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from layers(archive.read(name))
    if data.startswith(b"%PDF"):
        yield from in_pdf(data)
    at = data.find(b"\x78\x9c")
    while at >= 0 and not data.startswith(b"%PDF"):
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[at:])
        at = data.find(b"\x78\x9c", at + 1)


def in_pdf(data: bytes) -> Iterator[bytes]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for each in pdf.objects:
            yield each.unparse(resolved=True)
            if isinstance(each, pikepdf.Stream):
                try:
                    yield each.read_bytes()
                except pikepdf.PdfError:
                    yield each.read_raw_bytes()
        yield str(pdf.docinfo).encode()
        with pdf.open_outline() as outline:
            yield repr(outline.root).encode()
    document = pypdfium2.PdfDocument(data)
    for page in document:
        yield page.get_textpage().get_text_range().encode()
    document.close()
