"""The parts of a MIME message: which are its words, which are attached, and under which names."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

from evidencekit.media.headers import decoded_values, raw_values
from evidencekit.media.mail.markup import CLOSE, OPEN, Words, words_of
from evidencekit.media.membernames import shortened
from evidencekit.media.notes import Notes, clean, clean_name

LONGEST_TEXT = 16 << 20
_MOST_PARTS = 2_000
_MARKED = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_WORD = re.compile(r"\w{3,}")
_SEALED = {
    "application/pkcs7-mime": "S/MIME",
    "application/x-pkcs7-mime": "S/MIME",
    "application/pkcs7-signature": "S/MIME",
    "application/x-pkcs7-signature": "S/MIME",
    "application/pgp-signature": "OpenPGP",
    "application/pgp-encrypted": "OpenPGP",
}
_TODO = "Ask the recipient for a copy that was opened with their key."


@dataclass(frozen=True, slots=True)
class Attached:
    """A part that becomes a child: the ``name`` it is given, its number, Content-ID and type, and the part itself."""

    number: int
    name: str
    cid: str
    media_type: str
    part: EmailMessage


def walk(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts of this message, not those of a message attached to it."""
    stack, seen = [message], 0
    while stack and seen < _MOST_PARTS:
        part = stack.pop()
        seen += 1
        yield part
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            stack += reversed(part.get_payload())  # type: ignore[arg-type]


def _beyond(message: EmailMessage) -> int:
    """How many parts come behind those that :func:`walk` gives."""
    stack, seen = [message], 0
    while stack:
        part = stack.pop()
        seen += 1
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            stack += part.get_payload()  # type: ignore[arg-type]
    return max(0, seen - _MOST_PARTS)


def attached(message: EmailMessage) -> list[Attached]:
    """Everything that is not the message's own words, in its order."""
    found: list[Attached] = []
    for part in walk(message):
        if part.get_content_maintype() == "multipart" or _is_body(part):
            continue
        cid = next(iter(raw_values(part, "content-id")), "").strip("<> \t")
        number = len(found) + 1
        found.append(Attached(number, _shown_name(part, number), cid, part.get_content_type(), part))
    return found


def content(part: Message) -> bytes:
    """A part's bytes, its transfer encoding undone; an attached message as it stands."""
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        if isinstance(inner, list):
            return b"\n".join(_as_found(each) for each in inner)  # type: ignore[arg-type]
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _as_found(message: Message) -> bytes:
    from email import policy

    # Headers are written as they were folded: a signature over them would break otherwise.
    return message.as_bytes(policy=policy.default.clone(refold_source="none"))


def file_suffix(part: Attached) -> str:
    """The extension for the file of our own making that holds the part."""
    if part.media_type == "message/rfc822":
        return ".eml"
    found = re.search(r"\.([A-Za-z0-9]{1,8})$", part.name)
    return f".{found[1].lower()}" if found else ".bin"


def body(message: EmailMessage, notes: Notes) -> str:
    """The words of the message: its plain text, or its HTML's where that alone has words or pictures in their place.
    A picture in its place stands as a marker, which :func:`named` turns into words."""
    plain: list[str] = []
    rich: list[Words] = []
    for part in walk(message):
        if not _is_body(part):
            continue
        subtype = part.get_content_subtype()
        if subtype == "html":
            rich.append(words_of(decoded_text(part, notes)[:LONGEST_TEXT]))
        elif subtype == "calendar":
            notes.fact("invitation", True, "mime part text/calendar")
            plain.append("Calendar entry as it stands in the message:\n" + decoded_text(part, notes)[:LONGEST_TEXT])
        else:
            plain.append(decoded_text(part, notes)[:LONGEST_TEXT].replace(OPEN, "").replace(CLOSE, ""))
    return chosen(plain, rich, notes)


def chosen(plain: list[str], rich: list[Words], notes: Notes) -> str:
    """The words to keep of those of the plain and the HTML version, and what is to be said of them."""
    remote = list(dict.fromkeys(address for words in rich for address in words.remote))
    notes.fact("remote_references", remote or None, "html body; never fetched")
    _tell(rich, notes)
    written = "\n\n".join(plain).replace("\r\n", "\n").replace("\r", "\n")
    shown = "\n\n".join(words.text for words in rich)
    if not written.strip() and rich:
        notes.warn("The message was written in HTML only; its words are shown without its looks.")
        return shown
    if any(words.pictures for words in rich):
        return shown
    if rich and _differ(written, shown):
        notes.warn("The plain and the HTML version of the message do not say the same; both are given.")
        return f"{written.rstrip()}\n\n[The HTML version of the message:]\n\n{shown}"
    return written


def _tell(rich: list[Words], notes: Notes) -> None:
    hidden = [words for each in rich for words in each.hidden]
    if hidden:
        notes.fact("hidden_text", [clean(words, 300) for words in hidden[:50]], "html body")
        notes.warn("The HTML of the message holds text that a reader would not have seen; it is marked as hidden text.")
    pixels = [source for each in rich for source in each.pixels]
    if pixels:
        notes.fact("tracking_pictures", pixels[:50], "html body; never fetched")
        notes.warn(
            f"The message holds {len(pixels)} invisible remote picture(s), which tell the sender when it is read."
        )
    for each in rich:
        for words in each.misleading[:20]:
            notes.warn(f"A link names another address than it leads to: {words}.")


def _differ(plain: str, rich: str) -> bool:
    """Whether the HTML says much that the plain text does not: over a tenth of its words, and more than five."""
    words = set(_WORD.findall(re.sub(r"\[(?:link|remote|tracking|hidden)[^\]]*\]", " ", rich).casefold()))
    more = words - set(_WORD.findall(plain.casefold()))
    return len(more) > max(5, len(words) // 10)


def named(text: str, names: dict[str, str]) -> str:
    """The text with every marker of a picture in its place as words: “[picture: door.png]”."""
    return _MARKED.sub(lambda found: f"[picture: {names.get(found[1], found[1])}]", text)


def split(text: str) -> Iterator[tuple[str, str]]:
    """The text as (words, Content-ID) pairs: words come with an empty id, a picture with empty words."""
    at = 0
    for found in _MARKED.finditer(text):
        yield text[at : found.start()].strip("\n"), ""
        yield "", found[1]
        at = found.end()
    yield text[at:].lstrip("\n") if at else text, ""


def remarks(message: EmailMessage, notes: Notes) -> None:
    """Says what of the message is signed, encrypted, one piece of several, or packed in a way of its own."""
    beyond = _beyond(message)
    if beyond:
        notes.warn(
            f"The message has {beyond:,} more parts than the {_MOST_PARTS:,} that are read of one; they were not read "
            "or taken out, and stay inside this item."
        )
    for part in walk(message):
        media_type = part.get_content_type()
        kind = _SEALED.get(media_type)
        if kind and media_type.endswith("-mime"):
            _opaque(str(part.get_param("smime-type") or ""), notes)
        elif kind and media_type.endswith("-signature"):
            notes.fact("signed", kind, f"mime part {media_type}; not checked")
        elif media_type in ("application/pgp-encrypted", "multipart/encrypted"):
            _encrypted("OpenPGP", f"mime part {media_type}", notes)
        elif media_type == "message/partial":
            number, total = part.get_param("number") or "?", part.get_param("total") or "?"
            notes.fact("partial", clean(f"{number} of {total}", 40), "mime part message/partial")
            notes.warn(clean(f"It is piece {number} of {total} of a longer message, which was sent in parts."))
        elif media_type in ("application/ms-tnef", "application/vnd.ms-tnef"):
            notes.warn(
                "Its attachments are packed in Outlook's own format (winmail.dat), which is kept as an item and not "
                "opened; ask the sender or recipient for them, or open it with Outlook."
            )


def _opaque(which: str, notes: Notes) -> None:
    if which.lower() == "signed-data":
        notes.fact("signed", "S/MIME", "mime part application/pkcs7-mime; not checked")
        notes.warn("The message is packed into its S/MIME signature (smime.p7m); its words are in that item.")
    else:
        _encrypted("S/MIME", "mime part application/pkcs7-mime", notes)


def _encrypted(kind: str, basis: str, notes: Notes) -> None:
    notes.fact("encrypted", kind, basis)
    notes.warn(f"The message is encrypted ({kind}); only its headers can be read. {_TODO}")


def remarks_on_words(text: str, notes: Notes) -> None:
    """Says that words which are none to read are an OpenPGP message, or that they are signed."""
    if re.search(r"^-----BEGIN PGP MESSAGE-----", text, re.MULTILINE):
        _encrypted("OpenPGP", "its body", notes)
    elif re.search(r"^-----BEGIN PGP SIGNED MESSAGE-----", text, re.MULTILINE):
        notes.fact("signed", "OpenPGP", "its body; not checked")


def _is_body(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "text" and _disposition(part) != "attachment" and not _file_name(part)


def _disposition(part: EmailMessage) -> str:
    try:
        return part.get_content_disposition() or ""
    except Exception:  # noqa: BLE001 — hostile headers make email's parser raise nearly anything
        return ""


def _file_name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # noqa: BLE001
        return ""


def decoded_text(part: EmailMessage, notes: Notes) -> str:
    """A text part as text, in the character set it declares where that fits."""
    try:
        declared = part.get_content_charset() or ""
    except Exception:  # noqa: BLE001
        declared = ""
    return decode(content(part), declared, notes)


def decode(raw: bytes, declared: str, notes: Notes) -> str:
    """Bytes of a body as text: in the declared character set, else the one they look like."""
    from evidencekit.media.html import charset
    from evidencekit.media.writing import BLANKED, forgiving_encoding_of

    encoding = charset(declared) if declared and declared != "us-ascii" else None
    encoding = encoding or forgiving_encoding_of(raw[:65_536], len(raw) <= 65_536) or "cp1252"
    text = raw.decode(encoding, "replace")
    if "\ufffd" in text:
        notes.warn(f"Some characters of the body could not be read in the encoding {encoding}; they show as \ufffd.")
    shown = text.translate(BLANKED)
    if shown != text:
        notes.warn("The body holds control characters (such as NUL), which text does not have; they show as \ufffd.")
    return shown.removeprefix("\ufeff")


def _shown_name(part: EmailMessage, number: int) -> str:
    found = given_name(_file_name(part))
    if found:
        return found
    if part.get_content_type() == "message/rfc822":
        subject = decoded_values(part.get_payload(0), "subject") if part.is_multipart() else []  # type: ignore[arg-type]
        return f"{clean_name(subject[0][:80]) if subject else f'message {number}'}.eml"
    return f"part {number}{mimetypes.guess_extension(part.get_content_type()) or '.bin'}"


def given_name(found: str) -> str:
    """The name it came under, of bounded length, or nothing. Path separators, controls and what is no character are
    replaced, for the name stands in a path; the rest, bidi marks too, is data and stays."""
    name = clean_name(found[:2_550])
    return shortened(name) if name.strip(" .") else ""
