"""Productions that were logged, without packages: what letter and log are made from."""

from __future__ import annotations

from pathlib import Path

from evidencekit.binder.values import Seal
from evidencekit.casefile import Case, create_case
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.model import CaseInfo, HeldBack, Kind
from evidencekit.production.bates import bates
from evidencekit.production.earlier import body_of
from evidencekit.production.values import Order, Package, ProducedItem, Production

ACTOR = "A. Rivera, victim-witness unit"
INFO = CaseInfo(
    "",
    "26CR00417",
    "People v. Hollis",
    "America/Los_Angeles",
    "Superior Court",
    "County of Alameda",
    "Office of the DA",
)
TO = "Office of the defender"
KINDS = (Kind.IMAGE, Kind.AUDIO, Kind.EMAIL)


def case_to_log(folder: Path, home: Home, info: CaseInfo = INFO) -> Path:
    create_case(folder, info, home, ACTOR)
    return folder


def item(n: int, *, first: int = 0, pages: int = 2, native: bool = True, name: str = "a.bin") -> ProducedItem:
    first = first or 2 * n - 1
    begin = bates("HOLLIS", first)
    return ProducedItem(
        f"ITEM-{n:04d}", "", begin, bates("HOLLIS", first + pages - 1), pages, "", "", "Phone", name, name, "bin",
        1000, KINDS[n % 3], "application/octet-stream", "", "", f"{n:064x}", "b" * 64,
        "" if native else "Native file withheld", "", f"pdf/{begin}.pdf", f"text/{begin}.txt",
        f"natives/{begin}.bin" if native else "",
    )  # fmt: skip


def production(
    case: Case, number: int, *items: ProducedItem, order: Order | None = None, held: tuple[HeldBack, ...] = ()
) -> Production:
    return Production(number, case.info, order or Order(TO, "disc"), "HOLLIS", case.actor, items, held)


def log(case: Case, planned: Production, *, finished: bool = True) -> Package:
    """Log and seal it as ``produce`` does; gives what would vouch for its package."""
    manifest, tags, verify = f"{planned.number:064x}", "d" * 64, "e" * 64
    fields = {
        "production": planned.number,
        "items": len(planned.items),
        "pages": planned.pages,
        "first": planned.first,
        "last": planned.last,
        "prefix": planned.prefix,
        "manifest": manifest,
    }
    checkpoint = case.commit([Entry("produce", {**fields, **case.record(body_of(planned))})])
    case.seal(checkpoint)
    name = checkpoint.signatures[0][0]
    key = case.checked.state.key_named(name)
    assert key is not None
    when, note = case.checked.lines[-1].time, checkpoint.note().decode()
    if finished:
        done = {"made": "production", "production": planned.number, "produce": checkpoint.size}
        case.commit([Entry("derive", {**done, "tagmanifest": tags, "tool": "EvidenceKit"})])
    return Package(
        manifest, tags, verify, Seal(checkpoint.size, checkpoint.root_text, note, name, key.fingerprint, when)
    )
