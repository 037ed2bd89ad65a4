"""How every custody document gets onto paper: one template, one PDF, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidencekit.casefile import TOOL
from evidencekit.casefile.case import Case
from evidencekit.casefile.leaving import remarks
from evidencekit.errors import UsageError
from evidencekit.forms.gather import Told
from evidencekit.model import CaseInfo
from evidencekit.printing.output import sign_as_ours, write_whole
from evidencekit.printing.paper import SIZES, PaperName

_SIDE, _TOP, _FOOT = 45.0, 54.0, 58.0


@dataclass(frozen=True, slots=True)
class Written:
    """A document that was written, and what a person should know before it leaves the office."""

    file: Path
    warnings: tuple[str, ...] = ()


def head(case: CaseInfo, paper: PaperName, printed_at: str) -> dict[str, Any]:
    """What every document begins with; ``printed_at`` is an ISO 8601 instant."""
    width, height = SIZES[paper]
    return {
        "page": {"width": width, "height": height, "left": _SIDE, "right": _SIDE, "top": _TOP, "bottom": _FOOT},
        "court": [part for part in (case.court, case.jurisdiction) if part],
        "caption": case.caption,
        "number": case.number,
        "agency": case.agency,
        "uuid": case.uuid,
        "tool": TOOL,
        "printed_at": printed_at,
    }


def write_document(
    case: Case, told: Told, template: str, data: Mapping[str, Any], out: Path, notes: Sequence[str] = ()
) -> Written:
    """Typeset ``data`` as the PDF ``out``, whole or not at all.

    Raises :class:`UsageError` for a name that does not end in ``.pdf``, a folder that is missing and a place inside the
    case, :class:`~evidencekit.errors.StorageError` when the disk refuses.
    """
    if out.suffix.lower() != ".pdf":
        raise UsageError(
            "A custody document is written as a PDF.", item=out.name, todo="Give a name that ends in .pdf."
        )
    case.check_output(out)
    write_whole(out, lambda draft: _typeset(template, data, draft))
    content = {name: each for name, each in data.items() if name != "checkpoint"}
    return Written(out, (*notes, *remarks(case.checked, content, [item.number for item in told.items])))


def _typeset(template: str, data: Mapping[str, Any], out: Path) -> None:
    from evidencekit.printing.typeset import compile_pdf

    compile_pdf(template, data, out, moment=data["printed_at"])
    sign_as_ours(out)
