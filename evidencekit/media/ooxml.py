"""Word, Excel and PowerPoint documents (ECMA-376): what they say of themselves, what could act, and all their words.

Words that a program does not show at once are read as well, and marked: deleted and commented text, hidden sheets,
rows and slides, speaker notes, headers and footers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evidencekit.media.filetypes import OOXML
from evidencekit.media.notes import Notes, clean, counted
from evidencekit.media.package import Package, attribute, local
from evidencekit.media.workbook import Cells, sheet_lines, sheets

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

WORD, EXCEL, SLIDES = (
    OOXML + kind for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
_CORE = {
    "creator": "author",
    "lastModifiedBy": "last_modified_by",
    "title": "title",
    "subject": "subject",
    "keywords": "keywords",
    "description": "description",
    "category": "category",
    "revision": "revision",
    "language": "language",
    "contentStatus": "status",
}
_APP = {
    "Application": "application",
    "AppVersion": "application_version",
    "Company": "company",
    "Manager": "manager",
    "Template": "template",
    "TotalTime": "minutes_edited",
    "Pages": "pages",
    "Words": "words",
    "Characters": "characters",
    "Slides": "slides",
    "HiddenSlides": "hidden_slides",
}
_NUMBERS = frozenset({"minutes_edited", "pages", "words", "characters", "slides", "hidden_slides"})
_TIMES = ("created", "modified", "lastPrinted")
_ACTIVE_PARTS = (
    ("vbaProject.bin", "macros"),
    ("/macrosheets/", "macros of Excel 4"),
    ("/activeX/", "ActiveX control"),
    ("/embeddings/", "embedded object"),
    ("/externalLinks/", "link to another workbook"),
    ("/connections.xml", "data connection"),
    ("/queryTables/", "data connection"),
    ("/customUI", "commands of its own"),
)
_ACTIVE_LINKS = {
    "image": "remote picture",
    "attachedTemplate": "remote template",
    "oleObject": "linked object",
    "frame": "remote frame",
    "subDocument": "linked document",
    "video": "remote sound or video",
    "audio": "remote sound or video",
    "media": "remote sound or video",
    "externalLinkPath": "link to another workbook",
}
_FIELD = re.compile(r"\b(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|LINK|MACROBUTTON|DATABASE)\b")
_MOST_LINKS = 200


def properties(package: Package, notes: Notes) -> None:
    """Facts and moments of the core and the extended properties."""
    from evidencekit.moments import iso_moment

    core = package.tree("docProps/core.xml")
    for each in core if core is not None else ():
        name, said = local(each.tag), each.text or ""
        if name in _CORE:
            notes.fact(_CORE[name], said, f"docProps/core.xml {name}")
        elif name in _TIMES:
            basis = f"core properties {name}"
            notes.time(iso_moment(said, basis=basis), said, f"time {name}", basis)
    app = package.tree("docProps/app.xml")
    for each in app if app is not None else ():
        fact = _APP.get(local(each.tag))
        said = (each.text or "").strip()
        if fact:
            value = int(said) if fact in _NUMBERS and said.isdecimal() and len(said) < 12 else said
            notes.fact(fact, value, f"docProps/app.xml {local(each.tag)}")
    custom = package.tree("docProps/custom.xml")
    for each in list(custom)[:100] if custom is not None else ():
        notes.fact(f"property {attribute(each, 'name')}", "".join(each.itertext()), "docProps/custom.xml")


def active_content(package: Package, notes: Notes) -> list[str]:
    """The sorted kinds of what could act or lead outside when a program opens the file; remote targets are a fact."""
    found = {kind for mark, kind in _ACTIVE_PARTS for name in package.members if mark in f"/{name}"}
    remote: list[str] = []
    links = 0
    for name in package.named("", ".rels"):
        tree = package.tree(name)
        for each in tree if tree is not None else ():
            if attribute(each, "TargetMode") != "External":
                continue
            kind = attribute(each, "Type").rpartition("/")[2]
            if kind == "hyperlink":
                links += 1
                continue
            found.add(_ACTIVE_LINKS.get(kind, "reference to another file"))
            remote.append(f"{kind}: {attribute(each, 'Target')}")
    if remote:
        notes.fact("remote_references", remote[:_MOST_LINKS], "relationships; never fetched")
    if links:
        notes.fact("links", links, "relationships")
    return sorted(found)


def word_lines(package: Package, notes: Notes, found: set[str]) -> Iterator[str]:
    """Every word of a text document, with headers, footers, notes and comments."""
    tally: Counter[str] = Counter()
    yield from _paragraphs(package, "word/document.xml", tally, found)
    for part, title in (
        ("header", "Header"),
        ("footer", "Footer"),
        ("footnotes", "Footnotes"),
        ("endnotes", "Endnotes"),
    ):
        for name in package.named(f"word/{part}", ".xml"):
            lines = [line for line in _paragraphs(package, name, tally, found) if line.strip()]
            if lines:
                yield ""
                yield f"[{title}]"
                yield from lines
    yield from _comments(package, notes)
    for name, said in (
        ("tracked_insertions", tally["ins"]),
        ("tracked_deletions", tally["del"]),
        ("tracked_moves", tally["moveFrom"]),
        ("hidden_text_runs", tally["vanish"]),
    ):
        if said:
            notes.fact(name, said, "word/document.xml and its parts")
    authors = sorted(key[3:] for key in tally if key.startswith("by "))
    if authors:
        notes.fact("tracked_authors", authors, "tracked changes")
    if tally["del"] or tally["ins"]:
        notes.warn("The document holds tracked changes; deleted words are among its text, marked as deleted.")
    if tally["vanish"]:
        notes.warn("The document holds text formatted as hidden; it is among its text, marked as hidden.")


def _paragraphs(package: Package, part: str, tally: Counter[str], found: set[str]) -> Iterator[str]:
    line: list[str] = []
    deleted: list[str] | None = None
    hidden = False
    for event, element in package.elements(part):
        name = local(element.tag)
        if event == "start":
            if name in ("del", "moveFrom") and deleted is None and attribute(element, "author"):
                deleted = []
            elif name == "r":
                hidden = False
            elif name == "vanish":
                hidden = attribute(element, "val") not in ("0", "false")
            if name in ("ins", "del", "moveFrom") and attribute(element, "author"):
                tally[name] += 1
                tally[f"by {clean(attribute(element, 'author'), 100)}"] += 1
            continue
        if name in ("t", "delText"):
            said = element.text or ""
            if hidden and said.strip() and deleted is None:
                tally["vanish"] += 1
                said = f"[hidden: {said}]"
            (line if deleted is None else deleted).append(said)
        elif name == "instrText":
            found.update(f"{match} field" for match in _FIELD.findall(element.text or ""))
        elif name == "fldSimple":
            found.update(f"{match} field" for match in _FIELD.findall(attribute(element, "instr")))
        elif name in ("tab", "tc"):
            line.append("\t")
        elif name in ("br", "cr"):
            line.append("\n")
        elif name in ("del", "moveFrom") and deleted is not None:
            if said := "".join(deleted):
                line.append(f"[{'deleted' if name == 'del' else 'moved away'}: {said}]")
            deleted = None
        elif name == "p":
            words = "".join(line)
            # A paragraph inside a table's cell ends no line of its own; the row does.
            yield from words.split("\n")
            line = []
            element.clear()
        elif name in ("tr", "tbl"):
            element.clear()
    if line:
        yield "".join(line)


def _comments(package: Package, notes: Notes) -> Iterator[str]:
    tree = package.tree("word/comments.xml")
    comments = [each for each in tree if local(each.tag) == "comment"] if tree is not None else []
    if not comments:
        return
    notes.fact("comments", len(comments), "word/comments.xml")
    yield ""
    yield "[Comments]"
    for each in comments:
        who = ", ".join(filter(None, (attribute(each, "author"), attribute(each, "date"))))
        words = " ".join("".join(p.itertext()) for p in each.iter() if local(p.tag) == "p")
        yield f"{who}: {words}" if who else words


def workbook_lines(package: Package, notes: Notes) -> Iterator[str]:
    """Every cell of a workbook, a row a line, cells parted by tabs; sheets under their names, and all comments."""
    listed = sheets(package)
    notes.fact("sheets", [sheet.name for sheet in listed], "xl/workbook.xml")
    hidden = [sheet.name for sheet in listed if sheet.hidden]
    if hidden:
        notes.fact("hidden_sheets", hidden, "xl/workbook.xml")
        notes.warn(f"{len(hidden)} of {len(listed)} sheets are hidden; their words are read as well.")
    hidden_lines, cells = 0, Cells(package)
    for sheet in listed:
        yield f"[Sheet {sheet.name}{', hidden' if sheet.hidden else ''}]"
        counting = Counter[str]()
        yield from sheet_lines(package, sheet, counting, cells)
        hidden_lines += counting["hidden rows"] + counting["hidden columns"]
        if counting["formulas"]:
            notes.fact(f"formulas in {sheet.name}", counting["formulas"], sheet.part)
        yield ""
    if hidden_lines:
        notes.fact("hidden_rows_and_columns", hidden_lines, "worksheets")
        lines = counted(hidden_lines, "row or column is", "rows or columns are")
        notes.warn(f"{lines} hidden; the words there are read as well.")
    comments = 0
    for name in [*package.named("xl/comments", ".xml"), *package.named("xl/threadedComments/", ".xml")]:
        tree = package.tree(name)
        for each in tree.iter() if tree is not None else ():
            if local(each.tag) in ("comment", "threadedComment"):
                comments += 1
                yield f"[Comment at {attribute(each, 'ref')}] {''.join(each.itertext()).strip()}"
    if comments:
        notes.fact("comments", comments, "worksheet comments")


def slide_order(package: Package) -> list[str]:
    """The parts of the slides in the order they are shown."""
    tree = package.tree("ppt/presentation.xml")
    targets = relations(package, "ppt/presentation.xml")
    order = []
    for each in tree.iter() if tree is not None else ():
        if local(each.tag) == "sldId":
            for key, value in each.attrib.items():
                if key.endswith("relationships}id") and value in targets:
                    order.append(targets[value])
    return order or package.named("ppt/slides/slide", ".xml")


def slide_lines(package: Package, notes: Notes) -> Iterator[str]:
    """Every slide's words with its speaker notes and comments."""
    order = slide_order(package)
    notes.fact("slides", len(order), "ppt/presentation.xml")
    hidden = with_notes = 0
    for number, part in enumerate(order, start=1):
        words, is_hidden, spoken = slide(package, part)
        hidden += is_hidden
        with_notes += bool(spoken)
        yield f"[Slide {number}{', hidden' if is_hidden else ''}]"
        yield from words
        if spoken:
            yield "[Speaker notes]"
            yield from spoken
        yield ""
    if with_notes:
        notes.fact("slides_with_notes", with_notes, "ppt/notesSlides")
    if hidden:
        notes.fact("hidden_slides", hidden, "slides, show=0")
        notes.warn(f"{hidden} of {len(order)} slides are hidden; their words are read as well.")
    comments = 0
    for name in package.named("ppt/comments/", ".xml"):
        tree = package.tree(name)
        for each in tree.iter() if tree is not None else ():
            if local(each.tag) in ("cm",):
                comments += 1
                yield f"[Comment] {' '.join(''.join(each.itertext()).split())}"
    if comments:
        notes.fact("comments", comments, "ppt/comments")


def slide(package: Package, part: str) -> tuple[list[str], bool, list[str]]:
    """A slide's paragraphs, whether it is hidden, and its speaker notes."""
    tree = package.tree(part)
    hidden = tree is not None and attribute(tree, "show") in ("0", "false")
    spoken: list[str] = []
    for target in relations(package, part).values():
        if target.startswith("ppt/notesSlides/"):
            notes_tree = package.tree(target)
            spoken = (
                _shapes(notes_tree, skip=("sldNum", "hdr", "ftr", "dt", "sldImg")) if notes_tree is not None else []
            )
    return (_shapes(tree) if tree is not None else []), hidden, spoken


def _shapes(tree: Element, skip: tuple[str, ...] = ("sldNum",)) -> list[str]:
    lines: list[str] = []
    for shape in tree.iter():
        if local(shape.tag) not in ("sp", "tc"):
            continue
        kinds = [attribute(each, "type") for each in shape.iter() if local(each.tag) == "ph"]
        if any(kind in skip for kind in kinds):
            continue
        for paragraph in shape.iter():
            if local(paragraph.tag) == "p":
                words = "".join(
                    (t.text or "") if local(t.tag) == "t" else "\n" if local(t.tag) == "br" else ""
                    for t in paragraph.iter()
                )
                lines += [line for line in words.split("\n") if line.strip()]
    return lines


def relations(package: Package, part: str) -> dict[str, str]:
    """Relationship id → the part inside the package it leads to."""
    path = PurePosixPath(part)
    tree = package.tree(f"{path.parent}/_rels/{path.name}.rels")
    found = {}
    for each in tree if tree is not None else ():
        if attribute(each, "TargetMode") != "External":
            found[attribute(each, "Id")] = resolved(str(path.parent), attribute(each, "Target"))
    return found


def resolved(folder: str, target: str) -> str:
    """The name of a part that ``target`` means in ``folder``."""
    if target.startswith("/"):
        return target.lstrip("/")
    parts = folder.split("/")
    for step in target.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in (".", ""):
            parts.append(step)
    return "/".join(parts)
