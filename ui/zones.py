"""Names of time zones to complete what is typed with."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from ui.tasks import Lane, Tasks


def complete_zones(field: QLineEdit, tasks: Tasks) -> None:
    """Complete what is typed there with every IANA time zone; part of a name finds it. They are read off the GUI
    thread: that takes a while."""
    names = QStringListModel(field)
    made = QCompleter(names, field)
    made.setFilterMode(Qt.MatchFlag.MatchContains)
    made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    field.setCompleter(made)

    def come(found: list[str]) -> None:
        with contextlib.suppress(RuntimeError):  # the field has gone
            names.setStringList(found)

    tasks.start(Lane.READ, lambda job: _names(), come)


def _names() -> list[str]:
    from zoneinfo import available_timezones

    return ["UTC", *sorted(available_timezones() - {"UTC"})]
