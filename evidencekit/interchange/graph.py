"""A graph of CASE/UCO 1.4 as JSON-LD: nodes with stable names, written so that the same graph gives the same bytes.

CASE is the Cyber-investigation Analysis Standard Expression, an ontology on top of UCO, the Unified Cyber Ontology.
The context stands in the file itself: nothing is fetched by whoever reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid5

_UCO = "https://ontology.unifiedcyberontology.org/uco/"
CONTEXT = {
    "kb": "urn:uuid:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}action/",
    "uco-core": f"{_UCO}core/",
    "uco-identity": f"{_UCO}identity/",
    "uco-observable": f"{_UCO}observable/",
    "uco-tool": f"{_UCO}tool/",
    "uco-types": f"{_UCO}types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

Node = dict[str, Any]
Ref = dict[str, str]


class Graph:
    """Nodes in the order added. What is told of a thing is named by the case's UUID and the thing's own key, so that
    every export of a case names it alike."""

    def __init__(self, case_uuid: str) -> None:
        self._space = uuid5(UUID(case_uuid), "evidencekit/case-uco")
        self._nodes: dict[str, Node] = {}

    def ref(self, kind: str, key: str) -> Ref:
        """A reference to the thing of that kind and key, whether it was added or not."""
        return {"@id": f"kb:{uuid5(self._space, f'{kind}/{key}')}"}

    def add(self, kind: str, key: str, type_: str, **fields: Any) -> Ref:
        """Add a node of that type, once; properties are named ``uco_core__name`` for ``uco-core:name``, and those that
        are None or empty are left out. Gives a reference to it."""
        ref = self.ref(kind, key)
        if ref["@id"] not in self._nodes:
            self._nodes[ref["@id"]] = {**ref, "@type": type_, **_named(fields)}
        return ref

    def part(self, kind: str, key: str, type_: str, **fields: Any) -> Node:
        """A node that stands inside the one it belongs to, such as a facet."""
        return {**self.ref(kind, key), "@type": type_, **_named(fields)}

    def __len__(self) -> int:
        return len(self._nodes)

    def document(self) -> dict[str, Any]:
        """The JSON-LD document."""
        return {"@context": CONTEXT, "@graph": list(self._nodes.values())}

    def texts(self) -> list[str]:
        """Every text that somebody reads in it; names of nodes and types are none."""
        return list(_texts(list(self._nodes.values())))

    def encode(self) -> bytes:
        """The file's bytes."""
        return json.dumps(self.document(), indent=1, ensure_ascii=False).encode("utf-8") + b"\n"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in ("@id", "@type"):
                yield from _texts(each)


def _named(fields: dict[str, Any]) -> Node:
    named = {}
    for name, value in fields.items():
        if value is None or value == "" or value == []:
            continue
        prefix, _, local = name.partition("__")
        named[f"{prefix.replace('_', '-')}:{local}"] = value
    return named


def moment(value: str) -> Node:
    """An ISO 8601 instant with its offset as xsd:dateTime."""
    return {"@type": "xsd:dateTime", "@value": value}


def hexadecimal(value: str) -> Node:
    """A digest as xsd:hexBinary, in the digits it has everywhere else."""
    return {"@type": "xsd:hexBinary", "@value": value}


def refs(found: Iterable[Ref]) -> list[Ref]:
    """References, each once."""
    return list({each["@id"]: each for each in found}.values())
