"""A folder for what is made on the way to a production."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from evidencekit.casefile import Case


@contextmanager
def scratch_of(case: Case) -> Iterator[Path]:
    """A folder of this run's own, removed afterwards; outside the case where that cannot be written. Raises
    :class:`OSError`."""
    if os.access(case.derived, os.W_OK):
        scratch = case.derived / "incoming" / uuid4().hex
        try:
            scratch.mkdir(parents=True)
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return
    with TemporaryDirectory(prefix="evidencekit-", ignore_cleanup_errors=True) as name:
        yield Path(name)
