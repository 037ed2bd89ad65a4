"""Neutral words for chronology rows. A filed summary says what a thing is, not what it shows (Fed. R. Evid. 1006)."""

from __future__ import annotations

from evidencekit.custody.names import shown
from evidencekit.model import Item, Kind, Milestone, MilestoneKind

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
