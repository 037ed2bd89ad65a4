"""Who holds the case now, and every transfer of it, as lines."""

from __future__ import annotations

from dataclasses import dataclass

from evidencekit.casefile import Case
from evidencekit.casefile.transfers import Stage, Transfer, custodian, transfers
from evidencekit.custody.names import shown
from ui.models.ledger import clock
from ui.models.lines import Line, Look

_STATES = {
    Stage.PENDING: "Not received yet",
    Stage.DONE: "Signed by both",
    Stage.BACK: "Taken back",
}


@dataclass(frozen=True, slots=True)
class Held:
    """``holds`` tells who the custodian is, ``holders`` are all who hold something; ``lines`` are the transfers, newest
    first, by their release's ledger line; ``pending`` those that nobody received yet."""

    holds: str = ""
    holders: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    pending: tuple[Transfer, ...] = ()


def gather(case: Case) -> Held:
    """Read who holds what, and how it came to them."""
    now, zone = custodian(case.checked), case.info.timezone
    holders = now.holders()
    when = ", ".join(part for part in clock(now.case.since, zone) if part) if now.case.since else ""
    holds = f"Held by {shown(now.case.custodian)} since {when}." if now.case.custodian else ""
    if len(holders) > 1:
        others = "; ".join(shown(each) for each in holders[1:6])
        holds += f" Some items are held by {others}."
    found = transfers(case.checked)
    return Held(holds, holders, tuple(_line(each, zone) for each in found[::-1]), now.pending)


def _line(each: Transfer, zone: str) -> Line:
    text = shown(f"{each.giver.actor} → {each.receiver.actor}")
    many = len(each.items)
    what = "The whole case" if not many else "1 item" if many == 1 else f"{many:,} items"
    below = shown(" · ".join(part for part in (what, each.place, each.purpose) if part))
    when = clock(each.released, zone)
    received = ", ".join(part for part in clock(each.received, zone) if part) if each.received else ""
    state = _STATES[each.stage]
    keys = [f"given {each.given.fingerprint[:16]}"]
    if each.taken is not None:
        keys.append(f"received {each.taken.fingerprint[:16]}")
    tip = "\n".join(part for part in (text, below, f"Received: {received}" if received else "", *keys) if part)
    spoken = ", ".join(part for part in (text, *when, below, state, received) if part)
    came = clock(each.received, zone) if each.received else ("", "")
    last = (state, came[1] if came[0] == when[0] else came[0])
    look = Look.WARN if each.stage is Stage.PENDING else Look.ROW
    return Line(text, below, "", when, last, False, each.items, tip, spoken, look, each.release)
