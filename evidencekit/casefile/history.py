"""What was done to the case and to each item, as the ledger tells it, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from evidencekit.custody.ledger import read_ledger
from evidencekit.custody.lines import Line
from evidencekit.custody.records import Body
from evidencekit.model import Acquisition

_SEALED = {
    "asked": ", as a person asked",
    "person": ", as another person took over",
    "close": ", as the case was closed",
    "day": ", at the end of a day’s work",
    "anchor": ", as a time-stamp came in",
}
_DECIDED = {
    "hold": "Withheld from productions",
    "hold-native": "Native file withheld from productions; its pages may go",
    "back": "No longer withheld from productions",
    "disclose": "Cleared for production, though it holds what is protected",
    "protect": "A protected term was added",
    "unprotect": "A protected term was taken off the list",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One ledger line in words; ``items`` are the numbers it is about, ``every`` that it is about all so far."""

    line: int
    time: str
    actor: str
    act: str
    what: str
    items: tuple[str, ...] = ()
    every: bool = False


class _Teller:
    """Turns lines into words in order, remembering what is marked and how far item numbers go."""

    def __init__(self, acquisitions: dict[int, Acquisition], papers: Mapping[int, Body]) -> None:
        self._acquisitions, self._papers = acquisitions, papers
        self._marked: dict[str, tuple[str, ...]] = {}
        self._begun: dict[int, int] = {}  # the productions not completed yet: ledger line → place among the events
        self.events: list[Event] = []

    def __call__(self, line: Line) -> None:
        tell = getattr(self, "_" + line.act.replace("-", "_"), None)
        tellers: Callable[[Line], tuple[str, tuple[str, ...], bool]] = tell or self._other
        what, items, every = tellers(line)
        self.events.append(Event(line.number, line.time, line.actor, line.act, what, items, every))

    def _other(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        return f"Logged: {line.act}", (), False

    def _create(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        return f"Case {line.fields.get('number')} started with {line.fields.get('tool')}", (), False

    def _key_add(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        return f"Signing key added for {line.fields.get('person')}: {line.fields.get('fingerprint')}", (), False

    def _acquire(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        fields = line.fields
        head = self._acquisitions.get(fields.get("acquisition", 0))
        giver = f" from {head.received_from}" if head and head.received_from else ""
        how = f", {head.method}" if head and head.method else ""
        if not fields.get("items"):
            return f"Hand-over {fields.get('acquisition')}: nothing could be taken in", (), False
        what = (
            f"Received{giver}{how} (hand-over {fields.get('acquisition')}); "
            "copied, hashed with SHA-256 and BLAKE3, read back, equal"
        )
        return what, _span(str(fields.get("first")), str(fields.get("last"))), False

    def _duplicate(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        pairs = line.fields.get("items", [])
        what = f"Same content as an earlier item noted ({len(pairs)} in this hand-over)"
        return what, tuple(each["item"] for each in pairs), False

    def _refuse(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        count = line.fields.get("count")
        return f"{count} path(s) of hand-over {line.fields.get('acquisition')} refused", (), False

    def _exhibit(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        label, items = str(line.fields.get("label")), tuple(line.fields.get("items", ()))
        again = "Regrouped as" if label in self._marked else "Marked as"
        self._marked[label] = items
        return f"{again} Exhibit {label}", items, False

    def _withdraw(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        label = str(line.fields.get("label"))
        return f"Exhibit {label} withdrawn", self._marked.pop(label, ()), False

    def _bind(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        items = tuple(item for group in self._marked.values() for item in group)
        return f"Bound in the exhibit binder of ledger line {line.number}", items, False

    def _derive(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        made, item = line.fields.get("made"), str(line.fields.get("item", ""))
        if made == "transcript":
            by, version = line.fields.get("certified_by"), line.fields.get("version")
            return f"Transcript of it certified by {by} (version {version})", (item,), False
        if made == "listening copy":
            return f"Listening copy of it made with {line.fields.get('tool')} and hashed", (item,), False
        if made == "production":
            self._begun.pop(line.fields.get("produce", 0), None)
            return f"Production {line.fields.get('production')} written and hashed", (), False
        many = len(line.fields.get("files", []))
        return f"{many} binder file{'' if many == 1 else 's'} written and hashed", (), False

    def _verify(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        count = line.fields.get("findings", 0)
        found = f"{count} finding{'' if count == 1 else 's'}" if count else "unchanged"
        return f"Verified: {found}", (), True

    def _key_revoke(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        return f"Signing key of {line.fields.get('person')} withdrawn: {line.fields.get('fingerprint')}", (), False

    def _seal(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        why = str(line.fields.get("why"))
        return f"Sealed{_SEALED.get(why, f': {why}')}", (), False

    def _clock(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        return f"This computer’s clock stood before the line before it ({line.fields.get('before')})", (), False

    def _anchor(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        fields = line.fields
        said = f"Time-stamped by {fields.get('authority')}: the first {fields.get('covers')} lines as they stood on"
        return f"{said} {fields.get('stamped')}", (), True

    def _release(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        said = f"Custody released by {line.fields.get('from')} to {line.fields.get('to')}"
        return said, *self._about(line)

    def _receive(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        if line.fields.get("back"):
            said = f"Release of ledger line {line.fields.get('release')} taken back"
            return f"{said}; custody stays with {line.fields.get('to')}", *self._about(line)
        said = f"Custody received by {line.fields.get('to')} from {line.fields.get('from')}"
        return said, *self._about(line)

    def _withhold(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        decision = str(line.fields.get("decision"))
        return _DECIDED.get(decision, f"Decided: {decision}"), tuple(line.fields.get("items", ())), False

    def _produce(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        fields, paper = line.fields, self._paper(line)
        self._begun[line.number] = len(self.events)
        to = f" to {paper['to']}" if paper.get("to") else ""
        said = f"Production {fields.get('production')}{to}: {fields.get('first')} to {fields.get('last')}"
        return said, tuple(str(each.get("item")) for each in paper.get("items", ())), False

    def told(self) -> list[Event]:
        """Every event; of a production that was never completed nobody has anything, and that is said."""
        for place in self._begun.values():
            event = self.events[place]
            self.events[place] = replace(event, what=f"{event.what}; its package was not completed")
        return self.events

    def _about(self, line: Line) -> tuple[tuple[str, ...], bool]:
        """What a transfer is of: the items named, or the whole case."""
        numbers = tuple(line.fields.get("items") or ())
        return numbers, not numbers

    def _paper(self, line: Line) -> Body:
        number = line.fields.get("record")
        return self._papers.get(number, {}) if isinstance(number, int) else {}

    def _recover(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        return f"Recovered: {line.fields.get('why')}", (), False


def _span(first: str, last: str) -> tuple[str, ...]:
    start, end = int(first.removeprefix("ITEM-")), int(last.removeprefix("ITEM-"))
    return tuple(f"ITEM-{number:04d}" for number in range(start, end + 1))


def history(
    folder: Path,
    acquisitions: dict[int, Acquisition],
    *,
    upto: int | None = None,
    papers: Mapping[int, Body] | None = None,
) -> list[Event]:
    """Every ledger line of a case in words, oldest first, of the first ``upto`` lines where given; ``papers`` are the
    protected records by number, for those who may read what they say."""
    teller = _Teller(acquisitions, papers or {})

    def visit(line: Line) -> None:
        if upto is None or line.number <= upto:
            teller(line)

    read_ledger(folder / "ledger.jsonl", folder / "checkpoint", visit=visit)
    return teller.told()


def by_item(events: list[Event], numbers: list[str]) -> dict[str, tuple[Event, ...]]:
    """Item number → what happened to that item; lines about everything count from its acquisition on."""
    found: dict[str, list[Event]] = {number: [] for number in numbers}
    taken: list[str] = []
    for event in events:
        for number in taken if event.every else event.items:
            if number in found:
                found[number].append(event)
        if event.act == "acquire":
            taken.extend(number for number in event.items if number in found)
    return {number: tuple(each) for number, each in found.items()}
