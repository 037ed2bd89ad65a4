"""Words that stand on or with the whole of a production: what protected terms they hold, and what to say otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields

from evidencekit.casefile import Case
from evidencekit.media.sweeping.hunt import Found, Words
from evidencekit.production.package import opened_by
from evidencekit.production.values import Production

_ASKED = {
    "to": "name the recipient otherwise",
    "medium": "say the medium otherwise",
    "confidentiality": "choose another designation",
    "note": "say the words for the letter otherwise",
}
_PREFIX = "choose another Bates prefix"
_FIXED = "take the term off or protect a longer one, for it stands in {}, and so in every production"
_CASE = {"number": "the case number", "caption": "the caption", "agency": "the agency’s name"}
_MOST = 3


def of_the_whole(case: Case, production: Production, terms: Sequence[str]) -> Iterator[Found]:
    """Each term (or position) that stands in the order, the prefix, the case's own words, the name of who acts or an
    open line of the ledger, once; the excerpt says first what to do about it."""
    words = Words(terms)
    told: dict[int | str, dict[tuple[str, bool], str]] = {}
    for said, fixed, value in _sayings(case, production):
        for each in words.find(value) if value else ():
            told.setdefault(each.term, {}).setdefault((said, fixed), each.excerpt)
    for term, places in told.items():
        advice = [said for said, fixed in places if not fixed]
        stands = [said for said, fixed in places if fixed]
        if stands:
            advice.append(_FIXED.format(" and ".join(stands)))
        seen = list(dict.fromkeys(places.values()))
        first = "; ".join(advice)
        yield Found(term, f"{first[:1].upper()}{first[1:]}. ({'; '.join(seen[:_MOST])})")


def _sayings(case: Case, production: Production) -> Iterator[tuple[str, bool, str]]:
    """Words that go with everything, each with what to do about a term in it; or with what it is, where it is fixed."""
    yield _PREFIX, False, production.prefix
    for name, advice in _ASKED.items():
        yield advice, False, getattr(production.order, name)
    for each in fields(production.case):
        yield _CASE.get(each.name, f"the case’s {each.name}"), True, getattr(production.case, each.name)
    yield "the name of who acts", True, production.by
    goes = opened_by(case, production)
    for line in case.checked.lines:
        if goes(line):
            yield "the ledger", True, json.dumps([line.actor, line.fields], ensure_ascii=False)
