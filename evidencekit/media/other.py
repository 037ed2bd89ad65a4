"""What no other reader takes: preserved, hashed and listed; it gets a slip sheet instead of pages."""

from __future__ import annotations

from pathlib import Path

from evidencekit.job import Job
from evidencekit.media.filetypes import EMPTY, UNKNOWN
from evidencekit.media.protocol import NOTHING_TO_SEE, Look, Source
from evidencekit.model import Kind, Pages, Preview, Reading
from evidencekit.printing.paper import Sheet


class OtherReader:
    """Reads nothing; says why."""

    name = "other"
    version = "1"
    kind = Kind.OTHER
    media_types: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    one_shot = False

    def read(self, source: Source, out: Path, job: Job) -> Reading:
        """A reading without facts; a warning when the file is empty or its type unknown."""
        del out, job
        warnings: tuple[str, ...] = ()
        if source.media_type == EMPTY:
            warnings = ("The file is empty (0 bytes).",)
        elif source.media_type == UNKNOWN:
            warnings = ("The type of this file is not known; it is preserved as received.",)
        return Reading(self.kind, source.media_type, True, self.name, self.version, warnings=warnings)

    def pages(self, source: Source, sheet: Sheet, out: Path, job: Job) -> Pages:
        """Nothing that can be printed; the native file goes beside the binder."""
        del source, sheet, out, job
        return Pages(None, 0)

    def preview(self, source: Source, look: Look, out: Path, job: Job) -> Preview:
        """Nothing that is safe to show."""
        del source, look, out, job
        return NOTHING_TO_SEE
