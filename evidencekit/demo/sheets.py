"""One document of the synthetic case as data: fields and blocks that ``resources/templates/demo.typ`` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

AGENCY = "Mesa Bay Police Department"
SUB = "Investigations · 200 Harbor Row · Mesa Bay, California"
FORM_FOOT = "Mesa Bay PD · Form 104 · Confidential: contains personal information"

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """One document; ``created`` is the PDF's own creation time (ISO 8601 with offset)."""

    style: str
    title: str
    number: str
    created: str
    author: str
    fields: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    agency: str = AGENCY
    sub: str = SUB
    foot: str = FORM_FOOT
    seal: str = "MB"
    producer: str = "CaseWriter 7.4"

    def data(self) -> dict[str, Any]:
        """The values that the template prints."""
        names = ("style", "title", "number", "agency", "sub", "foot", "seal", "blocks")
        return {name: getattr(self, name) for name in names} | {"fields": [list(pair) for pair in self.fields]}


def head(text: str) -> Block:
    """A heading."""
    return {"kind": "h", "text": text}


def para(text: str) -> Block:
    """A paragraph."""
    return {"kind": "p", "text": text}


def numbered(*items: str) -> Block:
    """Numbered paragraphs."""
    return {"kind": "n", "items": list(items)}


def table(head: list[str], rows: list[list[str]], widths: list[float]) -> Block:
    """A table; ``widths`` are shares."""
    return {"kind": "table", "head": head, "rows": rows, "widths": widths}


def sign(*lines: tuple[str, str]) -> Block:
    """Signatures: (hand, name and office)."""
    return {"kind": "sign", "lines": [{"hand": hand, "name": name} for hand, name in lines]}
