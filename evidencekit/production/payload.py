"""What a production's folder holds under ``data/``: natives, stamped pages, texts, load files and index."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from evidencekit.casefile import Case
from evidencekit.job import Job
from evidencekit.printing.bates import Stamper
from evidencekit.production.bates import bates, count_of
from evidencekit.production.index import index_csv, index_html
from evidencekit.production.loadfile import dat, opt
from evidencekit.production.ready import Ready
from evidencekit.production.values import ProducedItem, Production

_VOLUME = "PROD{:03d}"
_CHUNK = 1 << 20


def write_payload(case: Case, ready: Ready, data: Path, job: Job) -> list[str]:
    """Write everything below ``data``, one item after the other; gives what a person should know of it.

    Raises :class:`~evidencekit.errors.BuildError`, :class:`OSError` and :class:`~evidencekit.errors.Cancelled`.
    """
    production = ready.production
    for name in ("natives", "pdf", "text", "load"):
        (data / name).mkdir(parents=True)
    stamper = Stamper(production.prefix, production.order.confidentiality)
    for done, each in enumerate(production.items):
        job.step(done, len(production.items), f"Writing {each.begin}")
        stamper.stamp(ready.pdfs[each.item], _numbers(each, production.prefix), data / each.pdf)
        if each.text:
            shutil.copyfile(ready.texts[each.item], data / each.text)
        if each.native:
            _copy(case, each, data / each.native, job)
    return _write_lists(production, data)


def _numbers(item: ProducedItem, prefix: str) -> Sequence[str]:
    first = count_of(item.begin, prefix)
    return [bates(prefix, first + page) for page in range(item.pages)]


def _copy(case: Case, item: ProducedItem, target: Path, job: Job) -> None:
    """Copy an original; what was written is read back and compared when the manifests are made."""
    done = 0
    with case.originals.path(item.sha256).open("rb") as source, target.open("xb") as copy:
        while chunk := source.read(_CHUNK):
            job.step(done, item.size, f"Copying {item.item}")
            copy.write(chunk)
            done += len(chunk)


def _write_lists(production: Production, data: Path) -> list[str]:
    table, notes = dat(production)
    (data / "load" / "production.dat").write_bytes(table)
    (data / "load" / "production.opt").write_bytes(opt(production, _VOLUME.format(production.number)))
    (data / "index.html").write_bytes(index_html(production))
    (data / "index.csv").write_bytes(index_csv(production))
    return notes
