"""Listening copies: an item's sound for a court that cannot play the native file, linked to it by digests."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from evidencekit.casefile import TOOL, Case
from evidencekit.custody.lines import Entry
from evidencekit.edits import known_items
from evidencekit.errors import CaseError, ReaderError, UsageError
from evidencekit.job import Job
from evidencekit.media.contain import Limits, Readers
from evidencekit.model import Kind, Study
from evidencekit.printing.output import write_whole

_LIMITS = Limits(cpu_seconds=900, wall_seconds=1800)
_CHUNK = 1 << 20
NOT_EVIDENCE = "A copy to listen to. The evidence is the native file; its digest stands here."


@dataclass(frozen=True, slots=True)
class ListeningCopy:
    """What was made of which item: digests of both, length in seconds, coding, by whom, when (UTC) and with what."""

    item: str
    name: str
    native_sha256: str
    native_blake3: str
    copy: str
    copy_sha256: str
    seconds: float
    codec: str
    sample_rate: int
    channels: int
    tool: str
    made: str
    made_by: str
    warnings: tuple[str, ...] = ()

    def shape(self) -> dict[str, Any]:
        """As JSON values; what is written beside the copy."""
        return {**asdict(self), "warnings": list(self.warnings), "note": NOT_EVIDENCE}


def make_copy(case: Case, number: str, out: Path, job: Job) -> ListeningCopy:
    """Write the sound of a recording or video as ``out``, a ``.wav`` or ``.mp3``, and beside it ``out.json`` that tells
    both digests; the ledger keeps item, digest and tool.

    Raises :class:`UsageError` for another kind of item, name or place, and :class:`ReaderError` when its sound cannot
    be decoded; then nothing is written."""
    form = out.suffix.lower().removeprefix(".")
    if form not in ("wav", "mp3"):
        raise UsageError(
            "A listening copy is a WAV or an MP3.", item=out.name, todo="Give a name that ends in .wav or .mp3."
        )
    case.check_output(out)
    with case.catalog.read() as connection:
        item = known_items(connection, [number])[0]
    if item.kind not in (Kind.AUDIO, Kind.VIDEO):
        raise UsageError("Only recordings and videos can be heard.", item=item.number, todo="Choose one of these.")
    scratch = case.derived / "incoming" / uuid4().hex
    try:
        case.still_there()
        study = _made(case, item.digests.sha256, item.name, item.media_type, form, scratch, job)
        if study.result is None:
            why = " ".join(study.warnings) or "No sound could be decoded from it."
            raise ReaderError(f"No listening copy could be made. {why}", item=item.number, todo="Play the native file.")
        about = json.loads(study.result.read_bytes())
        made = study.result.with_name(f"copy.{form}")
        digest = _digest(made)
        if digest != about["sha256"]:
            raise CaseError(
                "The listening copy was changed while it was made.", item=item.number, todo="Make it again."
            )
        copy = ListeningCopy(
            item.number,
            item.name,
            item.digests.sha256,
            item.digests.blake3,
            out.name,
            digest,
            float(about["seconds"]),
            str(about["codec"]),
            int(about["sample_rate"]),
            int(about["channels"]),
            _tool(),
            datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            case.actor,
            study.warnings,
        )
        write_whole(out, _copier(made, job))
        note = json.dumps(copy.shape(), indent=2, ensure_ascii=False) + "\n"
        write_whole(out.with_name(out.name + ".json"), lambda draft: _write(draft, note))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    fields = {"item": item.number, "made": "listening copy", "sha256": copy.copy_sha256, "tool": copy.tool}
    case.commit([Entry("derive", fields)])
    return copy


def _made(case: Case, sha256: str, name: str, media_type: str, form: str, scratch: Path, job: Job) -> Study:
    scratch.mkdir(parents=True)
    with Readers(1, _LIMITS) as readers:
        path = case.originals.path(sha256)
        future = readers.submit_study(
            path, name, media_type, case.info.timezone, scratch / "out", work="listen", settings={"form": form}
        )
        return job.wait(future, 0, 1, f"Listening copy of {name}")


def _copier(made: Path, job: Job) -> Callable[[Path], None]:
    def copy(draft: Path) -> None:
        total = made.stat().st_size
        with made.open("rb") as reading, draft.open("xb") as writing:
            while chunk := reading.read(_CHUNK):
                writing.write(chunk)
                job.step(writing.tell(), total, "Writing the listening copy")

    return copy


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tool() -> str:
    from importlib.metadata import version

    return f"{TOOL}, PyAV {version('av')}"
