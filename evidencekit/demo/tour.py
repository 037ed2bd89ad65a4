"""The whole job on the synthetic case: new, add, descriptions, exhibits, binder, chronology, contacts, production,
verify."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from evidencekit import edits
from evidencekit.binder.build import Built, build_binder
from evidencekit.casefile import Case, create_case, write_case
from evidencekit.casefile.timeline import case_contacts, case_rows
from evidencekit.chronology.contact_report import csv_lines
from evidencekit.chronology.report import write
from evidencekit.chronology.tally import Summary
from evidencekit.custody.keys import Home
from evidencekit.custody.packaged import check_package
from evidencekit.demo.received import write_received
from evidencekit.demo.story import Contacts, HandOver, Story
from evidencekit.intake import HandOver as Given
from evidencekit.intake import Taken, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo, Item, Party, Status
from evidencekit.printing.paper import PaperName
from evidencekit.profile import load_profile
from evidencekit.reread import reread_items
from evidencekit.verify import Verdict, verify_path

Say = Callable[[str], None]


@dataclass(slots=True)
class Tour:
    """What the tour made: where each result lies, and every finding that was ``unexpected`` or ``missing``."""

    received: Path
    case: Path
    story: Story | None = None
    binder: Path | None = None
    chronology: Path | None = None
    contacts: Path | None = None
    counted: Summary | None = None
    items: int = 0
    refused: int = 0
    pages: int = 0
    production: Path | None = None
    letter: Path | None = None
    produced: tuple[str, str, int] | None = None  # first and last Bates number, pages
    held_back: int = 0
    verdict: Verdict | None = None
    unexpected: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def as_planted(self) -> bool:
        return not self.unexpected and not self.missing and bool(self.verdict and self.verdict.ok)


def run_tour(folder: Path, home: Home, job: Job, say: Say, *, items: int = 120, printed: bool = True) -> Tour:
    """Write the received files under ``folder/received`` and take them through the whole job in ``folder/case``; not
    ``printed``, the tour ends when exhibits are marked, and leaves building and verifying to whoever tries it.

    Raises what the core raises; the folder must not hold an earlier tour.
    """
    tour = Tour(folder / "received", folder / "case")
    say(f"Writing the received files of a synthetic stalking case to {tour.received}")
    story = tour.story = write_received(tour.received, items=items, job=job)
    fields = story.case
    info = CaseInfo(
        "", fields.number, fields.caption, fields.timezone, fields.court, fields.jurisdiction, fields.agency
    )
    create_case(tour.case, info, home, story.hand_overs[0].by)
    for hand_over in story.hand_overs:
        _take_in(tour, hand_over, home, job, say)
    with write_case(tour.case, home, story.hand_overs[0].by, job=job) as case:
        _answer(case, story, job)
        numbers = _numbers(case, story)
        _compare(case, story, numbers, tour)
        say("Describing items; adding parties, milestones and incidents")
        _tell(case, story, numbers)
        say("Marking exhibits")
        _mark(case, story, numbers)
        if not printed:
            return tour
        say("Building the binder")
        built = build_binder(case, folder / "binder", load_profile("default"), PaperName.LETTER, job)
        _chronology(case, folder, tour)
        say("Counting contacts")
        _contacts(case, folder, story, tour)
        _produce(case, story, folder, tour, job, say)
    _note_binder(tour, built)
    say("Verifying the case")
    tour.verdict = verify_path(tour.case, home, job)
    return tour


def _take_in(tour: Tour, hand_over: HandOver, home: Home, job: Job, say: Say) -> Taken:
    say(f"Taking in: {hand_over.source}")
    received = datetime.fromisoformat(hand_over.received).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    given = Given(hand_over.source, hand_over.received_from, hand_over.method, received, hand_over.note)
    with write_case(tour.case, home, hand_over.by, job=job) as case:
        taken = take_in(case, [tour.received / each for each in hand_over.folders], given, job)
    tour.items += len(taken.items)
    tour.refused += len(taken.refused)
    return taken


def _numbers(case: Case, story: Story) -> dict[str, Item]:
    """The story's paths → the items they became, or that came out of them."""
    from evidencekit.catalog.items import all_items

    with case.catalog.read() as connection:
        found = {(item.acquisition, item.received_path): item for item in all_items(connection)}
    paths = (*story.files, *story.members)
    return {path: found[story.taken_as(path)] for path in paths if story.taken_as(path) in found}


def _answer(case: Case, story: Story, job: Job) -> None:
    """What only a person can tell of a file is told, and these files are read again."""
    numbers = _numbers(case, story)
    for each in story.answers:
        for key, value in each.answers:
            edits.answer(case, numbers[each.path].number, key=key, value=value)
    reread_items(case, [numbers[each.path].number for each in story.answers], job)


def _compare(case: Case, story: Story, numbers: dict[str, Item], tour: Tour) -> None:
    """Hold what intake found against what was planted."""
    from evidencekit.catalog.items import all_refusals

    planted = story.planted
    with case.catalog.read() as connection:
        refused = {refusal.path for refusal in all_refusals(connection)}
    due = {story.taken_as(path)[1] for path, _ in planted.refused}
    _differ(tour, "refused", refused, due)
    faulty = {each.path for each in planted.faults}
    warned = {path for path, item in numbers.items() if item.warnings}
    _differ(tour, "warned of", warned - faulty - set(planted.mismatched), set())
    _differ(tour, "warned of", {each.path for each in planted.faults if each.must} & warned, _musts(story))
    mismatched = {path for path, item in numbers.items() if not item.extension_matches}
    _differ(tour, "reported as mismatching", mismatched, set(planted.mismatched))
    repeats = {path for path, item in numbers.items() if item.duplicate_of}
    _differ(tour, "noted as repeating", repeats, {path for pair in planted.duplicates for path in pair} & repeats)
    for pair in planted.duplicates:
        if not repeats & set(pair):
            tour.missing.append(f"{pair[0]} was not noted as repeating {pair[1]}")
    _differ(tour, "taken in", set(numbers), {*story.files, *story.members})


def _musts(story: Story) -> set[str]:
    return {each.path for each in story.planted.faults if each.must}


def _differ(tour: Tour, what: str, found: set[str], due: set[str]) -> None:
    tour.unexpected += [f"{path} was {what}" for path in sorted(found - due)]
    tour.missing += [f"{path} was not {what}" for path in sorted(due - found)]


def _tell(case: Case, story: Story, numbers: dict[str, Item]) -> None:
    for party in story.parties:
        edits.put_party(case, Party(party.name, party.role, party.identifiers, party.basis))
    for each in story.descriptions:
        edits.describe(case, numbers[each.path].number, title=each.title, when=each.when, party=each.party)
    for milestone in story.milestones:
        rests_on = numbers[milestone.path].number if milestone.path else None
        edits.add_milestone(case, when=milestone.when, kind=milestone.kind, text=milestone.text, item=rests_on)
    for incident in story.incidents:
        edits.add_incident(
            case,
            when=incident.when,
            text=incident.text,
            items=[numbers[path].number for path in incident.paths],
            categories=incident.categories,
            location=incident.location,
            witness=incident.witness,
            reported=incident.reported,
        )
    for note in story.notes:
        edits.add_note(case, numbers[note.path].number, text=note.text)


def _mark(case: Case, story: Story, numbers: dict[str, Item]) -> None:
    profile = load_profile("default")
    today = datetime.now(ZoneInfo(case.info.timezone)).date().isoformat()
    for each in story.exhibits:
        marked = edits.mark_exhibit(
            case,
            [numbers[path].number for path in each.paths],
            profile,
            label=each.label,
            title=each.title,
            witness=each.witness,
        )
        if each.group:
            edits.arrange(case, marked.label, group=each.group)
        for status, _ in each.dates:
            if status is not Status.MARKED:  # nothing is offered before it is marked, and it is marked today
                edits.set_status(case, marked.label, status=status, on=today)
        if each.withdrawn:
            edits.withdraw_exhibit(case, marked.label)


def _chronology(case: Case, folder: Path, tour: Tour) -> None:
    rows = case_rows(case.catalog)
    built = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in ("chronology.pdf", "chronology.csv", "chronology.xlsx"):
        write(rows, case.info, folder / name, built=built)
    tour.chronology = folder / "chronology.pdf"


def _contacts(case: Case, folder: Path, story: Story, tour: Tour) -> None:
    found = case_contacts(case.catalog)
    tour.contacts, tour.counted = folder / "contacts.csv", found.summary
    with tour.contacts.open("wb") as file:
        file.writelines(csv_lines(found.contacts, found.turned, found.zone))
    counted = found.summary
    seen = Contacts(counted.total, counted.to_victim, counted.after_no or 0, counted.after_order_served or 0)
    if seen != story.planted.contacts:
        tour.unexpected.append(f"{seen} were counted where {story.planted.contacts} were told of")


def _produce(case: Case, story: Story, folder: Path, tour: Tour, job: Job, say: Say) -> None:
    from evidencekit.demo.producing import produce_all

    say("Looking for what is protected, and producing the rest")
    made = produce_all(case, story, _numbers(case, story), folder / "production", job, say)
    told = made.production
    tour.production, tour.letter = made.folder, made.letter
    tour.produced, tour.held_back = (told.first, told.last, told.pages), len(told.held)
    faults = check_package(made.folder, job).findings
    tour.unexpected += [f"The production does not hold: {each.message}" for each in faults]


def _note_binder(tour: Tour, built: Built) -> None:
    tour.binder = built.folder
    tour.pages = sum(volume["pages"] for volume in built.record["volumes"])
