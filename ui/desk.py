"""What every view is given: the session, the look, the actions and the settings of the person at this desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ui.actions import Actions
from ui.session import Session
from ui.settings import Settings
from ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Desk:
    """Passed to views and dialogs. ``show_page`` goes to a page of the window; ``show_item`` shows an item there;
    ``ask_now`` has a kind of background work done on items before whatever else waits."""

    session: Session
    theme: Theme
    actions: Actions
    settings: Settings
    show_page: Callable[[str], None]
    show_item: Callable[[str], None]
    say: Callable[[str], None]
    ask_now: Callable[[str, Sequence[str]], None]
