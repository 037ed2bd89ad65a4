"""Telling text from other bytes, its encoding, and what kind of text it is."""

from __future__ import annotations

import re

from evidencekit.media.filetypes import extension_of

# What never stands in a text file: control characters but tab, line feed, form feed, return, escape, and ^Z.
_CONTROLS = bytes(n for n in range(32) if n not in (8, 9, 10, 11, 12, 13, 26, 27)) + b"\x7f"
# What is shown in place of those in a text that holds them all the same.
BLANKED = dict.fromkeys(_CONTROLS, "\ufffd")
_UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF8_BOM = b"\xef\xbb\xbf"

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t\S]")
_MAIL_HEADERS = frozenset(
    [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "delivered-to",
        "reply-to",
        "sender",
        "content-type",
        "x-mailer",
        "dkim-signature",
        "authentication-results",
        "x-received",
        "in-reply-to",
        "references",
        "envelope-to",
    ]
)
_TELLING = frozenset(["from", "to", "subject", "date", "received", "message-id", "return-path", "delivered-to"])
_LINE_END = re.compile(r"\r\n|\n|\r")
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(r"\s*<(?:\?xml\s|!DOCTYPE\s|[A-Za-z_][\w.-]*(?:[\s/][^<]*)?>)")
_SVG = re.compile(r"<svg[\s>]")
# A number ends at a comma or bracket: “[06.01.26, 07:12:00]” begins a chat.
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\s*[,\]]"
_JSON = re.compile(rf'\s*(?:\{{\s*(?:"|\}}\s*\Z)|\[\s*(?:["\[{{\]]|{_NUMBER}|true|false|null))')
_BY_EXTENSION = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "tab": "text/tab-separated-values",
    "md": "text/markdown",
    "markdown": "text/markdown",
}


def encoding_of(sample: bytes, whole: bool) -> str | None:
    """The encoding of a text whose first bytes are ``sample``; None when these are not text.

    One of utf-8, utf-8-sig, utf-16-le, utf-16-be (with or without a mark) and cp1252. ``whole`` says that nothing
    follows, so that a character cut in two at the end counts as a fault. UTF-8 with a few damaged characters among
    many whole ones is UTF-8: in no other encoding do so many fit by chance.
    """
    if sample.startswith(_UTF8_BOM):
        return "utf-8-sig" if _decodes(sample, "utf-8-sig", whole) or _mostly_utf8(sample, whole) else None
    wide = _UTF16.get(sample[:2]) or _unmarked_utf16(sample)
    if wide:
        return wide if _decodes(sample, wide, whole) else None
    if not sample or len(sample.translate(None, _CONTROLS)) != len(sample):
        return None
    if _decodes(sample, "utf-8", whole) or _mostly_utf8(sample, whole):
        return "utf-8"
    return "cp1252" if _looks_like_cp1252(sample) else None


def forgiving_encoding_of(sample: bytes, whole: bool) -> str | None:
    """As :func:`encoding_of`, also of a text of 32 bytes or more that holds one control character, a NUL mostly, that
    text does not have, or one in 200 bytes, and as few characters that are damaged or cut off. Of random bytes one in
    nine is such a control character."""
    found = encoding_of(sample, whole)
    if found is not None:
        return found
    wide = _UTF16.get(sample[:2])
    if wide:
        text = sample.decode(wide, "replace")
        rest, few = text.translate(BLANKED), max(1, len(text) // 200)
        return wide if len(text) >= 32 and rest.count("\ufffd") <= few and _decodes(sample, wide, whole, True) else None
    rest_bytes = sample.translate(None, _CONTROLS)
    strays = len(sample) - len(rest_bytes)
    if len(sample) < 32 or strays > max(1, len(sample) // 200):
        return None
    found = encoding_of(rest_bytes, whole)
    high = sum(byte >= 0x80 for byte in rest_bytes)
    if found == "cp1252" and high > 0.1 * len(rest_bytes):
        return None
    return found or ("utf-8" if _utf8_faults(rest_bytes, whole)[0] <= max(1, len(sample) // 200) else None)


def _mostly_utf8(sample: bytes, whole: bool) -> bool:
    faults, good = _utf8_faults(sample, whole)
    return good >= 2 * faults


def _utf8_faults(sample: bytes, whole: bool) -> tuple[int, int]:
    """How many characters beyond ASCII are damaged, and how many are not, taken for UTF-8."""
    import codecs

    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample, whole)
    faults = max(0, text.count("\ufffd") - sample.count(b"\xef\xbf\xbd"))
    return faults, sum(sign > "\x7f" for sign in text) - faults


def _decodes(sample: bytes, encoding: str, whole: bool, strays: bool = False) -> bool:
    import codecs

    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(sample, whole)
    except UnicodeDecodeError:
        return False
    return strays or not encoding.startswith("utf-16") or not any(c in text for c in "\0\x01\x02\x03")


def _unmarked_utf16(sample: bytes) -> str | None:
    """Western text in UTF-16 has a zero in every other byte."""
    even, odd = sample[0:1024:2], sample[1:1024:2]
    if len(odd) < 4:
        return None
    if odd.count(0) > 0.7 * len(odd) and not even.count(0):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and not odd.count(0):
        return "utf-16-be"
    return None


def _looks_like_cp1252(sample: bytes) -> bool:
    """Mostly ASCII with some accents; random bytes without controls never are."""
    if len(sample.translate(None, _UNDEFINED_IN_CP1252)) != len(sample):
        return False
    high = sum(byte >= 0x80 for byte in sample)
    return high <= 0.3 * len(sample)


def media_type(head: bytes, whole: bool, untrusted_name: str) -> str | None:
    """The media type of a text file by its beginning; None when it is not text.

    CSV and Markdown cannot be told from plain text by content: there, and only there, the name decides.
    """
    encoding = encoding_of(head, whole)
    return None if encoding is None else _of_text(head.decode(encoding, "ignore"), untrusted_name)


def spoilt_media_type(head: bytes, whole: bool, untrusted_name: str) -> str | None:
    """The media type of what is a mail or a text in spite of bytes that neither should hold; None for the rest.

    To be asked last: a file whose format is known is no spoilt text.
    """
    mail = _mail(head[:16_384].decode("latin-1"))
    if mail:
        return mail
    encoding = forgiving_encoding_of(head, whole)
    return None if encoding is None else _of_text(head.decode(encoding, "ignore").translate(BLANKED), untrusted_name)


def _of_text(text: str, untrusted_name: str) -> str:
    return _structured(text.lstrip("\ufeff")) or _BY_EXTENSION.get(extension_of(untrusted_name), "text/plain")


def _structured(text: str) -> str | None:
    mail = _mail(text)
    if mail:
        return mail
    start = text[:4096]
    if start.lstrip()[:15].upper().startswith("BEGIN:VCARD"):
        return "text/vcard"
    if start.lstrip()[:15].upper().startswith("BEGIN:VCALENDAR"):
        return "text/calendar"
    if "<" in start[:1024]:
        if _HTML.match(start):
            return "text/html"
        if _XML.match(start):
            return "image/svg+xml" if _SVG.search(start) else "application/xml"
    return "application/json" if _JSON.match(start) else None


def _mail(text: str) -> str | None:
    """RFC 5322 headers at the very start, at least two of mail's own; an mbox begins with a ``From `` line."""
    lines = _LINE_END.split(text[:16_384])
    mailbox = bool(lines) and lines[0].startswith("From ")
    names: list[str] = []
    for line in lines[1 if mailbox else 0 :]:
        if not line.strip():
            break
        if line[0] in " \t":
            if not names:
                return None
            continue
        if not _HEADER.match(line) and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}:", line):
            return None
        names.append(line.partition(":")[0].lower())
    known = _MAIL_HEADERS.intersection(names)
    if len(known) < (1 if mailbox else 2) or not _TELLING.intersection(known):
        return None
    return "application/mbox" if mailbox else "message/rfc822"
