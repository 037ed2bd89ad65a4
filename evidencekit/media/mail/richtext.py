"""Bodies that Outlook keeps only as compressed RTF ([MS-OXRTFCP]): the HTML or plain text wrapped in it
([MS-OXRTFEX]), else the words of the RTF itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 16 << 20
_LONGEST_WRAPPED = 2 << 20  # taking HTML out of RTF goes through a grammar and is slow
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}]+)|\\"
)
_SILENT_WORDS = b"""fonttbl colortbl stylesheet info pict object themedata datastore listtable rsidtbl generator
header footer"""
_SILENT = frozenset(_SILENT_WORDS.split())
_BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"row": "\n", b"cell": "\t", b"emdash": "—", b"endash": "–"}
_BREAKS |= {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}


@dataclass(frozen=True, slots=True)
class RichBody:
    """What was in the RTF: one of ``html`` and ``plain`` when it was wrapped, else ``words`` of the RTF."""

    html: str = ""
    plain: str = ""
    words: str = ""


def rich_body(compressed: bytes) -> RichBody:
    """Unpacks a body. Raises ``ValueError`` when it is none, or too large."""
    raw = _unpacked(compressed)
    if len(raw) <= _LONGEST_WRAPPED and (b"\\fromhtml" in raw[:4_000] or b"\\fromtext" in raw[:4_000]):
        found = _unwrapped(raw)
        if found is not None:
            return found
    return RichBody(words=words_of_rtf(raw))


def _unpacked(compressed: bytes) -> bytes:
    from compressed_rtf import decompress

    size = int.from_bytes(compressed[4:8], "little")
    if len(compressed) > _LONGEST or size > _LONGEST:
        raise ValueError("the body is too large")
    try:
        return bytes(decompress(compressed))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 — the library raises bare exceptions
        raise ValueError("the body is damaged") from None


def _unwrapped(raw: bytes) -> RichBody | None:
    from RTFDE.deencapsulate import DeEncapsulator

    try:
        wrapped = DeEncapsulator(raw)
        wrapped.deencapsulate()
        content = wrapped.html if wrapped.content_type == "html" else wrapped.text
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 — its grammar gives up on what it has not seen in many ways
        return None
    return RichBody(html=text) if wrapped.content_type == "html" else RichBody(plain=text)


def words_of_rtf(raw: bytes) -> str:
    """The words of an RTF text; what only describes its looks is left out."""
    page = re.search(rb"\\ansicpg(\d{1,5})", raw[:4_000])
    encoding = f"cp{int(page[1])}" if page else "cp1252"
    out: list[str] = []
    pending = bytearray()
    silent, stack, skip, width = False, list[tuple[bool, int]](), 0, 1

    def flush() -> None:
        if pending:
            try:
                out.append(pending.decode(encoding, "replace"))
            except LookupError:
                out.append(pending.decode("cp1252", "replace"))
            pending.clear()

    for found in _TOKEN.finditer(raw):
        code, unicode, word, number, sign, brace, text = found.groups()
        if brace == b"{":
            stack.append((silent, width))
        elif brace == b"}":
            silent, width = stack.pop() if stack else (False, 1)
            skip = 0
        elif word in _SILENT or sign == b"*":
            silent = True
        elif word == b"uc":
            width = min(8, int(number or 1))
        elif silent:
            continue
        elif unicode is not None:
            flush()
            out.append(_letter(int(unicode)))
            skip = width
        elif code is not None:
            if skip:
                skip -= 1
            else:
                pending.append(int(code, 16))
        elif text is not None:
            text = text.replace(b"\r", b"").replace(b"\n", b"")
            pending += text[skip:]
            skip = max(0, skip - len(text))
        elif word in _BREAKS or sign in (b"~", b"_", b"{", b"}", b"\\"):
            flush()
            out.append(
                _BREAKS.get(word or b"", "") or {b"~": "\xa0", b"_": "-"}.get(sign, (sign or b"").decode("ascii"))
            )
    flush()
    joined = "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.strip("\n")


def _letter(number: int) -> str:
    return chr(number % 65_536)
