"""Builders of binder values: small, believable, and the same on every run."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from evidencekit.binder.front import Binding
from evidencekit.binder.plan import ExhibitCount, Reserve, plan
from evidencekit.binder.reserve import reserve_for
from evidencekit.binder.values import BinderInput, BoundExhibit, BoundItem, Handling, Record, Seal
from evidencekit.model import CaseInfo, ChronologyRow, Digests, Kind, Status
from evidencekit.printing.paper import PaperName, sheet
from evidencekit.profile import Profile, load_profile

ZONE = "America/Los_Angeles"


class Make:
    """Makes cases, items, exhibits and bindings."""

    case = CaseInfo(
        "0f7a2c1e-5b52-4a6c-9a53-6f8c2b9d7a10",
        "26CR00417",
        "People v. Hollis",
        ZONE,
        "Superior Court of California",
        "County of San Diego",
        "District Attorney, Victim-Witness Unit",
    )
    seal = Seal(
        312,
        "XWi0Re8a41vKQm2d9rTz0PcL7fYuHn3sBk6eWxJ4oG4=",
        "evidencekit/0f7a2c1e\n312\nXWi0Re8a41vKQm2d9rTz0PcL7fYuHn3sBk6eWxJ4oG4=\n\n— evidencekit/0f7a2c1e abcd==\n",
        "evidencekit/0f7a2c1e-5b52-4a6c-9a53-6f8c2b9d7a10/a1b2c3",
        "9f2c41d07be85a13",
        "2026-11-23T00:04:11Z",
    )

    def item(self, number: int, name: str = "IMG_2041.PNG", **more: object) -> BoundItem:
        base = BoundItem(
            number=f"ITEM-{number:04d}",
            name=name,
            kind=Kind.IMAGE,
            media_type="image/png",
            size=381_204,
            digests=Digests(
                hashlib.sha256(name.encode()).hexdigest(), hashlib.sha256(b"b" + name.encode()).hexdigest()
            ),
            original=Path("nowhere"),
            case_zone=ZONE,
            source="Phone of J. D.",
            acquisition=1,
            received="2026-04-10T17:02:11Z",
            received_from="J. D.",
            received_by="A. Rivera",
            method="AirDrop",
            title="",
            when="9 Jan 2026, 02:14:09 PST (UTC−8)",
            when_basis="EXIF DateTimeOriginal; zone stated in the file",
            facts=(("Dimensions", "1170 × 2532 pixels"),),
            warnings=(),
            seconds=None,
        )
        return dataclasses.replace(base, **more)  # type: ignore[arg-type]

    def exhibit(
        self, label: str, items: Sequence[BoundItem] = (), title: str = "A screenshot", **more: object
    ) -> BoundExhibit:
        base = BoundExhibit(label, title, tuple(items), Status.MARKED, "J. D.", "", "6 Jan 2026", ())
        return dataclasses.replace(base, **more)  # type: ignore[arg-type]

    def withdrawn(self, label: str) -> BoundExhibit:
        return self.exhibit(label, title="", status=Status.WITHDRAWN, witness="", when="")

    def profile(self, name: str = "default", **more: object) -> Profile:
        return dataclasses.replace(load_profile(name), **more)  # type: ignore[arg-type]

    def counts(self, exhibits: Sequence[BoundExhibit], pages: int = 1) -> list[ExhibitCount]:
        return [
            ExhibitCount(e.label, 0 if e.withdrawn else 1, tuple((item.number, pages) for item in e.items))
            for e in exhibits
        ]

    def binding(
        self,
        exhibits: Sequence[BoundExhibit],
        rows: Sequence[ChronologyRow] = (),
        *,
        profile: Profile | None = None,
        paper: PaperName = PaperName.LETTER,
        counts: Sequence[ExhibitCount] | None = None,
        reserve: Reserve | None = None,
    ) -> Binding:
        profile = profile or self.profile()
        binder = BinderInput(self.case, tuple(exhibits), tuple(rows))
        page = sheet(paper, profile.gutter)
        done = (
            Handling("2026-04-10T17:02:11Z", "Received; copied, digests compared, equal", "A. Rivera", 4),
            Handling("2026-11-22T23:40:02.123456Z", "Verified: unchanged", "B. Okoye", 200),
        )
        handlings = {item.number: done for exhibit in exhibits for item in exhibit.items}
        planned = plan(
            binder,
            self.counts(exhibits) if counts is None else counts,
            profile,
            paper=paper,
            reserve=reserve or reserve_for(binder, page, handlings),
        )
        record = Record(self.seal, handlings, "A. Rivera, victim-witness unit", "EvidenceKit 0.1.0")
        return Binding(binder, planned, profile, record, page)


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()
