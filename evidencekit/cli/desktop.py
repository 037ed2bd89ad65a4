"""app: the desktop app, found through the entry point that it registers."""

from __future__ import annotations

import signal
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from evidencekit.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("app")(start)


def start(case: Annotated[Path | None, typer.Argument(metavar="CASE", help="A case to open.")] = None) -> None:
    """Start the desktop app."""
    found = entry_points(group="evidencekit.app", name="desktop")
    if not found:
        raise UsageError(
            "The desktop app is not installed here.", todo="Install EvidenceKit with `python3 dev.py app`."
        )
    try:
        main = next(iter(found)).load()
    except ImportError as error:
        raise UsageError(
            f"The desktop app cannot start: a system library that Qt needs is missing ({error}).",
            todo="Run `python3 dev.py app`, which installs it or prints the line that does.",
        ) from error
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the app has its own way of being closed
    raise typer.Exit(main([str(case)] if case else []))
