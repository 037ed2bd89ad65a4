"""What was produced before, as ledger and protected records tell it: numbers issued, who got what, what was begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidencekit.casefile.checks import Checked
from evidencekit.casefile.produced import productions
from evidencekit.casefile.protection import folded
from evidencekit.custody.records import Body
from evidencekit.production.bates import Issued, Key, count_of, prefix_for
from evidencekit.production.values import ProducedItem, Production

_ANEW = {"number": 0, "by": ""}


@dataclass(frozen=True, slots=True)
class Earlier:
    """One ``produce`` line: its ledger ``line``, the production's ``number``, the SHA-256 (hex) of its payload's
    ``manifest``, what its record says, and whether its package was ever put in its place."""

    line: int
    number: int
    manifest: str
    body: Body
    finished: bool

    @property
    def prefix(self) -> str:
        return str(self.body.get("prefix", ""))

    def is_of(self, planned: Production) -> bool:
        """Whether this is that production, begun before: the same order, items, numbers and things held back. Who asks
        for it now, and which number it would have, does not matter; nor does how its pages come out, for the payload's
        digest tells that."""
        return _asked(self.body) == _asked(body_of(planned))


def earlier(checked: Checked) -> tuple[Earlier, ...]:
    """Every production that was logged, oldest first."""
    return tuple(
        Earlier(
            line.number,
            int(line.fields.get("production", 0)),
            str(line.fields.get("manifest", "")),
            body,
            done is not None,
        )
        for line, body, done in productions(checked)
    )


def issued(before: Sequence[Earlier]) -> Issued:
    """The numbers that were ever issued, those of productions that were never finished among them."""
    highest: dict[str, int] = {}
    begins: dict[Key, str] = {}
    for each in before:
        prefix = each.prefix
        for item in each.body.get("items", ()):
            end = count_of(str(item["end"]), prefix)
            highest[prefix] = max(highest.get(prefix, 0), end)
            key = (str(item["item"]), str(item["sha256"]), prefix, int(item["pages"]))
            begins.setdefault(key, str(item["begin"]))
    return Issued(highest, begins)


def prefix_next(before: Sequence[Earlier], to: str, case_number: str) -> str:
    """The prefix of a production to that recipient, unless another is asked for: theirs before, else the last one
    used, else one made of the case's number."""
    known = [each for each in before if each.prefix]  # a damaged record tells none
    theirs = [each for each in known if folded(str(each.body.get("to", ""))) == folded(to)]
    last = theirs or known
    return last[-1].prefix if last else prefix_for(case_number)


def at_risk(checked: Checked, planned: Production) -> tuple[str, ...]:
    """What a person should know of new numbers in a case that was taken back to an older copy: which numbers its
    missing part issued is known to nobody. A prefix that was not in use before, and is not the case's own, is safe."""
    taken = [
        line
        for line in checked.lines
        if line.act == "recover" and str(line.fields.get("why", "")).startswith("accepted knowingly")
    ]
    if not taken:
        return ()
    used = {each.prefix for each in earlier(checked) if each.line < taken[-1].number}
    if planned.prefix not in used | {prefix_for(planned.case.number)}:
        return ()
    return (
        f"An older copy was taken as this case on {taken[-1].time[:10]}. If productions were made in what is missing "
        f"since, numbers with {planned.prefix} may be issued a second time: choose another prefix then.",
    )


def got(before: Sequence[Earlier], to: str) -> dict[str, bool]:
    """What that recipient was given in finished productions: item number → whether its native file was with it."""
    found: dict[str, bool] = {}
    for each in before:
        if each.finished and folded(str(each.body.get("to", ""))) == folded(to):
            for item in each.body.get("items", ()):
                found[str(item["item"])] = found.get(str(item["item"]), False) or bool(item.get("native"))
    return found


def body_of(production: Production) -> Body:
    """What the protected record of a production says."""
    order = production.order
    return {
        "kind": "production",
        "number": production.number,
        "to": order.to,
        "medium": order.medium,
        "prefix": production.prefix,
        "by": production.by,
        "confidentiality": order.confidentiality,
        "note": order.note,
        "only_new": order.only_new,
        "chosen": list(order.items),
        "items": [_item(each) for each in production.items],
        "held": [{"item": each.item, "part": each.part.value, "basis": each.basis} for each in production.held],
    }


def _item(item: ProducedItem) -> Body:
    return {
        "item": item.item,
        "sha256": item.sha256,
        "begin": item.begin,
        "end": item.end,
        "pages": item.pages,
        "pdf": item.pdf,
        "text": item.text,
        "native": item.native,
        "drawn": item.drawn,
    }


def _asked(body: Body) -> Body:
    items = [{**each, "drawn": ""} for each in body.get("items", ())]
    return {**body, **_ANEW, "items": items}
