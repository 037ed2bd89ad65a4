"""The productions of a case as lines, newest first, and all that is known of one in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evidencekit.casefile import Case
from evidencekit.casefile.protection import protection_of
from evidencekit.custody.names import shown
from evidencekit.model import Part, Protection
from evidencekit.production.earlier import Earlier, earlier
from ui.models.ledger import clock
from ui.models.lines import Line, Look

_SHOWN = 400  # items told one by one


@dataclass(frozen=True, slots=True)
class Productions:
    """``lines`` newest first with a text of ``details`` each (the line's key is the ledger line); ``recipients`` each
    once, newest first; what is protected now."""

    lines: tuple[Line, ...] = ()
    details: dict[int, str] | None = None
    recipients: tuple[str, ...] = ()
    protection: Protection = field(default_factory=Protection)


def gather(case: Case) -> Productions:
    """Read what was produced, and what is protected."""
    zone = case.info.timezone
    times = {line.number: (line.time, line.actor) for line in list(case.checked.lines) if line.act == "produce"}
    found = earlier(case.checked)[::-1]
    return Productions(
        tuple(_line(each, *times[each.line], zone) for each in found),
        {each.line: _details(each, *times[each.line], zone) for each in found},
        tuple(dict.fromkeys(str(each.body.get("to", "")) for each in found if each.body.get("to"))),
        protection_of(case.checked),
    )


def _line(each: Earlier, time: str, actor: str, zone: str) -> Line:
    body = each.body
    items = body.get("items", [])
    head = f"Production {each.number} to {shown(str(body.get('to', '')))}"
    parts = [_many(len(items), "item"), shown(str(body.get("medium", "")))]
    held = body.get("held", [])
    if held:
        parts.append(f"{_many(len(held), 'item')} held back")
    if body.get("only_new"):
        parts.append("a supplement")
    if not each.finished:
        parts.insert(0, "never finished: produce it again to complete it")
    below = " · ".join(part for part in parts if part)
    span = (str(items[0]["begin"]), f"to {_last(items)}") if items else ("", "")
    when = clock(time, zone)
    spoken = ", ".join(part for part in (head, *when, *span, below, shown(actor)) if part)
    look = Look.ROW if each.finished else Look.WARN
    return Line(head, below, str(each.number), when, span, False, (), f"{head}\n{below}", spoken, look, each.line)


def _last(items: Sequence[dict[str, str]]) -> str:
    return max((str(each["end"]) for each in items), key=lambda end: (len(end), end))


def _details(each: Earlier, time: str, actor: str, zone: str) -> str:
    body = each.body
    rows = [
        ("To", str(body.get("to", ""))),
        ("When", ", ".join(part for part in clock(time, zone) if part)),
        ("By", actor),
        ("Medium", str(body.get("medium", ""))),
        ("Designation", str(body.get("confidentiality", ""))),
        ("Ledger line", f"{each.line:,}"),
        ("Payload manifest, SHA-256", each.manifest),
        ("Note", str(body.get("note", ""))),
    ]
    told = [f"{name}: {shown(value)}" for name, value in rows if value]
    held = body.get("held", [])
    if held:
        told += ["", "Held back"]
        told += [f"  {one['item']}, {_part(str(one['part']))}: {shown(str(one['basis']))}" for one in held[:_SHOWN]]
    items = body.get("items", [])
    told += ["", "Items"]
    told += [f"  {one['begin']} – {one['end']}  {one['item']}" for one in items[:_SHOWN]]
    if len(items) > _SHOWN:
        told.append(f"  … and {len(items) - _SHOWN:,} more")
    return "\n".join(told)


def _part(value: str) -> str:
    return "as a whole" if value == Part.WHOLE else "its native file"


def _many(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {one}s"
