"""A short Word document as an agency's program writes it: ECMA-376 parts in an archive, nothing more than needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape

from evidencekit.demo.exports import stored
from evidencekit.demo.sheets import AGENCY

_MADE = datetime(2026, 3, 12, 18, 38, 20)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FACE = "Times New Roman"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def statement(title: str, of: str, paragraphs: Sequence[str]) -> bytes:
    """The statement of a witness: heading, numbered paragraphs, a line to sign."""
    body = _paragraph(AGENCY, "Title") + _paragraph("Case 26-004417", "Subtitle")
    body += _paragraph(f"{title} of {of}", "Heading1")
    body += "".join(_paragraph(f"{n}.  {text}") for n, text in enumerate(paragraphs, 1))
    body += _paragraph("I have read this statement. It is true to the best of my knowledge.")
    body += _paragraph("R. Castellano   ·   12 March 2026, taken by Det. S. Okada, badge 2217")
    page = '<w:sectPr><w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" '
    page += 'w:left="1440" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _links(
            (f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{_OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ),
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}{page}</w:body></w:document>',
        "word/_rels/document.xml.rels": _links((f"{_OFFICE}/relationships/styles", "styles.xml")),
        "word/styles.xml": _styles(),
        "docProps/core.xml": _core(f"{title} of {of}"),
        "docProps/app.xml": f'<Properties xmlns="{_OFFICE}/extended-properties"><Application>CaseWriter</Application>'
        "<Company>Mesa Bay PD</Company></Properties>",
    }
    return stored((name, _MADE, (_HEAD + text).encode()) for name, text in parts.items())


def _paragraph(text: str, style: str = "Normal") -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def _styles() -> str:
    made = ""
    for name, size, look in (
        ("Normal", 22, ""),
        ("Title", 34, "<w:b/>"),
        ("Subtitle", 20, ""),
        ("Heading1", 28, "<w:b/>"),
    ):
        default = ' w:default="1"' if name == "Normal" else ""
        title = {"Heading1": "heading 1"}.get(name, name)
        made += f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{title}"/>'
        made += '<w:pPr><w:spacing w:after="160" w:line="276" w:lineRule="auto"/></w:pPr>'
        made += f'<w:rPr><w:rFonts w:ascii="{_FACE}" w:hAnsi="{_FACE}"/>{look}<w:sz w:val="{size}"/></w:rPr></w:style>'
    return f'<w:styles xmlns:w="{_WORD}">{made}</w:styles>'


def _types() -> str:
    parts = (
        ("/word/document.xml", f"{_KIND}.document.main+xml"),
        ("/word/styles.xml", f"{_KIND}.styles+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    )
    named = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts)
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


def _links(*links: tuple[str, str]) -> str:
    made = "".join(f'<Relationship Id="rId{n}" Type="{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(links, 1))
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'


def _core(title: str) -> str:
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{at}</dcterms:{name}>'
        for name, at in (("created", "2026-03-13T01:12:00Z"), ("modified", "2026-03-13T01:38:00Z"))
    )
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(title)}</dc:title>'
        f"<dc:creator>S. Okada</dc:creator><cp:revision>2</cp:revision>{times}</cp:coreProperties>"
    )
