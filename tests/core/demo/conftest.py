"""The synthetic case, made once for all of these tests: large enough to hold every kind of file, and small but taken
through the whole job."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidencekit.custody.keys import Home
from evidencekit.demo import Story, write_received
from evidencekit.demo.tour import Tour, run_tour
from evidencekit.job import Job

MANY, FEW = 84, 12


@pytest.fixture(scope="session")
def received(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Story]:
    """84 received files, and their story."""
    folder = tmp_path_factory.mktemp("demo") / "received"
    return folder, write_received(folder, items=MANY, job=Job())


@pytest.fixture(scope="session")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """The whole job on twelve received files, which were written into a folder that was there, and empty."""
    folder = tmp_path_factory.mktemp("tour")
    (folder / "received").mkdir()
    return run_tour(folder, Home(tmp_path_factory.mktemp("guide")), Job(), lambda words: None, items=FEW)
