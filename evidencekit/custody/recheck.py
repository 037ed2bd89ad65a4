"""One original read and hashed again, to be held against the digests taken when it came in. Writes nothing."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from enum import StrEnum

from evidencekit.custody.digest import digest_file
from evidencekit.custody.originals import Originals
from evidencekit.job import Job
from evidencekit.model import Digests


class Outcome(StrEnum):
    """What reading an original again showed."""

    EQUAL = "equal"
    DIFFERENT = "different"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Recheck:
    """``digests`` and ``size`` (bytes) are those of now, where it could be read; ``why`` tells why it could not."""

    outcome: Outcome
    digests: Digests | None = None
    size: int = 0
    why: str = ""


def hash_again(originals: Originals, digests: Digests, size: int, job: Job, what: str) -> Recheck:
    """Hash the original with those digests and size anew, past the system's cached copy where that can be done.

    Reports the bytes done to the job under the name ``what``; raises :class:`~evidencekit.errors.Cancelled`.
    """
    path = originals.path(digests.sha256)
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return Recheck(Outcome.UNREADABLE, why="another thing than a file lies in its place")
        found, read = digest_file(os.fspath(path), tick=lambda done: job.step(done, size, what), from_medium=True)
    except FileNotFoundError:
        return Recheck(Outcome.MISSING)
    except OSError as error:
        return Recheck(Outcome.UNREADABLE, why=error.strerror or str(error))
    equal = found == digests and read == size
    return Recheck(Outcome.EQUAL if equal else Outcome.DIFFERENT, found, read)
