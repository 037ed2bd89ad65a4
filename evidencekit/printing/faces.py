"""A font face to write marks with: real text, embedded once as a small subset.

Glyph ids of the full font are kept, so that text can be encoded while pages are written and the subset made last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import resources

if TYPE_CHECKING:
    import pikepdf

SANS = ("fonts/EKSans-Regular.ttf",)
SANS_BOLD = ("fonts/EKSans-SemiBold.ttf", "fonts/EKSans-Regular.ttf")

_TO_UNICODE_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
    "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
)


class Face:
    """One TrueType font under the resource name ``name``; ``key`` is its name in a page's font resources."""

    def __init__(self, name: str, key: str) -> None:
        from fontTools.ttLib import TTFont

        self.key = key
        self._data = resources.data(name)
        self._font: Any = TTFont(BytesIO(self._data), lazy=True, recalcTimestamp=False)
        self._cmap: dict[int, str] = self._font.getBestCmap()
        self._units: float = self._font["head"].unitsPerEm
        self._known: dict[str, tuple[int, float]] = {}

    def has(self, char: str) -> bool:
        """Whether the font draws this character."""
        return ord(char) in self._cmap

    def glyph(self, char: str) -> tuple[int, float]:
        """Glyph id and advance width (1/1000 em) of a character; it becomes part of the subset."""
        found = self._known.get(char)
        if found is None:
            name = self._cmap[ord(char)]
            width = self._font["hmtx"][name][0] * 1000 / self._units
            found = self._known[char] = (self._font.getGlyphID(name), width)
        return found

    def embed(self, pdf: pikepdf.Pdf) -> pikepdf.Object | None:
        """The font object with the subset of every character asked for so far; None when there was none."""
        if not self._known:
            return None
        import pikepdf
        from pikepdf import Dictionary, Name

        program = _subset(self._data, [gid for gid, _ in self._known.values()])
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
        base = Name(f"/{tag}+{self._font['name'].getDebugName(6)}")
        descriptor = pdf.make_indirect(self._descriptor(base, pdf.make_stream(program, Length1=len(program))))
        widths = pikepdf.Array()
        for gid, width in sorted(set(self._known.values())):
            widths.append(gid)
            widths.append(pikepdf.Array([round(width)]))
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=base,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            FontDescriptor=descriptor,
            DW=0,
            W=widths,
            CIDToGIDMap=Name.Identity,
        )
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=base,
                Encoding=Name("/Identity-H"),
                DescendantFonts=[pdf.make_indirect(descendant)],
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _descriptor(self, base: pikepdf.Name, program: pikepdf.Object) -> pikepdf.Dictionary:
        from pikepdf import Dictionary, Name

        head, hhea, os2, scale = self._font["head"], self._font["hhea"], self._font["OS/2"], 1000 / self._units
        return Dictionary(
            Type=Name.FontDescriptor,
            FontName=base,
            Flags=4,
            FontBBox=[round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax)],
            ItalicAngle=0,
            Ascent=round(hhea.ascent * scale),
            Descent=round(hhea.descent * scale),
            CapHeight=round(getattr(os2, "sCapHeight", hhea.ascent) * scale),
            StemV=80,
            FontFile2=program,
        )

    def _to_unicode(self) -> bytes:
        pairs = sorted({gid: char for char, (gid, _) in sorted(self._known.items(), reverse=True)}.items())
        lines = [_TO_UNICODE_HEAD]
        for start in range(0, len(pairs), 100):
            block = pairs[start : start + 100]
            lines.append(f"{len(block)} beginbfchar\n")
            lines += [f"<{gid:04X}> <{char.encode('utf-16-be').hex().upper()}>\n" for gid, char in block]
            lines.append("endbfchar\n")
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end\n")
        return "".join(lines).encode("ascii")


class Pen:
    """Writes text in one style with the first face that has each character; what no face has is written as its code
    point, visibly."""

    def __init__(self, names: Sequence[str], key: str) -> None:
        self._faces = [Face(name, f"{key}{n}") for n, name in enumerate(names)]

    def printable(self, text: str) -> str:
        """The text as it will be extracted: unknown and control characters become ``<U+XXXX>``."""
        return "".join(
            char if any(face.has(char) for face in self._faces) else f"<U+{ord(char):04X}>" for char in text
        )

    def width(self, text: str, size: float) -> float:
        """Width of the text in points at that size."""
        return sum(face.glyph(char)[1] for face, char in self._placed(text)) * size / 1000

    def fitting(self, text: str, size: float, room: float, least: float = 3.0) -> float:
        """The largest size up to ``size`` at which the text is at most ``room`` points wide."""
        width = self.width(text, size)
        return size if width <= room else max(least, size * room / width)

    def show(self, text: str, x: float, y: float, size: float) -> bytes:
        """Content-stream operators that write the text with its baseline starting at (x, y)."""
        parts = [f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        current, codes = "", ""
        for face, char in self._placed(text):
            if face.key != current:
                if codes:
                    parts.append(f"<{codes}> Tj")
                parts.append(f"/{face.key} {size:.2f} Tf")
                current, codes = face.key, ""
            codes += f"{face.glyph(char)[0]:04X}"
        parts.append(f"<{codes}> Tj ET\n" if codes else "ET\n")
        return " ".join(parts).encode("ascii")

    def embed(self, pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
        """Font resources for everything written so far, by resource name."""
        made = {f"/{face.key}": face.embed(pdf) for face in self._faces}
        return {name: font for name, font in made.items() if font is not None}

    def _placed(self, text: str) -> Iterator[tuple[Face, str]]:
        for char in self.printable(text):
            yield next(face for face in self._faces if face.has(char)), char


def _subset(data: bytes, gids: list[int]) -> bytes:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options()
    options.retain_gids = True
    options.notdef_outline = True
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [6]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "OS/2", "post", "cmap", "STAT", "meta", "gasp"]
    font = TTFont(BytesIO(data), lazy=True, recalcTimestamp=False)
    chosen = subset.Subsetter(options)
    chosen.populate(gids=gids)
    chosen.subset(font)
    out = BytesIO()
    font.save(out, reorderTables=False)
    font.close()
    return out.getvalue()
