"""Renditions kept between builds. ``derived/`` can be thrown away, and is not trusted either: what is reused bears a
code that only this user can make, over the very bytes that are bound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from evidencekit import __version__
from evidencekit.binder.values import BoundItem
from evidencekit.model import Pages
from evidencekit.printing.paper import Sheet

_FORMAT = 1  # raise it when the same item would print differently
_RECORD = "pages.json"

Mac = Callable[[bytes], str]


class Cache:
    """Renditions under ``folder``, one sub-folder each; ``mac`` makes the user's code over bytes."""

    def __init__(self, folder: Path, mac: Mac) -> None:
        self._folder = folder
        self._mac = mac
        folder.mkdir(parents=True, exist_ok=True)  # a worker may write below its own folder only

    def place(self, item: BoundItem, sheet: Sheet) -> Path:
        """The folder of an item's rendition on that paper; the same content on the same paper is the same folder."""
        made_of = [__version__, _FORMAT, item.digests.sha256, item.media_type, item.name, item.case_zone, asdict(sheet)]
        return self._folder / hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()

    def kept(self, place: Path) -> Pages | None:
        """The rendition kept in ``place``; None when there is none, or it is not as this user left it."""
        try:
            told = json.loads((place / _RECORD).read_text("utf-8"))
            body = told["body"]
            pdf = place / body["pdf"] if body["pdf"] else None
            if told["mac"] != self._code(place, body, pdf):
                return None
            return Pages(pdf, body["count"], tuple(body["peaks"]), tuple(body["warnings"]), body["whole"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, place: Path, pages: Pages) -> None:
        """Remember a rendition; a failure is not remembered, so that it is tried again."""
        if pages.pdf is None and not pages.peaks:
            return
        place.mkdir(parents=True, exist_ok=True)
        body = {
            "pdf": pages.pdf.relative_to(place.absolute()).as_posix() if pages.pdf else None,
            "count": pages.count,
            "peaks": list(pages.peaks),
            "warnings": list(pages.warnings),
            "whole": pages.whole,
        }
        draft = place / (_RECORD + ".tmp")
        draft.write_text(json.dumps({"body": body, "mac": self._code(place, body, pages.pdf)}), "utf-8")
        draft.replace(place / _RECORD)

    def _code(self, place: Path, body: object, pdf: Path | None) -> str:
        digest = ""
        if pdf is not None:
            with pdf.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._mac(json.dumps([place.name, body, digest], sort_keys=True).encode())
