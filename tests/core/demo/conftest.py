"""The synthetic case, made once for all of these tests: large enough to hold every kind of file, and small but taken
through the whole job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.custody.keys import Home
from evidencekit.demo import Story, write_received
from evidencekit.demo.tour import Tour, run_tour
from evidencekit.job import Job

MANY, FEW = 84, 12


@pytest.fixture(scope="session")
def received(made_together: Callable[..., Any]) -> tuple[Path, Story]:
    """84 received files, and their story."""

    def make(folder: Path) -> tuple[Path, Story]:
        return folder / "received", write_received(folder / "received", items=MANY, job=Job())

    made: tuple[Path, Story] = made_together("demo", make)
    return made


@pytest.fixture(scope="session")
def tour(made_together: Callable[..., Any]) -> Tour:
    """The whole job on twelve received files, which were written into a folder that was there, and empty."""

    def make(folder: Path) -> Tour:
        (folder / "received").mkdir()
        return run_tour(folder, Home(folder / "guide"), Job(), lambda words: None, items=FEW)

    made: Tour = made_together("tour", make)
    return made
