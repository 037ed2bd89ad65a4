"""contacts and search on the command line, over contacts as readers leave them in the catalog."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidencekit.catalog import Catalog
from evidencekit.catalog.contacts import replace_contacts
from evidencekit.cli import main
from evidencekit.model import Channel, Contact, Zone

Run = Callable[..., tuple[int, str, str]]
HERS, HIS = "+15550142210", "+15550178834"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def act(*words: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(word) for word in words])
        return code, *capsys.readouterr()

    return act


def told(run: Run, *words: str | Path) -> Any:
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def said(at: int, body: str | None, when: str, **changes: Any) -> Contact:
    fields: dict[str, Any] = {
        "channel": Channel.TEXT,
        "as_found": when,
        "zone": Zone.STATED,
        "sender": "(555) 017-8834",
        "recipients": (),
        "outgoing": False,
        "names": (("(555) 017-8834", "Marc ❤"),),
    }
    return Contact(at=f"message {at}", body=body, when=when, **{**fields, **changes})


@pytest.fixture
def case(filled_case: Path) -> Path:
    """Two exports of one phone, filled as their readers do: three messages and a call, one message in both."""
    both = said(1, "Please answer 🙂\nme", "2026-01-06T15:12:00+00:00")
    stop = {"sender": "", "recipients": ("(555) 017-8834",), "outgoing": True}
    catalog = Catalog(filled_case / "catalog.db", write=True)
    with catalog.write() as connection:
        replace_contacts(
            connection,
            "ITEM-0001",
            [
                both,
                said(2, "Stop writing to me", "2026-01-29T20:21:00-08:00", **stop),
                said(3, None, "2026-02-03T03:00:00+00:00", channel=Channel.CALL, answered=False, seconds=0.0),
            ],
        )
        replace_contacts(connection, "ITEM-0003", [both, said(2, "I saw your car", "2026-02-04T03:00:00+00:00")])
    catalog.close()
    return filled_case


def with_parties(run: Run, case: Path) -> Path:
    for name, role, number in (("Jane Doe", "victim", HERS), ("Marc Hollis", "defendant", HIS)):
        assert run("party", case, "--name", name, "--role", role, "--identifier", number)[0] == 0
    for kind, when in (("no", "2026-01-29"), ("order-served", "2026-02-03T12:00")):
        assert run("milestone", case, "--kind", kind, "--when", when, "--text", "x")[0] == 0
    return case


def test_contacts_as_others_rely_on_them(run: Run, case: Path) -> None:
    document = told(run, "contacts", with_parties(run, case))
    first = document["contacts"][0]
    assert {key: first[key] for key in ("n", "when", "zone", "channel", "from", "to", "direction")} == {
        "n": 1,
        "when": "2026-01-06T07:12:00-08:00",
        "zone": "stated",
        "channel": "text",
        "from": HIS,
        "to": HERS,
        "direction": "to-victim",
    }
    assert first["evidence"] == [
        {"item": "ITEM-0001", "at": "message 1"},
        {"item": "ITEM-0003", "at": "message 1"},
    ]
    assert [each["direction"] for each in document["contacts"]] == [
        "to-victim",
        "from-victim",
        "to-victim",
        "to-victim",
    ]
    assert [each["answered"] for each in document["contacts"]] == [None, None, False, None]
    assert first["body"] == "Please answer 🙂\nme"
    summary = document["summary"]
    assert (summary["total"], summary["to_victim"]) == (4, 3)
    assert summary["by_channel"] == {"text": 3, "call": 1}
    assert (summary["after_no"], summary["after_order_served"], summary["unanswered"]) == (2, 1, 1)


def test_without_parties_nothing_is_guessed(run: Run, case: Path) -> None:
    document = told(run, "contacts", case)
    assert {each["direction"] for each in document["contacts"]} == {"unknown"}
    assert document["summary"]["after_no"] is None
    assert "say who the victim is" in run("contacts", case)[1]


def test_contacts_of_nothing(run: Run, new_case: Path) -> None:
    assert told(run, "contacts", new_case) == {
        "contacts": [],
        "summary": {
            "total": 0,
            "to_victim": 0,
            "from_victim": 0,
            "unknown": 0,
            "undated": 0,
            "unanswered": 0,
            "by_channel": {},
            "after_no": None,
            "after_order_served": None,
            "by_party": {},
        },
    }


def test_contacts_can_be_narrowed_down(run: Run, case: Path) -> None:
    with_parties(run, case)

    def bodies(*options: str) -> list[str | None]:
        found = told(run, "contacts", case, *options)
        assert found["summary"]["total"] == len(found["contacts"])
        return [each["body"] for each in found["contacts"]]

    assert bodies("--channel", "call") == [None]
    assert len(bodies("--party", HIS)) == 4
    assert bodies("--party", "Marc Hollis", "--from-day", "2026-01-29", "--to-day", "2026-01-29") == [
        "Stop writing to me"
    ]
    for wrong in (("--from-day", "soon"), ("--party", "Nobody"), ("--channel", "pigeon")):
        assert run("contacts", case, *wrong)[0] == 2


def test_contacts_as_csv(run: Run, case: Path, tmp_path: Path) -> None:
    out = tmp_path / "contacts.csv"
    document = told(run, "contacts", with_parties(run, case), "--csv", out)
    assert document["file"] == str(out)
    data = out.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["From"] for row in rows] == [f"'{HIS}", f"'{HERS}", f"'{HIS}", f"'{HIS}"]
    assert rows[0]["Body"] == "Please answer 🙂\nme"
    assert [row["The “No”"] for row in rows] == ["before", "before", "after", "after"]
    assert [row["Zone"] for row in rows] == ["PST (UTC−8)"] * 4
    assert run("contacts", case, "--csv", case / "inside.csv")[0] == 2
    assert not (case / "inside.csv").exists()


def test_whose_a_phone_is_can_be_said(run: Run, case: Path) -> None:
    with_parties(run, case)
    run("describe", case, "3", "--party", "Marc Hollis")
    found = told(run, "contacts", case)["contacts"][-1]
    assert (found["body"], found["to"], found["owner"]) == ("I saw your car", HIS, "described")
    assert found["direction"] == "unknown"


def test_contacts_for_people(run: Run, case: Path) -> None:
    code, out, _ = run("contacts", with_parties(run, case))
    assert code == 0
    assert "3 to the victim, 1 from the victim, 0 of unknown direction" in out
    assert "2 reached the victim after the “No”." in out
    assert "1 reached the victim after the order was served." in out
    assert "not answered" in out


def test_search_finds_messages_with_their_place(run: Run, case: Path) -> None:
    with_parties(run, case)
    document = told(run, "search", case, "from:hollis", "car")
    assert document["total"] == 1
    hit = document["hits"][0]
    assert (hit["item"], hit["at"], hit["where"]) == ("ITEM-0003", "message 2", "message")
    assert (hit["excerpt"], hit["marks"]) == ("I saw your car", [[11, 14]])
    assert [each["at"] for each in told(run, "search", case, "from:Marc Hollis", "answer")["hits"]] == ["message 1"] * 2
    assert told(run, "search", case, "from:hollis answer", "--limit", "1")["total"] == 2
    code, out, _ = run("search", case, "car", "--limit", "1")
    assert code == 0
    assert "[car]" in out
    assert "The best 1 of " in out
    found = json.loads(run("search", case, "--json", "--", "in:messages", "-car", "saw OR stop")[1])
    assert [hit["excerpt"] for hit in found["hits"]] == ["Stop writing to me"]
    code, out, err = run("search", case, "kind:pigeon", "--json")
    assert (code, json.loads(out)["error"]["what"]) == (2, "“pigeon” is nothing for “kind:”.")
    assert "Use one of image" in err
