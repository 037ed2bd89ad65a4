"""Parts of picture messages that an export holds as base64: each becomes a file, decoded as it passes by."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from pathlib import Path

from evidencekit.media.messages.collected import Collected
from evidencekit.media.messages.tags import Tag
from evidencekit.media.notes import Notes, clean_name

MOST = 50_000
_LONGEST_NAME = 120
_STRANGE = re.compile(r"[^A-Za-z0-9+/=]+")
_LAYOUT = "application/smil"
_UNWRITTEN = "not written"


class Parts:
    """Writes parts under ``out``/parts by names of our own, and gives them back as children."""

    def __init__(self, found: Collected) -> None:
        self._found = found
        self._folder = found.out / "parts"
        self._made = 0
        self._broken = 0
        self._over = 0

    def pour(self, name: str, pieces: Iterable[str]) -> str:
        """Decodes base64 in pieces into a file, and gives its name; an empty text when nothing came."""
        del name
        if self._made >= MOST or self._found.printing:
            self._over += self._made >= MOST
            some = sum(len(piece) for piece in pieces)
            return _UNWRITTEN if some > len("null") and self._found.printing else ""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._made + 1:06d}.part"
        held, size, good = "", 0, True
        with path.open("wb") as file:
            for piece in pieces:
                held += _STRANGE.sub("", piece)
                if held == "null" and not size:
                    held = ""
                whole = len(held) - len(held) % 4
                try:
                    size += file.write(binascii.a2b_base64(held[:whole]))
                except binascii.Error:
                    good = False
                held = held[whole:]
            if held:
                good = False
                size += file.write(_rest(held))
        self._broken += not good
        if not size:
            path.unlink()
            return ""
        self._made += 1
        return path.name

    def take(self, tag: Tag, at: str, body: list[str], files: list[str]) -> None:
        """One part of the message ``at``: words go to ``body``, names of files to ``files``."""
        content, text = tag.get("ct").lower(), tag.get("text")
        poured = tag.get("data")
        path = self._folder / poured if poured else None
        if self._found.printing and (poured or (text and content not in ("text/plain", "", _LAYOUT))):
            if content != _LAYOUT:
                files.append(self._named(tag, at, files, content))
            return
        if content == _LAYOUT:
            if path is not None:
                path.unlink(missing_ok=True)
            return
        if path is None and text:
            if content in ("text/plain", ""):
                body.append(text)
                return
            path = self._folder / f"{self._made + 1:06d}.part"
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="replace", newline="")
            self._made += 1
        if path is not None:
            name = self._named(tag, at, files, content)
            files.append(name)
            self._found.child(name, path)
        elif content not in ("text/plain", ""):
            files.append(self._name(tag, len(files) + 1, content))

    def _named(self, tag: Tag, at: str, files: list[str], content: str) -> str:
        """The child's name, which no other part of the export has."""
        name = self._name(tag, len(files) + 1, content)
        return f"{at} {name}" if f"{at} {name}" not in files else f"{at} part {len(files) + 1} {name}"

    def _name(self, tag: Tag, number: int, content: str) -> str:
        import mimetypes

        found = next((tag.get(key) for key in ("cl", "name", "fn") if tag.get(key)), "")
        name = clean_name(found)[:_LONGEST_NAME].strip(" .<>") or f"part {number}"
        if not Path(name).suffix:
            name += mimetypes.guess_extension(content) or ""
        return name

    def conclude(self, notes: Notes) -> None:
        """The facts, and what was odd."""
        notes.fact("attachments", self._made or None, "mms parts with content")
        if self._broken:
            notes.warn(f"{self._broken:,} attachments are not whole or not rightly encoded; what could be was written.")
        if self._over:
            notes.warn(f"More than {MOST:,} attachments; {self._over:,} were not taken out of the export.")


def _rest(held: str) -> bytes:
    try:
        return binascii.a2b_base64(held + "=" * (-len(held) % 4))
    except binascii.Error:
        return b""
