"""Neutral words for chronology rows. A filed summary says what a thing is, not what it shows (Fed. R. Evid. 1006)."""

from __future__ import annotations

from evidencekit.chronology.contacts import CaseContact, Direction
from evidencekit.custody.names import shown
from evidencekit.model import Channel, Item, Kind, Milestone, MilestoneKind

CHANNELS = {
    Kind.IMAGE: "image",
    Kind.AUDIO: "recording",
    Kind.VIDEO: "video",
    Kind.DOCUMENT: "document",
    Kind.EMAIL: "e-mail",
    Kind.MESSAGES: "messages",
    Kind.ARCHIVE: "archive",
    Kind.OTHER: "file",
}
_CONTACTS = {
    Channel.TEXT: "Text message",
    Channel.CALL: "Call",
    Channel.VOICEMAIL: "Voicemail",
    Channel.EMAIL: "E-mail",
    Channel.CHAT: "Chat message",
    Channel.POST: "Post",
    Channel.IN_PERSON: "In person",
    Channel.OTHER: "Contact",
}
_BODY = 160  # characters of a body that a row quotes
_MILESTONES = {
    MilestoneKind.NO: "“No”",
    MilestoneKind.ORDER_ISSUED: "Order issued",
    MilestoneKind.ORDER_SERVED: "Order served",
    MilestoneKind.ORDER_EXPIRES: "Order expires",
    MilestoneKind.ARREST: "Arrest",
    MilestoneKind.OTHER: "",
}


def one_line(text: str) -> str:
    """A person's words on one line: each line break, tab or run of blanks is a space."""
    return " ".join(text.split())


def describe(item: Item) -> str:
    """The person's title, else what the item is: “Image IMG_2041.PNG, 1170 × 2532”, “Recording, 47 s, vm-0312.m4a”,
    “E-mail from a to b: subject”."""
    if item.title and item.title.strip():
        return shown(one_line(item.title))
    name = shown(item.name)
    match item.kind:
        case Kind.IMAGE:
            width, height = item.fact("width"), item.fact("height")
            return f"Image {name}" + (f", {width} × {height}" if width and height else "")
        case Kind.AUDIO | Kind.VIDEO:
            word = "Recording" if item.kind is Kind.AUDIO else "Video"
            return f"{word}, {length(item.seconds)}, {name}" if item.seconds else f"{word} {name}"
        case Kind.EMAIL:
            return _email(item, name)
        case Kind.DOCUMENT:
            pages = {None: "", 0: "", 1: ", 1 page"}.get(item.pages, f", {item.pages} pages")
            return f"Document {name}{pages}"
        case _:
            return f"{CHANNELS[item.kind].capitalize()} {name}"


def _email(item: Item, name: str) -> str:
    sender, to, subject = (_text(item, fact) for fact in ("from", "to", "subject"))
    if not sender and not to and not subject:
        return f"E-mail {name}"
    words = "E-mail" + (f" from {sender}" if sender else "") + (f" to {to}" if to else "")
    return f"{words}: {subject}" if subject else f"{words}, no subject"


def _text(item: Item, name: str) -> str:
    value = item.fact(name)
    text = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return shown(one_line(text))


def contact(each: CaseContact) -> str:
    """“Text message, Marc Hollis (+15550178834) to Jane Doe: “Please answer” (message 12)”; a long body is cut, and
    that is said by an ellipsis. The victim's own numbers are not said: this is printed and filed."""
    words = f"{_CONTACTS[each.channel]}, {_from(each)} to {_to(each)}"
    if each.channel is Channel.CALL and each.answered is not None:
        words += ", answered" if each.answered else ", not answered"
    if each.seconds:
        words += f", {length(each.seconds)}"
    if each.attachments:
        words += f", with {len(each.attachments)} attachment{'' if len(each.attachments) == 1 else 's'}"
    body = one_line((each.body or "")[: _BODY * 4])
    if body:
        cut = len(body) > _BODY or len(each.body or "") > _BODY * 4
        words += f": “{body[:_BODY].rstrip() + '…' if cut else body}”"
    return shown(f"{words} ({each.evidence[0].at})" if each.evidence[0].at else words)


def _from(each: CaseContact) -> str:
    return _end(each.sender_party, None if each.direction is Direction.FROM_VICTIM else each.sender)


def _to(each: CaseContact) -> str:
    if len(each.recipient_parties) == 1 and len(each.recipients) <= 1:
        number = each.recipients[0] if each.recipients and each.direction is not Direction.TO_VICTIM else None
        return _end(each.recipient_parties[0], number)
    rest = len(each.recipients) - len(each.recipient_parties)
    return ", ".join(each.recipient_parties) + (f" and {rest} more" if rest > 0 else "")


def _end(party: str | None, identifier: str | None) -> str:
    if party is None or identifier is None or party == identifier:
        return party or identifier or "not known"
    return f"{party} ({identifier})"


def length(seconds: float) -> str:
    """“47 s”, “2 min 5 s”, “1 h 2 min 5 s”; under a second to the tenth."""
    whole = round(seconds)
    if whole < 1:
        return f"{seconds:.1f} s"
    hours, rest = divmod(whole, 3600)
    parts = ((hours, "h"), (rest // 60, "min"), (rest % 60, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def milestone(said: Milestone) -> str:
    """“Order served: at her address”; the kind is not said twice."""
    text, kind = shown(one_line(said.text)), _MILESTONES[said.kind]
    bare = kind.strip("“”").casefold()
    if not kind or text.strip("“”\"'").casefold().startswith(bare):
        return text or kind
    return f"{kind}: {text}" if text else kind


def folded(words: str, also: tuple[str, ...]) -> str:
    """What a row says of the same bytes received again: “… (also received as ITEM-0119)”."""
    return f"{words} (also received as {'; '.join(also)})" if also else words


def part_of(words: str, parent: str, parent_kind: Kind | None) -> str:
    """“…, attached to ITEM-0007”; what came out of an archive is “from” it."""
    return f"{words}, {'from archive' if parent_kind is Kind.ARCHIVE else 'attached to'} {parent}"
