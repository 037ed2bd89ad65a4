"""What was done to the case and to each item, as the ledger tells it, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evidencekit.custody.ledger import read_ledger
from evidencekit.custody.lines import Line
from evidencekit.model import Acquisition


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

    def __init__(self, acquisitions: dict[int, Acquisition]) -> None:
        self._acquisitions = acquisitions
        self._marked: dict[str, tuple[str, ...]] = {}
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
        many = len(line.fields.get("files", []))
        return f"{many} binder file{'' if many == 1 else 's'} written and hashed", (), False

    def _verify(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        count = line.fields.get("findings", 0)
        found = f"{count} finding{'' if count == 1 else 's'}" if count else "unchanged"
        return f"Verified: {found}", (), True

    def _recover(self, line: Line) -> tuple[str, tuple[str, ...], bool]:
        return f"Recovered: {line.fields.get('why')}", (), False


def _span(first: str, last: str) -> tuple[str, ...]:
    start, end = int(first.removeprefix("ITEM-")), int(last.removeprefix("ITEM-"))
    return tuple(f"ITEM-{number:04d}" for number in range(start, end + 1))


def history(folder: Path, acquisitions: dict[int, Acquisition], *, upto: int | None = None) -> list[Event]:
    """Every ledger line of a case in words, oldest first, of the first ``upto`` lines where given."""
    teller = _Teller(acquisitions)
    read_ledger(folder / "ledger.jsonl", folder / "checkpoint", visit=teller)
    return [event for event in teller.events if upto is None or event.line <= upto]


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
