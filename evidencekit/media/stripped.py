"""Copies of documents from which what leads outside is taken, before a program of others opens them.

The program has no network either; neither fence relies on the other.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from evidencekit.errors import ReaderError
from evidencekit.media import rtf
from evidencekit.media.notes import Notes
from evidencekit.media.package import LARGEST_PART, Package

_EXTERNAL = re.compile(
    rb"<(?:\w+:)?Relationship\b[^>]*\bTargetMode\s*=\s*[\"']External[\"'][^>]*?(?:/>|>\s*</(?:\w+:)?Relationship\s*>)"
)
_HYPERLINK = re.compile(rb"\bType\s*=\s*[\"'][^\"']*/hyperlink[\"']")
_FIELD = re.compile(rb"\b(?:INCLUDEPICTURE|INCLUDETEXT|DDEAUTO|DDE|DATABASE|LINK)\b(?=[^<]{0,2000})")
_INSTRUCTION = re.compile(rb"<w:instrText\b[^>]*>[^<]*</w:instrText>|w:instr\s*=\s*\"[^\"]*\"")
_HREF = re.compile(rb"(\bxlink:href\s*=\s*)(?:\"([^\"]*)\"|'([^']*)')")
_OUTSIDE = re.compile(rb"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//|\.\./|/|\\)")
_DDE = re.compile(rb"(office:dde-(?:application|topic|item)\s*=\s*)\"[^\"]*\"")


def stripped_package(path: Path, target: Path) -> None:
    """Writes the document to ``target`` without external relationships but hyperlinks, fields that fetch, references
    out of the package, and macros. Raises :class:`~evidencekit.errors.ReaderError` when it cannot be read."""
    with Package(path, Notes()) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, info in package.members.items():
            if name.endswith(("/", "vbaProject.bin")) or name.startswith(("Basic/", "Scripts/")):
                continue
            fresh = zipfile.ZipInfo(name)
            fresh.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            if not name.lower().endswith((".xml", ".rels", ".vml", ".rdf")):
                with out.open(fresh, "w", force_zip64=info.file_size > 1 << 31) as part:
                    for chunk in package.chunks(name):
                        part.write(chunk)
                continue
            raw = package.read(name, LARGEST_PART)
            if raw is None:
                raise ReaderError("A part of the document is damaged or too large.", todo="Look at the native file.")
            out.writestr(fresh, without_outside(raw, name))


def without_outside(raw: bytes, name: str) -> bytes:
    """An XML part without what leads outside."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", "replace").encode()
        raw = re.sub(rb"^\s*<\?xml[^>]*\?>", b'<?xml version="1.0" encoding="UTF-8"?>', raw)
    if name.endswith(".rels"):
        return _EXTERNAL.sub(lambda found: found[0] if _HYPERLINK.search(found[0]) else b"", raw)
    raw = _INSTRUCTION.sub(lambda found: _FIELD.sub(b"QUOTE", found[0]), raw)
    raw = _DDE.sub(rb'\1""', raw)
    return _HREF.sub(lambda found: found[1] + b'""' if _OUTSIDE.match(found[2] or found[3] or b"") else found[0], raw)


def stripped_rtf(path: Path, target: Path) -> None:
    """Writes a document in Rich Text Format to ``target`` without instructions of fields, templates and objects."""
    with path.open("rb") as file:
        raw = file.read(rtf.LARGEST + 1)
    if len(raw) > rtf.LARGEST:
        raise ReaderError("The document is too large to be printed.", todo="Look at the native file.")
    target.write_bytes(rtf.without_outside(raw))
