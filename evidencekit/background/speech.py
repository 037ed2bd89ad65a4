"""Drafts of transcripts as a kind of long work: what is done, by which version, and what is kept of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from evidencekit.background.kinds import Made, Work
from evidencekit.errors import EvidenceKitError
from evidencekit.media.contain import Limits
from evidencekit.model import Item, Proposal

if TYPE_CHECKING:
    from evidencekit.casefile import Case

KIND = "transcript"
# A large model takes some 3 GB, and an hour of speech with it an hour of processor time.
_LIMITS = Limits(memory_bytes=12 << 30, growth_bytes=4 << 30, cpu_seconds=6 * 3600, wall_seconds=6 * 3600)


def transcript_work() -> Work:
    """The kind of work."""
    from evidencekit.media.speech import ENGINE

    return Work(
        kind=KIND,
        doing="Transcribing",
        tool=ENGINE,
        media_types=("audio/*", "video/*"),
        version=_version,
        settings=_settings,
        made=_draft,
        proposals=_no_proposals,
        limits=_LIMITS,
    )


def _version(case: Case) -> str:
    from evidencekit.media.speech import engine_version
    from evidencekit.speechmodel import model_in_use

    try:
        model = model_in_use(case.home) if engine_version() else None
    except EvidenceKitError:
        model = None  # settings that cannot be read are told where they are used, and wait for nobody
    return model.version if model is not None else ""


def _settings(case: Case) -> Mapping[str, str]:
    from evidencekit.speechmodel import model_in_use

    model = model_in_use(case.home)
    threads = str(max(1, min(4, (os.cpu_count() or 1) // 2)))
    return {"model": str(model.folder) if model is not None else "", "threads": threads}


def _draft(data: Any) -> Made:
    from evidencekit.spoken import draft_of, packed_draft

    draft = draft_of(data)
    used = {**dict(draft.engine.settings), "model": draft.engine.model, "model_sha256": draft.engine.model_sha256}
    return Made(draft.text, packed_draft(draft), used)


def _no_proposals(made: Made, item: Item, zone: str) -> tuple[Proposal, ...]:
    """What somebody says on a recording is for a person to hear, not for a machine to make times and numbers of."""
    del made, item, zone
    return ()
