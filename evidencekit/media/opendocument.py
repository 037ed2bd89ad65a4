"""OpenDocument texts, spreadsheets and presentations (ISO/IEC 26300): facts, what could act, and all their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from evidencekit.media.notes import Notes
from evidencekit.media.package import Package, attribute, local

TEXT, SHEET, SLIDES = (f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation"))
_META = {
    "initial-creator": "author",
    "creator": "last_modified_by",
    "printed-by": "last_printed_by",
    "generator": "application",
    "title": "title",
    "subject": "subject",
    "description": "description",
    "keyword": "keywords",
    "language": "language",
    "editing-cycles": "revision",
    "editing-duration": "time_edited",
}
_TIMES = {"creation-date": "created", "date": "modified", "print-date": "printed"}
_COUNTS = {"page-count": "pages", "word-count": "words", "character-count": "characters", "table-count": "tables"}
_ACTIVE = {
    "event-listener": "script",
    "dde-connection-decl": "DDE link",
    "dde-link": "DDE link",
    "dde-source": "DDE link",
    "object-ole": "embedded object",
    "plugin": "plug-in",
    "applet": "applet",
    "floating-frame": "remote frame",
}
_OUTSIDE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|//|\.\./|/)")
_BLOCK = frozenset({"p", "h"})
_MOST_REPEATED = 1_000


def properties(package: Package, notes: Notes) -> None:
    """Facts and moments of ``meta.xml``. Its times have no zone unless the file states one."""
    from evidencekit.moments import iso_moment

    tree = package.tree("meta.xml")
    for each in tree.iter() if tree is not None else ():
        name, said = local(each.tag), each.text or ""
        if name in _META:
            notes.fact(_META[name], said, f"meta.xml {name}")
        elif name in _TIMES:
            basis = f"meta.xml {name}"
            notes.time(iso_moment(said, basis=basis), said, f"time {_TIMES[name]}", basis)
        elif name == "document-statistic":
            for key, value in each.attrib.items():
                if local(key) in _COUNTS and value.isdecimal() and len(value) < 12:
                    notes.fact(_COUNTS[local(key)], int(value), "meta.xml document-statistic")
        elif name == "user-defined":
            notes.fact(f"property {attribute(each, 'name')}", said, "meta.xml user-defined")
        elif name == "template":
            notes.fact("template", attribute(each, "href"), "meta.xml template")


def encrypted(package: Package) -> bool:
    """Whether the parts are encrypted, as the manifest says."""
    tree = package.tree("META-INF/manifest.xml")
    return tree is not None and any(local(each.tag) == "encryption-data" for each in tree.iter())


def lines(package: Package, notes: Notes, media_type: str, found: set[str]) -> Iterator[str]:
    """Every word of the document, tracked deletions, comments, hidden sheets and notes among them."""
    tally: Counter[str] = Counter()
    remote: list[str] = []
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in package.members):
        found.add("macros")
    if any(name.startswith("Object ") for name in package.members):
        found.add("embedded object")
    hidden_styles = _hidden(package)
    for part, title in (("content.xml", ""), ("styles.xml", "Header and footer")):
        said = False
        for line in _words(package, part, tally, remote, found, hidden_styles):
            if title and line.strip() and not said:
                yield ""
                yield f"[{title}]"
                said = True
            if not title or line.strip():
                yield line
    for name, what in (
        ("comments", "annotation"),
        ("tracked_insertions", "insertion"),
        ("tracked_deletions", "deletion"),
        ("hidden_sheets", "hidden table"),
        ("hidden_rows_and_columns", "hidden row"),
        ("slides", "page"),
        ("sheets", "table"),
    ):
        if (name == "slides" and media_type != SLIDES) or (name == "sheets" and media_type != SHEET):
            continue
        if tally[what]:
            notes.fact(name, tally[what], "content.xml")
    if tally["deletion"] or tally["insertion"]:
        notes.warn("The document holds tracked changes; deleted words are among its text, marked as deleted.")
    if tally["hidden table"] or tally["hidden row"]:
        notes.warn("The document holds hidden sheets, rows or columns; their words are read as well.")
    if remote:
        notes.fact("remote_references", list(dict.fromkeys(remote))[:200], "content.xml and styles.xml; never fetched")


def _hidden(package: Package) -> frozenset[str]:
    """The names of the styles of tables that are not displayed."""
    found, name = set(), ""
    for event, element in package.elements("content.xml"):
        if event == "start" and local(element.tag) == "style":
            name = attribute(element, "name")
        elif event == "start" and local(element.tag) == "table-properties":
            if attribute(element, "display") == "false":
                found.add(name)
        elif local(element.tag) == "body":
            break
    return frozenset(found)


def _words(
    package: Package, part: str, tally: Counter[str], remote: list[str], found: set[str], hidden: frozenset[str]
) -> Iterator[str]:
    inside: list[str] = []
    row: list[str] | None = None
    for event, element in package.elements(part):
        name = local(element.tag)
        if event == "start":
            inside.append(name)
            yield from _begun(element, name, tally, remote, found, hidden)
            if name == "table-row":
                row = []
                tally["hidden row"] += attribute(element, "visibility") in ("collapse", "filter")
            continue
        inside.pop()
        # A comment stands inside the paragraph it is about, with paragraphs of its own.
        around = inside[inside.index("annotation") :] if "annotation" in inside else inside
        if name in _BLOCK and not _BLOCK.intersection(around):
            words = _said(element)
            mark = "deleted" if "deletion" in inside else "comment" if "annotation" in inside else ""
            words = f"[{mark}: {words}]" if mark and words.strip() else words
            if row is None:
                yield words
            elif words:
                row.append(words)
            element.clear()
        elif name in ("table-cell", "covered-table-cell") and row is not None:
            row.append("\t")
        elif name == "table-row":
            words = "".join(row or ()).rstrip("\t")
            if words:
                yield words
            row = None
            element.clear()


def _begun(
    element: object, name: str, tally: Counter[str], remote: list[str], found: set[str], hidden: frozenset[str]
) -> Iterator[str]:
    tally[name] += 1
    if name in _ACTIVE:
        found.add(_ACTIVE[name])
    href = attribute(element, "href")  # type: ignore[arg-type]
    if href and name not in ("a", "script", "template") and _OUTSIDE.match(href):
        remote.append(f"{name}: {href}")
        found.add(
            "remote picture" if name in ("image", "fill-image", "background-image") else "reference to another file"
        )
    if name == "table" and (called := attribute(element, "name")):  # type: ignore[arg-type]
        is_hidden = attribute(element, "style-name") in hidden  # type: ignore[arg-type]
        tally["hidden table"] += is_hidden
        yield f"[Table {called}{', hidden' if is_hidden else ''}]"
    elif name == "page":
        yield f"[Slide {tally['page']}]"
    elif name == "notes":
        yield "[Speaker notes]"


def _said(element: object) -> str:
    words: list[str] = []

    def walk(each: object) -> None:
        name = local(each.tag)  # type: ignore[attr-defined]
        if name == "annotation":
            return
        if name == "s":
            count = attribute(each, "c")  # type: ignore[arg-type]
            words.append(" " * min(int(count) if count.isdecimal() else 1, _MOST_REPEATED))
        elif name in ("tab", "line-break"):
            words.append("\t" if name == "tab" else "\n")
        words.append(each.text or "")  # type: ignore[attr-defined]
        for inner in each:  # type: ignore[attr-defined]
            walk(inner)
            words.append(inner.tail or "")

    walk(element)
    return "".join(words)
