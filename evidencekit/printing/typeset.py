"""Data → PDF through the templates in ``resources/templates``. The only module that knows the typesetting engine.

Everything a template prints arrives as JSON strings, never as markup. Fonts come only from ``resources/fonts``, so
that the same data gives the same bytes on every machine; nothing is ever fetched.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import resources
from evidencekit.errors import BuildError

# Characters that change how their neighbours are drawn but are invisible themselves; wanted inside a script or an
# emoji sequence, a disguise anywhere else.
_ZWNJ, _ZWJ, _TEXT_STYLE, _EMOJI_STYLE = "\u200c", "\u200d", "\ufe0e", "\ufe0f"
_JOINERS = frozenset((_ZWNJ, _ZWJ))
_STYLES = frozenset((_TEXT_STYLE, _EMOJI_STYLE))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a typeset document that others point to: its ``name``, its ``title`` for people, and the 1-based
    ``page`` it starts on."""

    name: str
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Typeset:
    """A typeset PDF, its page count and its sections in order."""

    pdf: Path
    pages: int
    sections: tuple[Section, ...] = ()


class Glyphs:
    """Which characters the bundled fonts can draw."""

    def __init__(self, ranges: str | None = None) -> None:
        """``ranges``: lines of hexadecimal code points, ``20-7E``; by default those of the bundled fonts."""
        lines = (ranges if ranges is not None else resources.text("fonts/coverage.txt")).split()
        self._known: set[int] = set()
        for line in lines:
            first, _, last = line.partition("-")
            self._known.update(range(int(first, 16), int(last or first, 16) + 1))

    def covered(self, text: str) -> str:
        """``text`` with everything that would not be seen made visible, as ``⟨U+202E⟩``.

        Control characters, bidirectional controls, other invisible characters and characters no bundled font has
        are shown by their code point; line breaks stay, odd spaces and tabs become spaces.
        """
        if text.isascii() and text.isprintable():
            return text
        return "".join(self._shown(text))

    def _shown(self, text: str) -> list[str]:
        shown: list[str] = []
        before = ""
        for sign in text.replace("\r\n", "\n"):
            if sign == "\n":
                shown.append(sign)
            elif sign == "\t" or unicodedata.category(sign) == "Zs":
                shown.append(sign if sign == "\u00a0" else " ")
            elif sign in _JOINERS and _letter(before):
                shown.append(sign)
            elif (sign in _JOINERS or sign in _STYLES) and _pictograph(before):
                pass  # the bundled emoji are one colour and have no joined forms: the parts stand side by side
            elif self._visible(sign):
                shown.append(sign)
            else:
                shown.append(f"⟨U+{ord(sign):04X}⟩")
            before = before if sign in _STYLES or sign == _ZWJ else sign
        return shown

    def _visible(self, sign: str) -> bool:
        return unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and (
            ord(sign) in self._known
        )


def _letter(sign: str) -> bool:
    return bool(sign) and ord(sign) >= 0x600 and unicodedata.category(sign) in ("Lo", "Mn", "Mc")


def _pictograph(sign: str) -> bool:
    return bool(sign) and (unicodedata.category(sign) in ("So", "Sk", "Sm") or sign in "#*0123456789‼⁉")


class Typesetter:
    """A warm engine for many documents: fonts and templates are read once.

    May be shared by threads (they take turns); each process makes its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compilers: dict[str, Any] = {}

    @cached_property
    def glyphs(self) -> Glyphs:
        """The coverage of the bundled fonts."""
        return Glyphs()

    @cached_property
    def _fonts(self) -> Any:
        import typst

        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(resources.path("fonts"))]
        )

    def typeset(self, template: str, data: Mapping[str, Any], out: Path, *, moment: str | None = None) -> Typeset:
        """Typeset ``data`` with ``template`` (a file name in ``resources/templates``) to the PDF ``out``.

        ``moment`` is an ISO 8601 instant that becomes the PDF's creation date; without it the PDF has none. The same
        arguments give the same bytes. Raises :class:`BuildError` when the engine refuses.
        """
        import typst

        inputs = {"data": json.dumps(_clean(data, self.glyphs), ensure_ascii=False), "dated": "yes" if moment else ""}
        stamp = _instant(moment) if moment else datetime.fromtimestamp(0, UTC)
        with self._lock:
            try:
                compiler = self._compiler(template)
                content = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=stamp, pdf_tags=False)
                found = json.loads(compiler.query("<ek-section>", field="value"))
                pages = json.loads(compiler.query("<ek-pages>", field="value"))
            except typst.TypstError as fault:
                raise BuildError(
                    f"The page could not be typeset: {fault.message}.",
                    item=out.name,
                    todo=f"Report this with the template's name, {template}.",
                ) from fault
        out.write_bytes(content)
        sections = tuple(Section(entry["name"], entry["title"], entry["page"]) for entry in found)
        return Typeset(out, int(pages[0]), sections)

    def _compiler(self, template: str) -> Any:
        import typst

        if template not in self._compilers:
            root = resources.path("templates")
            if not (root / template).is_file():
                raise BuildError(f"There is no template {template}.", todo="Install EvidenceKit again.")
            self._compilers[template] = typst.Compiler(
                str(root / template), root=str(root), font_paths=self._fonts, ignore_system_fonts=True
            )
        return self._compilers[template]


def compile_pdf(template: str, data: Mapping[str, Any], out: Path, *, moment: str | None = None) -> None:
    """Typeset one document; see :meth:`Typesetter.typeset`. For many, keep a :class:`Typesetter`."""
    Typesetter().typeset(template, data, out, moment=moment)


def covered(text: str) -> str:
    """``text`` as the bundled fonts can show it; see :meth:`Glyphs.covered`."""
    return Glyphs().covered(text)


def _clean(value: Any, glyphs: Glyphs) -> Any:
    if isinstance(value, str):
        return glyphs.covered(value)
    if isinstance(value, Mapping):
        return {str(key): _clean(entry, glyphs) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(entry, glyphs) for entry in value]
    return value


def _instant(moment: str) -> datetime:
    found = datetime.fromisoformat(moment).replace(microsecond=0)  # the engine takes whole seconds
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
