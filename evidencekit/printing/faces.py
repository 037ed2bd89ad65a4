"""A font face to write marks with: real text, embedded once as a small subset.

Glyph ids of the full font are kept, so that text can be encoded while pages are written and the subset made last.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from functools import cached_property
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import resources

if TYPE_CHECKING:
    import pikepdf

SANS = ("fonts/Inter-Regular.ttf", "fonts/EKNoto-Regular.ttf")
SANS_BOLD = ("fonts/Inter-SemiBold.ttf", "fonts/EKNoto-Regular.ttf")

_TO_UNICODE_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
    "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
)


class Face:
    """One TrueType font under the resource name ``name``; ``key`` is its name in a page's font resources."""

    def __init__(self, name: str, key: str) -> None:
        self.key = key
        self._name = name
        self._known: dict[str, tuple[int, float]] = {}

    @cached_property
    def _data(self) -> bytes:
        return resources.data(self._name)

    @cached_property
    def _font(self) -> Any:
        from fontTools.ttLib import TTFont

        return TTFont(BytesIO(self._data), lazy=True, recalcTimestamp=False)

    @cached_property
    def _cmap(self) -> dict[int, str]:
        found: dict[int, str] = self._font.getBestCmap()
        return found

    @cached_property
    def _scale(self) -> float:
        return 1000 / float(self._font["head"].unitsPerEm)

    def has(self, char: str) -> bool:
        """Whether the font draws this character."""
        return ord(char) in self._cmap

    def glyph(self, char: str) -> tuple[int, float]:
        """Glyph id and advance width (1/1000 em) of a character; it becomes part of the subset."""
        found = self._known.get(char)
        if found is None:
            name = self._cmap[ord(char)]
            width = self._font["hmtx"][name][0] * self._scale
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
        descriptor = pdf.make_indirect(self._descriptor(base, _packed(pdf, program, Length1=len(program))))
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
                ToUnicode=_packed(pdf, self._to_unicode()),
            )
        )

    def _descriptor(self, base: pikepdf.Name, program: pikepdf.Object) -> pikepdf.Dictionary:
        from pikepdf import Dictionary, Name

        head, hhea, os2, scale = self._font["head"], self._font["hhea"], self._font["OS/2"], self._scale
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
        self._known: dict[str, tuple[str, str, float]] = {}
        self._widths: dict[str, float] = {}

    def printable(self, text: str) -> str:
        """The text as it will be extracted: unknown and control characters become ``<U+XXXX>``."""
        return "".join(char if self._has(char) else f"<U+{ord(char):04X}>" for char in text)

    def width(self, text: str, size: float) -> float:
        """Width of the text in points at that size."""
        found = self._widths.get(text)
        if found is None:
            found = self._widths[text] = sum(width for _, _, width in self._placed(text)) / 1000
        return found * size

    def fitting(self, text: str, size: float, room: float, least: float = 3.0) -> float:
        """The largest size up to ``size`` at which the text is at most ``room`` points wide, but not below
        ``least``."""
        width = self.width(text, size)
        return size if width <= room else max(least, size * room / width)

    def show(self, text: str, x: float, y: float, size: float) -> bytes:
        """Content-stream operators that write the text with its baseline starting at (x, y)."""
        parts = [f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        for key, run in groupby(self._placed(text), key=itemgetter(0)):
            parts.append(f"/{key} {size:.2f} Tf <{''.join([code for _, code, _ in run])}> Tj")
        return (" ".join(parts) + " ET\n").encode("ascii")

    def embed(self, pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
        """Font resources for everything written so far, by resource name."""
        made = {f"/{face.key}": face.embed(pdf) for face in self._faces}
        return {name: font for name, font in made.items() if font is not None}

    def _has(self, char: str) -> bool:
        return char in self._known or any(face.has(char) for face in self._faces)

    def _placed(self, text: str) -> list[tuple[str, str, float]]:
        known = self._known
        try:
            return [known[char] for char in text]
        except KeyError:
            return [known.get(char) or self._learn(char) for char in self.printable(text)]

    def _learn(self, char: str) -> tuple[str, str, float]:
        face = next(face for face in self._faces if face.has(char))
        gid, width = face.glyph(char)
        self._known[char] = found = (face.key, f"{gid:04X}", width)
        return found


def _packed(pdf: pikepdf.Pdf, data: bytes, **entries: int) -> pikepdf.Object:
    from pikepdf import Name

    return pdf.make_stream(zlib.compress(data), Filter=Name.FlateDecode, **entries)


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
