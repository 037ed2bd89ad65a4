"""The commands run in the tests' own process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
import typer

from evidencekit import cli


@pytest.fixture(autouse=True, scope="session")
def _built_once() -> Iterator[None]:
    """The tree of commands is the same in every run, and takes longer to build than most of them to run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "build", cache(cli.build))
        patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield
