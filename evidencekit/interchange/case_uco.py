"""The case as CASE/UCO 1.4 JSON-LD: its items, what was done with them, by whom, with which tool, and their provenance.

Of an item it tells name, size, type and digests; never what is in it, never where it lay, never a place. What a person
wrote (titles, notes, times said) and what the office decided on disclosure are left out. UCO 1.4 has no name for BLAKE3
among its hash methods, so that digest stands as an external reference of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidencekit.casefile import Case
from evidencekit.casefile.leaving import remarks
from evidencekit.casefile.produced import completed
from evidencekit.casefile.transfers import Stage, Transfer, transfers
from evidencekit.chronology.wording import one_line
from evidencekit.custody.acquisitions import ItemRecord
from evidencekit.custody.ledger import read_ledger
from evidencekit.custody.lines import Line
from evidencekit.custody.names import shown
from evidencekit.edits import known_items
from evidencekit.errors import UnsoundError, UsageError
from evidencekit.interchange.graph import Graph, Ref, hexadecimal, moment, refs
from evidencekit.model import Acquisition, Exhibit, Status
from evidencekit.printing.output import write_whole

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_TOOL = re.compile(r"(EvidenceKit) ([0-9][0-9A-Za-z.+-]*)")
_SUFFIXES = (".jsonld", ".json")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written: how many items and nodes it holds, and what a person should know before it leaves."""

    file: Path
    items: int
    nodes: int
    warnings: tuple[str, ...]


def write_case_uco(case: Case, numbers: Sequence[str], out: Path) -> Exported:
    """Write the case, or the items of those numbers and what was done with them, as the file ``out``.

    The same case gives the same bytes. Raises :class:`UsageError` for an unknown item, a name that does not end in
    ``.jsonld`` or ``.json`` and a place inside the case, :class:`UnsoundError` for a case that fails its checks, and
    :class:`~evidencekit.errors.StorageError`.
    """
    if out.suffix.lower() not in _SUFFIXES:
        raise UsageError("The export is JSON-LD.", item=out.name, todo="Give a name that ends in .jsonld.")
    case.check_output(out)
    graph, chosen = case_graph(case, numbers)
    write_whole(out, lambda draft: _write(draft, graph.encode()))
    warnings = remarks(case.checked, graph.texts(), chosen)
    return Exported(out, len(chosen), len(graph), warnings)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def case_graph(case: Case, numbers: Sequence[str] = ()) -> tuple[Graph, list[str]]:
    """The graph of a case, and the numbers of the items in it. Raises as :func:`write_case_uco`."""
    if case.findings:
        raise UnsoundError(
            f"The case fails its checks, so it cannot be passed on: {case.findings[0].message}",
            item=str(case.folder),
            todo="Run `evidencekit verify` on it for every fault, and compare with a backup.",
        )
    teller = _Teller(case, numbers)
    teller.tell()
    return teller.graph, list(teller.items)


class _Teller:
    """Puts a case into a graph, item by item and line by line."""

    def __init__(self, case: Case, numbers: Sequence[str]) -> None:
        from evidencekit.catalog import court, items

        self._case, self._info = case, case.info
        self.graph = Graph(case.info.uuid)
        self._lines: list[Line] = []
        read_ledger(case.folder / "ledger.jsonl", case.folder / "checkpoint", visit=self._lines.append)
        self._completed = completed(self._lines).keys()
        with case.catalog.read() as connection:
            wanted = {each.number for each in known_items(connection, numbers)} if numbers else None
            self.items: dict[str, ItemRecord] = {
                item.number: item for item in case.checked.items if wanted is None or item.number in wanted
            }
            known = items.get_items(connection, list(self.items))
            self._exhibits: Sequence[Exhibit] = court.arrangement(connection)
        self._types: Mapping[str, str] = {number: item.media_type for number, item in known.items()}
        self._told: list[Ref] = []

    def tell(self) -> None:
        """All of it; the investigation, which holds the rest together, stands last."""
        for item in self.items.values():
            self._item(item)
        for item in self.items.values():
            self._inside(item)
        for record in self._case.checked.records:
            self._hand_over(record.acquisition, self._of(item.number for item in record.items))
        for exhibit in self._exhibits:
            self._exhibit(exhibit)
        for line in self._lines:
            self._line(line)
        for transfer in transfers(self._case.checked):
            self._transfer(transfer)
        self._investigation()

    def _of(self, numbers: Iterable[str]) -> list[Ref]:
        """References to those of the items that are told of."""
        return [self.graph.ref("item", number) for number in numbers if number in self.items]

    def _item(self, item: ItemRecord) -> None:
        graph, number, name = self.graph, item.number, shown(item.name)
        changed = item.source.get("mtime")
        seen = moment(changed) if isinstance(changed, str) and _INSTANT.fullmatch(changed) else None
        extension = Path(name).suffix.removeprefix(".")
        file = graph.part(
            "file",
            number,
            "uco-observable:FileFacet",
            uco_observable__fileName=name,
            uco_observable__extension=extension,
            uco_observable__modifiedTime=seen,
            uco_observable__sizeInBytes=item.size,
        )
        digest = graph.part(
            "sha256",
            number,
            "uco-types:Hash",
            uco_types__hashMethod="SHA256",
            uco_types__hashValue=hexadecimal(item.digests.sha256),
        )
        content = graph.part(
            "content",
            number,
            "uco-observable:ContentDataFacet",
            uco_observable__hash=[digest],
            uco_observable__mimeType=self._types.get(number),
            uco_observable__sizeInBytes=item.size,
        )
        self._told.append(
            graph.add(
                "item",
                number,
                "uco-observable:File",
                uco_core__name=number,
                uco_core__externalReference=[
                    graph.part(
                        "blake3",
                        number,
                        "uco-core:ExternalReference",
                        uco_core__definingContext="BLAKE3 digest of the content, hexadecimal",
                        uco_core__externalIdentifier=item.digests.blake3,
                    )
                ],
                uco_core__hasFacet=[file, content],
            )
        )

    def _inside(self, item: ItemRecord) -> None:
        if item.parent is None or item.parent not in self.items:
            return
        relation = self.graph.add(
            "inside",
            item.number,
            "uco-observable:ObservableRelationship",
            uco_core__source=self.graph.ref("item", item.number),
            uco_core__target=self.graph.ref("item", item.parent),
            uco_core__kindOfRelationship="Contained_Within",
            uco_core__isDirectional=True,
        )
        self._told.append(relation)

    def _hand_over(self, head: Acquisition, came: list[Ref]) -> None:
        line = next((each for each in self._lines if _is_of(each, head.number)), None)
        if not came or line is None:
            return
        record = self._provenance(
            f"hand-over {head.number}", f"Hand-over {head.number}", came, says=f"Source: {_said(head.source)}"
        )
        received = self._action(
            f"received {head.number}",
            f"Hand-over {head.number} received",
            performer=head.received_by or line.actor,
            participant=head.received_from,
            says=_said(head.method),
            start=head.received,
            end=head.received,
            about=came,
        )
        self._action(
            f"line {line.number}",
            f"Hand-over {head.number} copied; SHA-256 and BLAKE3 of original and copy computed, compared, equal",
            performer=line.actor,
            instrument=self._tool(head.tool),
            says=_ledger(line),
            end=line.time,
            result=[record, *came],
            informed_by=received,
        )

    def _exhibit(self, exhibit: Exhibit) -> None:
        marked = self._of(exhibit.items)
        if exhibit.status is Status.WITHDRAWN or not marked:
            return
        self._provenance(
            f"exhibit {exhibit.label}",
            f"Exhibit {exhibit.label}",
            marked,
            exhibit=exhibit.label,
            roots=[number for number in exhibit.items if number in self.items],
        )

    def _line(self, line: Line) -> None:
        if line.act == "verify":
            self._verified(line)
        elif line.number in self._completed:
            self._produced(line)
        elif line.act == "dispose":
            objects = self._of(line.fields.get("items") or self._taken_before(line))
            self._action(
                f"line {line.number}",
                "Disposed of",
                performer=line.actor,
                says=_ledger(line),
                end=line.time,
                about=objects,
            )

    def _taken_before(self, line: Line) -> list[str]:
        """The items that were there when a line was written."""
        came = {each.fields.get("acquisition") for each in self._lines[: line.number - 1] if each.act == "acquire"}
        records = [each for each in self._case.checked.records if each.acquisition.number in came]
        return [item.number for record in records for item in record.items]

    def _verified(self, line: Line) -> None:
        count = int(line.fields.get("findings") or 0)
        self._action(
            f"line {line.number}",
            "Digests of every item computed again and compared",
            performer=line.actor,
            instrument=self._tool(""),
            says=f"{count} finding(s). {_ledger(line)}",
            end=line.time,
            about=self._of(self._taken_before(line)),
            status="Fail" if count else "Success",
        )

    def _produced(self, line: Line) -> None:
        paper = self._case.checked.papers.get(line.fields.get("record", 0), {})
        went = [each for each in paper.get("items", ()) if str(each.get("item")) in self.items]
        objects = self._of(str(each.get("item")) for each in went)
        number = line.fields.get("production")
        spans = [f"{each.get('item')}: {each.get('begin')}-{each.get('end')}" for each in went]
        record = self._provenance(
            f"production {number} {line.number}", f"Production {number}", objects, says="; ".join(spans)
        )
        self._action(
            f"line {line.number}",
            f"Production {number}: copies disclosed",
            performer=line.actor,
            participant=str(paper.get("to") or ""),
            instrument=self._tool(""),
            says=_ledger(line),
            end=line.time,
            about=objects,
            result=[record] if record else [],
        )

    def _transfer(self, each: Transfer) -> None:
        if each.stage is not Stage.DONE or each.receive is None:
            return
        self._action(
            f"line {each.release}",
            "Custody transferred",
            performer=each.giver.actor,
            participant=each.receiver.actor,
            says=f"Ledger lines {each.release} and {each.receive}",
            start=each.released,
            end=each.received,
            about=self._of(each.items or self._taken_before(_at(self._lines, each.release))),
        )

    def _provenance(
        self, key: str, name: str, objects: list[Ref], *, says: str = "", exhibit: str = "", roots: Sequence[str] = ()
    ) -> Ref | None:
        if not objects:
            return None
        made = self.graph.add(
            "provenance",
            key,
            "case-investigation:ProvenanceRecord",
            uco_core__name=name,
            uco_core__description=says,
            case_investigation__exhibitNumber=exhibit,
            case_investigation__rootExhibitNumber=list(roots),
            uco_core__object=refs(objects),
        )
        self._told.append(made)
        return made

    def _action(
        self,
        key: str,
        name: str,
        *,
        performer: str,
        participant: str = "",
        instrument: Ref | None = None,
        says: str = "",
        start: str = "",
        end: str = "",
        about: Sequence[Ref] = (),
        result: Sequence[Ref | None] = (),
        informed_by: Ref | None = None,
        status: str = "",
    ) -> Ref | None:
        if not (about or result):
            return None
        made = self.graph.add(
            "action",
            key,
            "case-investigation:InvestigativeAction",
            uco_core__name=name,
            uco_core__description=says,
            uco_action__startTime=_time(start),
            uco_action__endTime=_time(end),
            uco_action__performer=self._identity(performer),
            uco_action__participant=self._identity(participant),
            uco_action__instrument=instrument,
            uco_action__object=refs(about),
            uco_action__result=refs(each for each in result if each),
            uco_action__actionStatus=status,
            case_investigation__wasInformedBy=informed_by,
        )
        self._told.append(made)
        return made

    def _identity(self, name: str) -> Ref | None:
        said = _said(name)
        return self.graph.add("identity", said, "uco-identity:Identity", uco_core__name=said) if said else None

    def _tool(self, named: str) -> Ref:
        """The program, with its version where the record has it; the computer's name is left out."""
        found = _TOOL.match(named)
        version = found[2] if found else ""
        return self.graph.add("tool", version, "uco-tool:Tool", uco_core__name="EvidenceKit", uco_tool__version=version)

    def _investigation(self) -> None:
        graph, info, checkpoint = self.graph, self._info, self._case.checked.state.checkpoint
        agency = info.agency.strip()
        outside = [("number", "Case number", info.number)]
        if checkpoint is not None:
            lines = f"Custody ledger, Merkle tree head (RFC 9162) of {checkpoint.size} lines, base64"
            outside.append(("root", lines, checkpoint.root_text))
        graph.add(
            "investigation",
            info.uuid,
            "case-investigation:Investigation",
            uco_core__name=_said(info.caption),
            uco_core__startTime=_time(self._lines[0].time) if self._lines else None,
            uco_core__createdBy=graph.add("agency", agency, "uco-identity:Organization", uco_core__name=_said(agency))
            if agency
            else None,
            uco_core__externalReference=[
                graph.part(
                    "reference",
                    key,
                    "uco-core:ExternalReference",
                    uco_core__definingContext=context,
                    uco_core__externalIdentifier=_said(value),
                )
                for key, context, value in outside
            ],
            case_investigation__investigationForm="case",
            uco_core__object=refs(self._told),
        )


def _is_of(line: Line, acquisition: int) -> bool:
    return line.act == "acquire" and line.fields.get("acquisition") == acquisition


def _at(lines: Sequence[Line], number: int) -> Line:
    return next(line for line in lines if line.number == number)


def _said(value: str) -> str:
    return shown(one_line(value))


def _ledger(line: Line) -> str:
    return f"Ledger line {line.number}"


def _time(value: str) -> dict[str, Any] | None:
    return moment(value) if _INSTANT.fullmatch(value) else None
