"""From the open case to the binder's values: the only place that decides what of an item is fit for a court filing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from evidencekit.binder.formats import basis_words, channel_words, codec_words, rate_words
from evidencekit.binder.values import BinderInput, BoundExhibit, BoundItem, Handling
from evidencekit.casefile import Case
from evidencekit.casefile.history import by_item, history
from evidencekit.casefile.timeline import case_rows
from evidencekit.chronology.wording import one_line
from evidencekit.custody.names import shown
from evidencekit.errors import UsageError
from evidencekit.model import Acquisition, Context, Exhibit, FactValue, Item, Kind, Status, Zone
from evidencekit.moments import show, sort_key, zone_basis

# What of each kind is printed, in this order: name → label. A binder is filed in court: never GPS, never serial
# numbers, never the source's path.
_PRINTED: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.IMAGE: (("make", "Camera make"), ("model", "Camera model"), ("software", "Software")),
    Kind.AUDIO: (("codec", "Codec"), ("sample_rate", "Sample rate"), ("channels", "Channels")),
    Kind.VIDEO: (
        ("frame_rate", "Pictures a second"),
        ("codec", "Codec"),
        ("sound_codec", "Codec of the sound"),
        ("sample_rate", "Sample rate"),
        ("channels", "Channels"),
    ),
    Kind.EMAIL: (
        ("from", "From"),
        ("to", "To"),
        ("cc", "Cc"),
        ("subject", "Subject"),
        ("message_id", "Message-ID"),
        ("attachments", "Attachments"),
    ),
    Kind.DOCUMENT: (("pages", "Pages"), ("encrypted", "Encrypted"), ("active_content", "Active content")),
}
_TRANSCRIPT = ("Transcript", "certified; a document of its own, not printed here")
_BY_PERSON = "stated by a person, not read from the file"
_CHOSEN = "; chosen by a person among the times found"
_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})")


def gather(case: Case) -> BinderInput:
    """Everything a binder of this case prints but its seal. Raises :class:`UsageError` when nothing is marked."""
    from evidencekit.catalog import court, items, transcripts

    with case.catalog.read() as connection:
        arranged = court.arrangement(connection)
        numbers = [number for each in arranged for number in each.items]
        found = items.get_items(connection, numbers)
        acquisitions = {each.number: each for each in items.all_acquisitions(connection)}
        states = transcripts.states(connection, numbers)
    if not arranged:
        raise UsageError(
            "No exhibit is marked yet, so there is nothing to bind.",
            item=str(case.folder),
            todo="Mark items with `evidencekit exhibit CASE NUMBER`.",
        )
    marked = _marked_on(case)
    exhibits = tuple(_exhibit(case, each, found, acquisitions, marked) for each in arranged)
    certified = {number for number, state in states.items() if state is transcripts.State.CERTIFIED}
    exhibits = tuple(_with_transcripts(each, certified) for each in exhibits)
    return BinderInput(case.info, exhibits, case_rows(case.catalog, exhibits_only=True))


def _with_transcripts(exhibit: BoundExhibit, certified: Collection[str]) -> BoundExhibit:
    """Its recordings of which a certified transcript is kept say so, and none of its words: a jury gets the recording
    without it. What is not certified is the office's own."""
    items = tuple(
        replace(item, facts=(*item.facts, _TRANSCRIPT)) if item.number in certified else item for item in exhibit.items
    )
    return replace(exhibit, items=items)


def _marked_on(case: Case) -> dict[str, str]:
    """Label → the day it was marked, in the case's zone (ISO date)."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(case.info.timezone)
    days: dict[str, str] = {}
    for line in case.checked.lines:
        if line.act == "exhibit":
            day = datetime.fromisoformat(line.time).astimezone(zone).date().isoformat()
            days.setdefault(str(line.fields.get("label")), day)
    return days


def _exhibit(
    case: Case,
    exhibit: Exhibit,
    found: Mapping[str, Item],
    acquisitions: Mapping[int, Acquisition],
    marked: Mapping[str, str],
) -> BoundExhibit:
    withdrawn = exhibit.status is Status.WITHDRAWN
    items = () if withdrawn else tuple(bound_item(case, found[n], acquisitions) for n in exhibit.items)
    marked_on = ((Status.MARKED, marked[exhibit.label]),) if exhibit.label in marked else ()
    return BoundExhibit(
        label=exhibit.label,
        title=one_line(exhibit.title),
        items=items,
        status=exhibit.status,
        witness=one_line(exhibit.witness or ""),
        group=one_line(exhibit.group or ""),
        when=items[0].when if len(items) == 1 else _span([found[item.number] for item in items], case.info.timezone),
        dates=(*marked_on, *exhibit.dates),
    )


def _span(items: Sequence[Item], zone: str) -> str:
    """The first and last day of several items, as far as they are dated."""
    whens = sorted((item.when for item in items if item.when is not None), key=lambda when: sort_key(when, zone))
    if not whens:
        return ""
    return days(show(whens[0], Zone.ASSUMED, zone)[0], show(whens[-1], Zone.ASSUMED, zone)[0])


def days(first: str, last: str) -> str:
    """Two printed days as one: “4–5 Mar 2026”, “8 Jan – 10 Feb 2026”; words as they are."""
    if first == last:
        return first
    one, two = _DAY.fullmatch(first), _DAY.fullmatch(last)
    if one is None or two is None:
        return f"{first} to {last}"
    if one[3] != two[3]:
        return f"{first} – {last}"
    return f"{one[1]}–{last}" if one[2] == two[2] else f"{one[1]} {one[2]} – {last}"


def bound_item(
    case: Case, item: Item, acquisitions: Mapping[int, Acquisition], context: Context | None = None
) -> BoundItem:
    """An item as it is printed; ``context`` where it is not to be :func:`context_of`."""
    head = acquisitions[item.acquisition]
    when, basis = when_words(item, case.info.timezone)
    return BoundItem(
        number=item.number,
        name=shown(item.name),
        kind=item.kind,
        media_type=item.media_type,
        size=item.size,
        digests=item.digests,
        original=case.originals.path(item.digests.sha256),
        case_zone=case.info.timezone,
        source=one_line(head.source),
        acquisition=item.acquisition,
        received=head.received,
        received_from=one_line(head.received_from),
        received_by=one_line(head.received_by),
        method=one_line(head.method),
        title=one_line(item.title or ""),
        when=when,
        when_basis=basis,
        facts=tuple(_facts(item)),
        warnings=item.warnings,
        seconds=item.seconds,
        context=context_of(case, item.number, item.kind) if context is None else context,
        copied_with=one_line(head.tool),
    )


def context_of(case: Case, number: str, kind: Kind) -> Context:
    """What the pages of an item need besides its bytes: attachments are shown in their places. Only an export of
    messages names files that were received next to it."""
    from evidencekit.catalog.answers import contexts, full_context

    if kind not in (Kind.EMAIL, Kind.MESSAGES, Kind.DOCUMENT, Kind.ARCHIVE):
        return Context()
    with case.catalog.read() as connection:
        if kind is Kind.DOCUMENT:
            return contexts(connection, [number]).get(number, Context())
        return full_context(connection, number, case.originals.folder, neighbours=kind is Kind.MESSAGES)


def when_words(item: Item, zone: str) -> tuple[str, str]:
    """An item's time as printed, and how it is known; both empty for an undated item."""
    if (found := item.moment) is not None:
        chosen = "" if item.when_said is None else _CHOSEN
        return _clock(found.value, found.zone, zone), basis_words(found.basis, found.zone) + chosen
    if item.when_said is None:
        return "", ""
    return _clock(item.when_said, zone_basis(item.when_said, zone), zone), _BY_PERSON


def _clock(value: str, kind: Zone | None, zone: str) -> str:
    date, time, named = show(value, kind, zone)
    return ", ".join(part for part in (date, f"{time} {named}".strip()) if part)


def _facts(item: Item) -> Iterable[tuple[str, str]]:
    width, height = item.fact("width"), item.fact("height")
    if item.kind in (Kind.IMAGE, Kind.VIDEO) and width and height:
        yield "Size in pixels", f"{width} × {height}"
    for name, label in _PRINTED.get(item.kind, ()):
        text = _text(name, item.fact(name))
        if text:
            yield label, text


def _text(name: str, value: FactValue) -> str:
    """A fact's value for people; nothing where there is nothing to say."""
    match name, value:
        case _, None | False | 0 | "" | []:
            return ""
        case _, True:
            return "yes"
        case "codec" | "sound_codec", str(codec):
            return codec_words(shown(codec))
        case "sample_rate", int(rate) | float(rate):
            return rate_words(rate)
        case "channels", int(count):
            return channel_words(count)
        case "active_content", list(kinds):
            return "; ".join(shown(kind) for kind in kinds) + " (nothing of it was run)"
        case _, list(values):
            return "; ".join(shown(each) for each in values)
    return shown(str(value))


def handlings(case: Case, binder: BinderInput, upto: int) -> dict[str, tuple[Handling, ...]]:
    """Item number → everything the ledger's first ``upto`` lines say was done to it."""
    heads = {record.acquisition.number: record.acquisition for record in case.checked.records}
    events = history(case.folder, heads, upto=upto, papers=case.checked.papers)
    events = [each for each in events if each.act != "withhold"]  # what to disclose is the office's own counsel
    numbers = list({item.number: None for exhibit in binder.exhibits for item in exhibit.items})
    return {
        number: tuple(Handling(each.time, each.what, each.actor, each.line, each.act) for each in told)
        for number, told in by_item(events, numbers).items()
    }
