"""Renditions kept between builds, on the user's own shelf under ``derived/``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from evidencekit import __version__
from evidencekit.binder.values import BoundItem
from evidencekit.custody.reuse import Mac, Shelf
from evidencekit.model import Context, Pages
from evidencekit.printing.paper import Sheet

_FORMAT = 1  # raise it when the same item would print differently


class Cache:
    """Renditions under ``folder``, one sub-folder each; ``mac`` makes the user's code over bytes."""

    def __init__(self, folder: Path, mac: Mac) -> None:
        self._shelf = Shelf(folder, mac)
        folder.mkdir(parents=True, exist_ok=True)  # a worker may write below its own folder only

    def place(self, item: BoundItem, sheet: Sheet) -> Path:
        """The folder of an item's rendition on that paper; the same content on the same paper is the same folder."""
        return self.place_of(item.digests.sha256, item.media_type, item.name, item.case_zone, sheet, item.context)

    def place_of(
        self, sha256: str, media_type: str, name: str, case_zone: str, sheet: Sheet, context: Context | None = None
    ) -> Path:
        """As :meth:`place`, for an item that is not gathered for print; ``name`` as it is shown."""
        about = [__version__, _FORMAT, sha256, media_type, name, case_zone, asdict(sheet)]
        return self._shelf.place(*about, *(context or Context()).marks())

    def kept(self, place: Path) -> Pages | None:
        """The rendition kept in ``place``; None when there is none, or it is not as this user left it."""
        found = self._shelf.kept(place)
        if found is None:
            return None
        body = found.body
        return Pages(found.file, body["count"], tuple(body["peaks"]), tuple(body["warnings"]), body["whole"])

    def keep(self, place: Path, pages: Pages) -> None:
        """Remember a rendition; a failure is not remembered, so that it is tried again."""
        if pages.pdf is None and not pages.peaks:
            return
        body = {
            "count": pages.count,
            "peaks": list(pages.peaks),
            "warnings": list(pages.warnings),
            "whole": pages.whole,
        }
        self._shelf.keep(place, body, pages.pdf)
