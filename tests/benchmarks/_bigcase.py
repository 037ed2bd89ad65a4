"""A large case for the benchmarks, made through the core as a person would: small real files taken in, described,
marked. Nothing is put into the catalog by hand."""

from __future__ import annotations

import io
import random
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evidencekit import edits
from evidencekit.casefile import Case, create_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.intake import HandOver, take_in
from evidencekit.job import Job
from evidencekit.model import CaseInfo, MilestoneKind, Party, Role
from evidencekit.profile import load_profile

ZONE = "America/Los_Angeles"
ACTOR = "A. Rivera, victim-witness unit"
_BATCHES = 8  # hand-overs
_EXHIBITS = 300
_START = datetime(2025, 11, 3, 7, 30, tzinfo=UTC)
_TEXT = (
    "again outside the building after work waiting car grey window answer please why not talk sister number new phone "
    "Montréal señora tomorrow morning evening parking lot letter flowers blocked account message seen photo street"
)
_WORDS = _TEXT.split()
_VICTIM, _DEFENDANT, _WITNESS = "Jordan Doe-Villanueva", "Marcus Hollis", "Officer T. Okonkwo"


@dataclass(frozen=True, slots=True)
class BigCase:
    """A case folder and the user folder that has seen it."""

    folder: Path
    home: Home


def big_case(where: Path, count: int = 10_000) -> BigCase:
    """A sound case of ``count`` items under ``where``; one that was made there before is used again.

    Two thirds are pictures, the rest notes and mail of 1 to 3 kB; long names, a party on every item, a long title on
    every third, 300 exhibits (fewer in a small case), a few milestones and notes.
    """
    made = BigCase(where / f"case-{count}", Home(where / "home"))
    done = where / f"case-{count}.done"  # a case left by a run that was stopped is none
    if done.exists():
        return made
    shutil.rmtree(made.folder, ignore_errors=True)
    received = where / "received"
    shutil.rmtree(received, ignore_errors=True)
    noise = random.Random(count)
    create_case(made.folder, CaseInfo("", "26CR00417", "People v. Hollis", ZONE, "Superior Court"), made.home, ACTOR)
    with write_case(made.folder, made.home, ACTOR) as case:
        _people(case)
        for batch in range(_BATCHES):
            numbers = range(count * batch // _BATCHES, count * (batch + 1) // _BATCHES)
            folder = received / f"hand-over {batch + 1}"
            _write_files(folder, numbers, noise)
            if numbers:
                hand_over = HandOver(f"Telephone of J. D., copy {batch + 1}", _VICTIM, "USB")
                take_in(case, [folder], hand_over, Job())
        shutil.rmtree(received)
        _describe(case, count, noise)
        _mark(case, count)
    done.touch()
    return made


def _write_files(folder: Path, numbers: range, noise: random.Random) -> None:
    for number in numbers:
        below = folder / f"DCIM and Messages {number // 250:03d}"
        if number % 250 == 0 or number == numbers.start:
            below.mkdir(parents=True, exist_ok=True)
        when = _START + timedelta(minutes=37 * number)
        said = " ".join(noise.choices(_WORDS, k=noise.randint(60, 300)))
        if number % 6 < 4:
            name = f"Screenshot_{when:%Y%m%d-%H%M%S}_com.example.messenger_conversation with {said[:60]}.jpg"
            data = _picture(noise, when)
        elif number % 6 == 4:
            name, data = f"Note {number} {said[:80]}.txt", said.encode()
        else:
            name, data = f"Re_ {said[:70]} {number}.eml", _mail(when, number, said)
        (below / name).write_bytes(data)


def _picture(noise: random.Random, when: datetime) -> bytes:
    """A small photograph that says of itself what a telephone's does."""
    from PIL import Image

    small = Image.frombytes("RGB", (6, 10), noise.randbytes(6 * 10 * 3))
    exif = Image.Exif()
    exif[0x0132] = f"{when:%Y:%m:%d %H:%M:%S}"
    exif[0x010F], exif[0x0110] = "Maker", f"Model {noise.randint(1, 9)}"
    taken = exif.get_ifd(0x8769)
    taken[0x9003], taken[0x9011] = f"{when:%Y:%m:%d %H:%M:%S}", "-08:00"
    taken[0x829A], taken[0x829D], taken[0x8827] = 1 / noise.randint(30, 2000), 1.8, noise.randint(50, 3200)
    out = io.BytesIO()
    size = (noise.randint(120, 200), noise.randint(200, 340))
    small.resize(size, Image.Resampling.BILINEAR).save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


def _mail(when: datetime, number: int, said: str) -> bytes:
    head = (
        f"From: m.hollis@example.org\nTo: jordan@example.org\nSubject: {said[:60]}\n"
        f"Date: {when:%a, %d %b %Y %H:%M:%S} +0000\nMessage-ID: <{number}@example.org>\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return f"{head}{said}\n".encode()


def _people(case: Case) -> None:
    edits.put_party(case, Party(_VICTIM, Role.VICTIM, ("jordan@example.org", "+15550142210"), "says so"))
    edits.put_party(case, Party(_DEFENDANT, Role.DEFENDANT, ("m.hollis@example.org", "+15550178834"), "police report"))
    edits.put_party(case, Party(_WITNESS, Role.WITNESS, ()))
    edits.add_milestone(case, when="2025-12-01", kind=MilestoneKind.NO, text="“Do not contact me again.”")
    edits.add_milestone(case, when="2026-01-15", kind=MilestoneKind.ORDER_SERVED, text="Order served at his workplace")


def _describe(case: Case, count: int, noise: random.Random) -> None:
    from evidencekit.catalog import items, search

    everything = [f"ITEM-{number:04d}" for number in range(1, count + 1)]
    for start, party in enumerate((_DEFENDANT, _DEFENDANT, _VICTIM, _WITNESS)):
        edits.describe_items(case, everything[start::4], party=party)
    with case.catalog.write() as connection:  # as `edits.describe` does, but once for all: each commit is flushed
        for place, number in enumerate(everything[::3]):
            title = f"{place}: " + " ".join(noise.choices(_WORDS, k=18))
            items.describe(connection, number, {"title": title})
            search.index_words(connection, items.get_items(connection, [number])[number])
    for number in everything[:: max(1, count // 40)]:
        edits.add_note(case, number, text="Compare with the export; ask about the second number.")


def _mark(case: Case, count: int) -> None:
    profile = load_profile("default")
    every = max(count // _EXHIBITS, 3)
    for number in range(1, count - 1, every):
        group = [f"ITEM-{number + more:04d}" for more in range(1 + (number // every) % 3)]
        edits.mark_exhibit(case, group, profile)
