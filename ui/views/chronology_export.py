"""The chronology as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from evidencekit.casefile import Case
from evidencekit.job import Job

KINDS = {".pdf": "PDF", ".csv": "Table, CSV", ".xlsx": "Spreadsheet, XLSX"}


def writing(path: Path, *, exhibits_only: bool) -> Callable[[Case, Job], str]:
    """What writes the chronology of a case to ``path`` in the form its suffix names, on the case's paper."""

    def write_it(case: Case, job: Job) -> str:
        from evidencekit.casefile.timeline import case_rows
        from evidencekit.chronology.report import write

        rows = case_rows(case.catalog, exhibits_only=exhibits_only)
        job.step(0, 0, path.name)
        write(rows, case.info, path, built=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), paper=case_paper(case))
        only = " with only those items that are in exhibits" if exhibits_only else ""
        return f"{len(rows):,} row{'' if len(rows) == 1 else 's'}{only}."

    return write_it


def case_paper(case: Case) -> str:
    """The paper that the case is printed on: chosen for it, else its profile's."""
    from evidencekit.catalog import preference
    from evidencekit.profile import load_profile

    with case.catalog.read() as connection:
        chosen, profile = preference(connection, "paper"), preference(connection, "profile")
    return chosen or load_profile(profile or "default").paper
