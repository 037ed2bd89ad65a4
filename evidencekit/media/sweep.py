"""Whether a file holds what must not leave: a study, done in the contained worker.

The settings are ``terms``, a JSON list of the protected terms, and ``held``, a JSON object of the contents that are
held back (SHA-256 in hex → size). The result is a JSON list of what was found: the place of each term in that list (or
“gps”, “unsearchable”, “held”) and the first place in words.
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

VERSION = "5"  # counted up with every change of what is found: what was found before is kept under it


def search(source: Source, settings: Mapping[str, str], out: Path, job: Job) -> Study:
    """Search a file and all that is in it; ``found.json`` under ``out``. Raises nothing of its own: what cannot be
    searched is told there."""
    hunt = Hunt(json.loads(settings["terms"]), out / "parts", job, json.loads(settings.get("held", "{}")))
    found = hunt.file(source.path, source.untrusted_name)
    target = out / "found.json"
    target.write_text(json.dumps([asdict(each) for each in found]), "utf-8")
    return Study(target)
