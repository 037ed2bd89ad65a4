"""Preparing real files for print: what paper does not hold as a whole goes beside the binder, and the slip says so."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from evidencekit.binder.cache import Cache
from evidencekit.binder.prepare import prepare
from evidencekit.binder.values import BinderInput, BoundItem
from evidencekit.job import Job
from evidencekit.model import Digests, Kind
from evidencekit.printing.paper import PaperName, sheet
from evidencekit.printing.plain import PAGE_CAP
from evidencekit.printing.typeset import Typesetter


def received(make: Any, path: Path, number: int, kind: Kind, media_type: str) -> BoundItem:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    item: BoundItem = make.item(
        number, path.name, kind=kind, media_type=media_type, original=path, digests=Digests(digest, digest)
    )
    return item


def cache_in(folder: Path) -> Cache:
    return Cache(folder / "cache", lambda content: hashlib.blake2b(content, key=b"a user").hexdigest())


def test_what_does_not_wholly_fit_on_paper_goes_beside_it(make: Any, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "green", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "still.gif")
    (tmp_path / "long.txt").write_text("row\n" * 70 * PAGE_CAP, "utf-8")
    items = [
        received(make, tmp_path / "moving.gif", 1, Kind.IMAGE, "image/gif"),
        received(make, tmp_path / "still.gif", 2, Kind.IMAGE, "image/gif"),
        received(make, tmp_path / "long.txt", 3, Kind.DOCUMENT, "text/plain"),
    ]
    exhibits = [make.exhibit("1", items), make.exhibit("2", items[2:])]
    binder = BinderInput(make.case, tuple(exhibits), ())
    for build in ("first", "from the cache"):
        scratch = tmp_path / build
        scratch.mkdir()
        made = prepare(binder, sheet(PaperName.LETTER), cache_in(tmp_path), scratch, Typesetter(), Job())
        assert [made.pages[item.number].count for item in items] == [1, 1, PAGE_CAP]
        assert made.natives == {"ITEM-0001": "ITEM-0001.gif", "ITEM-0003": "ITEM-0003.txt"}, build
        for label, names in (("1", ["ITEM-0001.gif", "ITEM-0003.txt"]), ("2", ["ITEM-0003.txt"])):
            said = " ".join(" ".join(page.extract_text() for page in PdfReader(made.slips[label].pdf).pages).split())
            for name in names:
                assert f"do not hold everything. The whole is in the native file: native/{name}" in said
            assert said.count("native/") == len(names)
            assert "continues in the native file" in said


@pytest.mark.started_readers
@pytest.mark.parametrize("kind", ["document", "image"])
def test_what_fits_has_no_native_file(make: Any, tmp_path: Path, kind: str) -> None:
    if kind == "document":
        (tmp_path / "a.txt").write_text("row\n", "utf-8")
        item = received(make, tmp_path / "a.txt", 1, Kind.DOCUMENT, "text/plain")
    else:
        Image.new("RGB", (40, 40)).save(tmp_path / "a.png")
        item = received(make, tmp_path / "a.png", 1, Kind.IMAGE, "image/png")
    binder = BinderInput(make.case, (make.exhibit("1", [item]),), ())
    made = prepare(binder, sheet(PaperName.A4), cache_in(tmp_path), tmp_path, Typesetter(), Job())
    assert made.natives == {}
