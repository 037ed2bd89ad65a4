"""The kinds of long work there are, and what becomes of their results. A new kind is one entry in :func:`works`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evidencekit.media.contain import Limits
from evidencekit.model import Item, Proposal

if TYPE_CHECKING:
    from evidencekit.casefile import Case


@dataclass(frozen=True, slots=True)
class Made:
    """What is kept of a result: the text that is searched, the whole as JSON values, the settings it was made with."""

    text: str
    data: dict[str, Any]
    settings: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: the study of that name (:mod:`evidencekit.media.studies`) on files of those media types.

    ``version`` says by which version of ``tool`` it would be done in a case: what that version did, or failed at, is
    not tried again; “” when it cannot be done on this computer. ``settings`` are the study's. ``made`` takes the
    study's result, which is not to be trusted, and raises ``ValueError``, ``TypeError``, ``KeyError`` or
    ``AttributeError`` when it is none; ``proposals`` what it means for one item of those with that content."""

    kind: str
    doing: str
    tool: str
    media_types: tuple[str, ...]
    version: Callable[[Case], str]
    settings: Callable[[Case], Mapping[str, str]]
    made: Callable[[Any], Made]
    proposals: Callable[[Made, Item, str], tuple[Proposal, ...]]
    limits: Limits


def works() -> tuple[Work, ...]:
    """Every kind, in the order in which they are done."""
    from evidencekit.background.speech import transcript_work

    return (_ocr(), _exiftool(), transcript_work())


# The models take 700 MB, once: a worker may grow by that, and reads many pictures. A tall capture is 50 tiles.
_OCR_LIMITS = Limits(memory_bytes=8 << 30, growth_bytes=2 << 30, cpu_seconds=900, wall_seconds=1800)


def _ocr() -> Work:
    from evidencekit.media.ocr import TOOL, tool_version

    return Work(
        kind="ocr",
        doing="Reading words",
        tool=TOOL,
        media_types=("image/*", "application/pdf"),
        version=lambda _: tool_version(),
        settings=lambda _: {"threads": str(max(1, min(2, (os.cpu_count() or 1) // 2)))},
        made=_words,
        proposals=_words_mean,
        limits=_OCR_LIMITS,
    )


def _words(data: Any) -> Made:
    from evidencekit.sense.recognised import checked, text_of

    found, used = checked(data), data["settings"]
    models = {str(name)[:100]: str(digest)[:64] for name, digest in used["models"].items()}
    numbers = {name: float(used[name]) for name in sorted(used.keys() - {"models"})}
    return Made(text_of(found), found, {"models": models, **numbers})


def _words_mean(made: Made, item: Item, zone: str) -> tuple[Proposal, ...]:
    from evidencekit.sense.recognised import rows_of
    from evidencekit.sense.text import known_of, text_proposals

    paged = len(made.data["pages"]) > 1 or made.data["total"] > 1
    return text_proposals(list(rows_of(made.data)), known_of(item, zone), zone, paged=paged)


def _exiftool() -> Work:
    from evidencekit.media.exiftool import MEDIA_TYPES, TOOL, checked, installed_version

    def made(data: Any) -> Made:
        found = checked(data)
        return Made("", found["tags"], {"version": found["version"]})

    return Work(
        kind="exiftool",
        doing="Asking ExifTool",
        tool=TOOL,
        media_types=MEDIA_TYPES,
        version=lambda _: installed_version(),
        settings=lambda _: {},
        made=made,
        proposals=lambda *_: (),
        limits=Limits(),
    )
