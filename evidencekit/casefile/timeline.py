"""The chronology's rows of a case, gathered from its catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidencekit.chronology.rows import rows
from evidencekit.model import ChronologyRow

if TYPE_CHECKING:
    from evidencekit.catalog import Catalog


def case_rows(catalog: Catalog, *, exhibits_only: bool = False) -> tuple[ChronologyRow, ...]:
    """Every row in order; ``exhibits_only`` leaves out items that are in no exhibit, as a filed binder does."""
    from evidencekit.catalog import court, items

    with catalog.read() as connection:
        return rows(
            items.all_items(connection),
            court.all_milestones(connection),
            court.all_incidents(connection),
            court.arrangement(connection),
            court.placed(connection),
            catalog.info().timezone,
            exhibits_only=exhibits_only,
        )
