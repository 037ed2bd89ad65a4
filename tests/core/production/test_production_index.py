"""The index of a production: opens offline, runs nothing, shows hostile names as what they are."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from evidencekit.model import CaseInfo, Kind
from evidencekit.production.index import COLUMNS, index_csv, index_html
from evidencekit.production.values import Order, ProducedItem, Production

INFO = CaseInfo("u", "26CR00417", "People v. <i>Hollis</i>", "America/Los_Angeles", "Superior Court", agency="D. A.")
ITEM = ProducedItem(
    "ITEM-0001", "", "HOLLIS000001", "HOLLIS000006", 6, "", "", "Phone of J. D.", "a.eml", "mail/a.eml", "eml",
    381_204, Kind.EMAIL, "message/rfc822", "2026-01-06T07:12:00-08:00", "", "a" * 64, "b" * 64, "", "",
    "pdf/HOLLIS000001.pdf", "text/HOLLIS000001.txt", "natives/HOLLIS000001.eml",
)  # fmt: skip
HOSTILE = '</td><script>alert(1)</script>"\u202egpj.exe\n& more'


def production(*items: ProducedItem) -> Production:
    order = Order("RECIPIENT-X", medium="MEDIUM-X", note="NOTE-X", confidentiality="CONFIDENTIAL")
    return Production(3, INFO, order, "HOLLIS", "ACTOR-X", items, ())


class Page(HTMLParser):
    """What a browser sees: elements with their attributes, and the words between."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.style = ""
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(self.words)


def family() -> tuple[ProducedItem, ...]:
    inner = {"family_begin": "HOLLIS000001", "family_end": "HOLLIS000009"}
    items = [replace(ITEM, **inner)]
    for n, name in ((7, HOSTILE), (8, "b.zip"), (9, "c.txt")):
        begin = f"HOLLIS{n:06d}"
        paths = {"pdf": f"pdf/{begin}.pdf", "text": "", "native": f"natives/{begin}.bin"}
        one = replace(ITEM, item=f"ITEM-{n:04d}", parent=items[-1].item, begin=begin, end=begin, pages=1, name=name)
        items.append(replace(one, **inner, **paths))
    return tuple(items)


def test_the_page_runs_and_fetches_nothing() -> None:
    page = Page(index_html(production(*family())))
    (policy,) = [m["content"] or "" for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "form", "audio", "video"}
    assert not any(name.startswith("on") or name in ("style", "src") for _, attrs in page.tags for name in attrs)
    assert "url(" not in page.style
    assert "@import" not in page.style
    links = [a["href"] or "" for a in page.all("a")]
    assert links
    assert all(re.fullmatch(r"(pdf|text|natives)/HOLLIS\d{6}\.\w+", link) for link in links)
    assert page.open == []


def test_the_page_says_what_there_is_and_nothing_of_who_asked() -> None:
    page = Page(index_html(production(*family())))
    for words in ("People v. <i>Hollis</i>", "26CR00417", "Production 3", "Superior Court", "D. A.", "CONFIDENTIAL"):
        assert words in page.text
    assert "4 items (4 e-mails)" in page.text
    assert "9 pages" in page.text
    assert "6 Jan 2026 07:12:00 PST (UTC−8)" in page.text
    assert page.text.count("a" * 64) == 4
    assert not re.search("RECIPIENT-X|MEDIUM-X|NOTE-X|ACTOR-X", page.text)


def test_a_hostile_name_is_shown_not_obeyed() -> None:
    data = index_html(production(*family()))
    assert b"<script" not in data
    assert "\u202e".encode() not in data
    assert r'</td><script>alert(1)</script>"\u{202e}gpj.exe\u{a}& more' in Page(data).text


def test_families_are_set_in_by_depth() -> None:
    alone = replace(ITEM, item="ITEM-0099", parent="ITEM-0098", begin="HOLLIS000010", end="HOLLIS000010")
    rows = [row for row in Page(index_html(production(*family(), alone))).all("tr") if "id" in row]
    assert [row.get("class") for row in rows] == [None, "in1", "in2", "in3", None]


def test_a_deep_family_and_two_thousand_rows() -> None:
    items = [ITEM]
    for n in range(7, 2007):
        begin = f"HOLLIS{n:06d}"
        items.append(replace(ITEM, item=f"ITEM-{n:04d}", parent=items[-1].item, begin=begin, end=begin, pages=1))
    page = Page(index_html(production(*items)))
    assert len([row for row in page.all("tr") if "id" in row]) == 2001
    assert {row.get("class") for row in page.all("tr")} == {None, *(f"in{n}" for n in range(1, 7))}
    assert "2,001 items" in page.text


def test_the_table_opens_in_a_spreadsheet() -> None:
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", 'a,"b"', "tab\tin", "line\nin"]
    items = [replace(ITEM, name=name, received_path=f"x/{name}", parent="ITEM-0001" * (n > 0), item=f"ITEM-{n + 1:04d}")
             for n, name in enumerate(names)]  # fmt: skip
    data = index_csv(production(*items))
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == len(names) + 1
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert tuple(head) == COLUMNS
    told = [dict(zip(head, row, strict=True)) for row in rows]
    safe = [f"'{name}" for name in names[:4]] + ['a,"b"', r"tab\u{9}in", r"line\u{a}in"]
    assert [row["Name as received"] for row in told] == safe
    assert told[0]["Came in"] == ""
    assert told[1]["Came in"] == "HOLLIS000001"
    assert told[0]["BLAKE3"] == "b" * 64
    assert told[0]["Native"] == ITEM.native
    assert told[0]["Bytes"] == "381204"


def test_a_parent_that_stays_is_not_named() -> None:
    data = index_csv(production(replace(ITEM, item="ITEM-0002", parent="ITEM-0001")))
    assert b"ITEM-0001" not in data


def test_the_same_production_is_the_same_bytes() -> None:
    again = replace(production(*family()), by="somebody else")
    assert index_html(again) == index_html(production(*family()))
    assert index_csv(again) == index_csv(production(*family()))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_name_is_a_formula(sign: str) -> None:
    data = index_csv(production(replace(ITEM, name=f"{sign}1+1", custodian=f"{sign}A1"))).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(data, newline=""))
    assert row["Name as received"] == f"'{sign}1+1"
    assert row["Source"] == f"'{sign}A1"
