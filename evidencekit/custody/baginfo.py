"""What ``bag-info.txt`` of a package says, all of it out of the signed lines. Nothing signs that file itself, and it is
what a reader opens first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidencekit.custody.bagtext import read_info
from evidencekit.custody.lines import Line
from evidencekit.custody.names import shown

AGENT = "Bag-Software-Agent"
OXUM = "Payload-Oxum"
_AGENT = re.compile(r"EvidenceKit [0-9A-Za-z.+-]{1,40}")
_LONGEST = 200  # characters of a value that is told


def info_of(created: Line, produced: Line) -> tuple[tuple[str, str], ...]:
    """Labels and values in their order, by the line that created the case and the one that says what was produced;
    beside them stand the program and the payload's size."""
    case, left = created.fields, produced.fields
    return (
        ("Source-Organization", str(case.get("agency", ""))),
        ("External-Identifier", f"{case.get('number', '')}, production {left.get('production', '')}"),
        ("External-Description", f"{left.get('first', '')} to {left.get('last', '')}"),
        ("Bagging-Date", produced.time[:10]),
    )


def one_line(value: str) -> str:
    """A value as it stands in ``bag-info.txt``, but for its folding."""
    return shown(" ".join(value.split()))


def misfits(text: str, created: Line, produced: Line) -> Iterator[str]:
    """What the text of ``bag-info.txt`` says otherwise than the signed lines, in words."""
    told: dict[str, list[str]] = {}
    for label, value in read_info(text, strict=True)[0]:
        told.setdefault(label.casefold(), []).append(value)
    for label, value in info_of(created, produced):
        wanted = one_line(value)
        given = told.pop(label.casefold(), [])
        if given != ([wanted] if wanted else []):
            says = " and ".join(f"“{shown(each[:_LONGEST])}”" for each in given[:2]) or "nothing"
            yield f"bag-info.txt says {says} for {label}; what was signed is “{wanted}”"
    agents = told.pop(AGENT.casefold(), [])
    if len(agents) > 1 or not all(map(_AGENT.fullmatch, agents)):
        yield f"bag-info.txt names for {AGENT} another program than ours"
    told.pop(OXUM.casefold(), [])  # held against the payload itself
    for label in told:
        yield f"bag-info.txt has an entry {shown(label[:_LONGEST])}, which no package of ours has"
