"""Whether a file holds what must not leave: a study, done in the contained worker.

The settings are ``terms``, a JSON list of the protected terms; the result is a JSON list of what was found, each with
the place of its term in that list (or “gps”, “unsearchable”), the first place in words, and how many there are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from evidencekit.job import Job
from evidencekit.media.protocol import Source
from evidencekit.media.sweeping.hunt import Hunt
from evidencekit.model import Study

VERSION = "2"


def search(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """Search a file and all that is in it; ``found.json`` under ``out``. Raises nothing of its own: what cannot be
    searched is told there."""
    hunt = Hunt(json.loads(settings["terms"]), out / "parts", job)
    found = hunt.file(source.path, source.untrusted_name)
    target = out / "found.json"
    target.write_text(json.dumps([asdict(each) for each in found]), "utf-8")
    return Study(target)
