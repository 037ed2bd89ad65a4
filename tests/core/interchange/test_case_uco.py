"""The CASE/UCO export: what it holds and what not, that it is the same every time, and that the standard's own tool
accepts it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from evidencekit.casefile import read_case, write_case
from evidencekit.custody.keys import Home
from evidencekit.custody.lines import Entry
from evidencekit.errors import UnsoundError, UsageError
from evidencekit.intake import HandOver, take_in
from evidencekit.interchange.case_uco import case_graph, write_case_uco
from evidencekit.interchange.graph import CONTEXT
from evidencekit.job import Job

Handled = tuple[Path, Home]
Node = dict[str, Any]


def graph_of(folder: Path, home: Home, *numbers: str) -> list[Node]:
    with read_case(folder, home) as case:
        graph, _ = case_graph(case, numbers)
    nodes: list[Node] = graph.document()["@graph"]
    return nodes


def typed(nodes: list[Node], kind: str) -> list[Node]:
    return [node for node in nodes if node["@type"].endswith(f":{kind}")]


def all_nodes(value: Any) -> list[Node]:
    """Every node, also those that stand inside another."""
    if isinstance(value, list):
        return [node for each in value for node in all_nodes(each)]
    if not isinstance(value, dict):
        return []
    inner = [node for each in value.values() for node in all_nodes(each)]
    return [value, *inner] if "@id" in value and "@type" in value else inner


def names(nodes: list[Node], refs: list[Node]) -> list[str]:
    by_id = {node["@id"]: node for node in nodes}
    return [by_id[ref["@id"]]["uco-core:name"] for ref in refs]


def test_items_with_digests_type_and_size(handled: Handled) -> None:
    folder, home = handled
    nodes = graph_of(folder, home)
    files = typed(nodes, "File")
    with read_case(folder, home) as case:
        items = case.checked.items
    assert [node["uco-core:name"] for node in files] == [item.number for item in items]
    for node, item in zip(files, items, strict=True):
        file, content = node["uco-core:hasFacet"]
        assert file["uco-observable:fileName"] == item.name
        assert file["uco-observable:modifiedTime"]["@value"] == item.source["mtime"]
        (digest,) = content["uco-observable:hash"]
        assert digest["uco-types:hashMethod"] == "SHA256"
        assert digest["uco-types:hashValue"] == {"@type": "xsd:hexBinary", "@value": item.digests.sha256}
        assert content["uco-observable:sizeInBytes"] == item.size
        (other,) = node["uco-core:externalReference"]
        assert other["uco-core:externalIdentifier"] == item.digests.blake3
    types = {node["uco-core:hasFacet"][1]["uco-observable:mimeType"] for node in files}
    assert "text/plain" in types


def test_what_was_done_by_whom_with_what(handled: Handled) -> None:
    folder, home = handled
    nodes = graph_of(folder, home)
    actions = {node["uco-core:name"].split(";")[0]: node for node in typed(nodes, "InvestigativeAction")}
    assert sorted(actions) == [
        "Custody transferred",
        "Digests of every item computed again and compared",
        "Hand-over 1 copied",
        "Hand-over 1 received",
        "Production 1: copies disclosed",
    ]
    moved = actions["Custody transferred"]
    assert names(nodes, [moved["uco-action:performer"]]) == ["A. Rivera, victim-witness unit"]
    assert names(nodes, [moved["uco-action:participant"]]) == ["B. Ng, forensic laboratory, City Police"]
    assert names(nodes, moved["uco-action:object"]) == ["ITEM-0001"]
    assert moved["uco-action:startTime"]["@value"] <= moved["uco-action:endTime"]["@value"]
    copied = actions["Hand-over 1 copied"]
    assert copied["case-investigation:wasInformedBy"] == {"@id": actions["Hand-over 1 received"]["@id"]}
    (tool,) = [node for node in typed(nodes, "Tool") if node["@id"] == copied["uco-action:instrument"]["@id"]]
    assert (tool["uco-core:name"], tool["uco-tool:version"]) == ("EvidenceKit", "0.1.0")
    checked = actions["Digests of every item computed again and compared"]
    assert checked["uco-action:actionStatus"] == "Success"
    assert len(checked["uco-action:object"]) == 4
    records = {node["uco-core:name"]: node for node in typed(nodes, "ProvenanceRecord")}
    assert sorted(records) == ["Exhibit 1", "Hand-over 1", "Production 1"]
    assert records["Exhibit 1"]["case-investigation:exhibitNumber"] == "1"
    assert records["Exhibit 1"]["case-investigation:rootExhibitNumber"] == ["ITEM-0001", "ITEM-0003"]
    assert records["Production 1"]["uco-core:description"] == "ITEM-0001: HOLLIS000001-HOLLIS000002"


def test_every_reference_leads_somewhere_and_every_name_is_a_uuid(handled: Handled) -> None:
    folder, home = handled
    nodes = graph_of(folder, home)
    known = {node["@id"] for node in nodes}
    found = re.findall(r'\{"@id": "([^"]+)"\}', json.dumps(nodes))
    assert found
    assert set(found) <= known
    ids = [node["@id"] for node in all_nodes(nodes)]
    assert len(ids) == len(set(ids))
    assert {UUID(each.removeprefix("kb:")).version for each in ids} == {5}
    used = set(re.findall(r'"([a-z-]+):[A-Za-z]+":', json.dumps(nodes)))
    assert used <= CONTEXT.keys()
    (case,) = typed(nodes, "Investigation")
    told = {ref["@id"] for ref in case["uco-core:object"]}
    apart = {"File", "InvestigativeAction", "ProvenanceRecord", "ObservableRelationship"}
    assert told == {node["@id"] for node in nodes if node["@type"].split(":")[1] in apart}


def test_the_same_case_gives_the_same_bytes_and_nothing_that_a_person_wrote(handled: Handled, tmp_path: Path) -> None:
    folder, home = handled
    made = []
    for name in ("a.jsonld", "b.json"):
        with read_case(folder, home) as case:
            made.append(write_case_uco(case, (), tmp_path / name))
    text = (tmp_path / "a.jsonld").read_bytes().decode()
    assert text == (tmp_path / "b.json").read_bytes().decode()
    assert json.loads(text)["@context"] == CONTEXT
    for unsaid in (
        "her own words",  # a title
        "my own opinion",  # a note
        "outside the building",  # content
        "Evidence room",  # a place
        "Under seal",  # a reason
        "Jane Doe",
        "C. Ortiz",  # who never received it
        "received/phone",  # where it lay
        '"uid"',
    ):
        assert unsaid not in text
    assert made[0].items == 4
    assert made[0].warnings == ("It names what is withheld from productions: ITEM-0004.",)


def test_only_some_items_and_what_was_done_with_them(handled: Handled) -> None:
    folder, home = handled
    nodes = graph_of(folder, home, "2")
    text = json.dumps(nodes)
    assert set(re.findall(r"ITEM-\d{4}", text)) == {"ITEM-0002"}
    assert "Production 1" not in text
    assert "B. Ng" not in text
    whole = {node["@id"]: node for node in graph_of(folder, home)}
    (file,) = typed(nodes, "File")
    assert whole[file["@id"]] == file  # it has the same name in every export


def test_what_was_inside_names_its_parent(new_case: Path, home: Home, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "two.zip", "w") as made:
        made.writestr("in/\u202eletter.txt", "a letter")
    with write_case(new_case, home, "A. Rivera") as case:
        take_in(case, [tmp_path / "two.zip"], HandOver("USB stick"), Job(), workers=1)
        case.commit([Entry("dispose", {"items": ["ITEM-0002"]})])
    nodes = graph_of(new_case, home)
    (inside,) = typed(nodes, "ObservableRelationship")
    assert inside["uco-core:kindOfRelationship"] == "Contained_Within"
    ends = [inside["uco-core:source"], inside["uco-core:target"]]
    assert names(nodes, ends) == ["ITEM-0002", "ITEM-0001"]
    assert "\u202e" not in json.dumps(nodes, ensure_ascii=False)
    assert names(nodes, next(n for n in nodes if n.get("uco-core:name") == "Disposed of")["uco-action:object"]) == [
        "ITEM-0002"
    ]
    assert typed(graph_of(new_case, home, "2"), "ObservableRelationship") == []


def test_what_cannot_be_exported_is_refused(handled: Handled, filled_case: Path, home: Home, tmp_path: Path) -> None:
    folder, maker = handled
    with read_case(folder, maker) as case:
        for numbers, out, said in (
            (("77",), tmp_path / "a.jsonld", "no such item"),
            ((), tmp_path / "a.ttl", "is JSON-LD"),
            ((), folder / "a.jsonld", "inside the case"),
        ):
            with pytest.raises(UsageError, match=said):
                write_case_uco(case, numbers, out)
    (filled_case / "checkpoint").unlink()
    with read_case(filled_case, home) as case, pytest.raises(UnsoundError, match="fails its checks"):
        write_case_uco(case, (), tmp_path / "a.jsonld")
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == []


@pytest.mark.slow
def test_the_standards_own_tool_accepts_it(handled: Handled, tmp_path: Path) -> None:
    import sys

    beside = Path(sys.executable).with_name("case_validate")
    tool = str(beside) if beside.exists() else shutil.which("case_validate")
    if tool is None:
        pytest.skip("case_validate is not installed")
    folder, home = handled
    with read_case(folder, home) as case:
        write_case_uco(case, (), tmp_path / "case.jsonld")
    ran = subprocess.run(
        [tool, "--built-version", "case-1.4.0", str(tmp_path / "case.jsonld")],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Conforms: True" in ran.stdout
    broken = (tmp_path / "case.jsonld").read_text("utf-8").replace('"SHA256"', "7")
    (tmp_path / "broken.jsonld").write_text(broken, "utf-8")
    ran = subprocess.run(
        [tool, "--built-version", "case-1.4.0", str(tmp_path / "broken.jsonld")],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode != 0  # it does look
