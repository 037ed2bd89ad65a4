"""What must not leave: protected terms, items held back, and what a person lets go although it is protected.

Each decision is one ledger line that names items and no more; terms and reasons stand in its protected record. None of
them can be undone: a later decision stands over an earlier one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from evidencekit.casefile import Case
from evidencekit.casefile.protection import GPS, HELD, UNSEARCHABLE, protected_key, protection_of
from evidencekit.custody.lines import Entry
from evidencekit.custody.names import words
from evidencekit.edits.items import item_number
from evidencekit.errors import UsageError
from evidencekit.model import Part, Protection

SHORTEST = 3  # letters and digits of a term; fewer are found on every page
_SHORTEST_WIDE = 2  # of a script that writes words in one or two signs
_LONGEST_TERM = 200
_LONGEST_REASON = 500
_MOST_TERMS = 500
_HOLD = {Part.WHOLE: "hold", Part.NATIVE: "hold-native"}


def protect(case: Case, terms: Sequence[str]) -> Protection:
    """Let nothing leave that holds one of these terms: a name, an address, a number. Gives what is protected now.

    Raises :class:`UsageError` for a term that is there already, is too short to be searched for or too long;
    nothing is changed then.
    """
    known = {protected_key(each) for each in protection_of(case.checked).terms}
    wanted: dict[str, str] = {}
    for term in map(_term, terms):
        if protected_key(term) in known | wanted.keys():
            raise UsageError("This is protected already.", item=term, todo="Nothing needs to be done.")
        wanted[protected_key(term)] = term
    if not wanted:
        raise UsageError("No term was given.", todo="Name what must not leave.")
    if len(known) + len(wanted) > _MOST_TERMS:
        raise UsageError(f"A case can protect {_MOST_TERMS} terms at most.", todo="Take off what is not needed.")
    return _terms(case, "protect", list(wanted.values()))


def unprotect(case: Case, terms: Sequence[str]) -> Protection:
    """Take terms off the list. Gives what is protected now. Raises :class:`UsageError` for one that is not on it."""
    known = {protected_key(each): each for each in protection_of(case.checked).terms}
    wanted: dict[str, str] = {}
    for term in terms:
        key = protected_key(term)
        if key not in known:
            raise UsageError(
                "This is not protected.", item=term, todo="`evidencekit protect CASE --list` shows what is."
            )
        wanted[key] = known[key]
    if not wanted:
        raise UsageError("No term was given.", todo="Name what may leave again.")
    return _terms(case, "unprotect", list(wanted.values()))


def withhold(case: Case, numbers: Sequence[str], reason: str, part: Part = Part.WHOLE) -> Protection:
    """Hold items back from every production, or only their native files. Gives what is protected now.

    The ``reason`` is printed in the letter that goes with a production. Raises :class:`UsageError` for an item that
    does not exist, and a reason that is missing, too long or holds a protected term itself; nothing is changed then.
    """
    return _decide(case, _HOLD[part], _items(case, numbers), _printed_reason(case, reason))


def give_back(case: Case, numbers: Sequence[str], reason: str) -> Protection:
    """Hold items back no longer, neither by themselves nor along with others that were held back before now; what is
    still held back inside them keeps their native files here. What was let go of them although it is protected is
    asked for anew. Gives what is protected now. Raises :class:`UsageError` as :func:`withhold`."""
    return _decide(case, "back", _items(case, numbers), _reason(reason))


def disclose(
    case: Case,
    numbers: Sequence[str],
    reason: str,
    *,
    keys: Iterable[str] = (),
    terms: Iterable[str] = (),
    gps: bool = False,
    unsearchable: bool = False,
) -> Protection:
    """Let items go although they hold these protected terms, a position (``gps``), or something that could not be
    searched; ``keys`` name the same as a :class:`~evidencekit.model.Hit` does. Gives what is protected now. What else
    these items hold still stops a production, and what is held back of them stays so.

    Raises :class:`UsageError` for an item that does not exist or is held back as a whole, for a term that is not
    protected, when nothing is named, and for a reason that is missing or too long; nothing is changed then.
    """
    items, now = _items(case, numbers), protection_of(case.checked)
    known = {protected_key(each) for each in now.terms} | {GPS, UNSEARCHABLE}
    chosen = set(keys) | ({GPS} if gps else set()) | ({UNSEARCHABLE} if unsearchable else set())
    for term in terms:
        if protected_key(term) not in known:
            raise UsageError(
                "This is not protected.", item=term, todo="`evidencekit protect CASE --list` shows what is."
            )
        chosen.add(protected_key(term))
    if not chosen:
        raise UsageError("It is not said what may leave.", todo="Name it: --term, --gps or --unsearchable.")
    if HELD in chosen:
        raise UsageError(
            "It holds the very content of an item that is held back, which cannot be let go inside another.",
            item=items[0],
            todo="Hold back its native file too, or give back what is held back.",
        )
    if not chosen <= known:
        raise UsageError("What is to leave is not protected any more.", todo="Look again at what would leave.")
    for each in items:
        if each in now.held and now.held[each].part is Part.WHOLE:
            raise UsageError(
                "This is held back as a whole, so nothing of it leaves.",
                item=each,
                todo="First say that it is held back no longer: `evidencekit withhold --back`.",
            )
    return _decide(case, "disclose", items, _reason(reason), sorted(chosen))


def _not_protected(term: str) -> UsageError:
    return UsageError("This is not protected.", item=term, todo="`evidencekit protect CASE --list` shows what is.")


def _term(text: str) -> str:
    term = " ".join(words(text, "term", lines=True).split())
    if len(term) > _LONGEST_TERM:
        raise UsageError("This is too long for a protected term.", todo="Name a part of it that tells it apart.")
    signs = [each for each in unicodedata.normalize("NFKC", term) if each.isalnum()]
    wide = bool(signs) and all(unicodedata.east_asian_width(each) == "W" for each in signs)
    if len(signs) < (_SHORTEST_WIDE if wide else SHORTEST):
        raise UsageError(
            "This is too short: it would be found on every page.",
            item=term or None,
            todo=f"Use at least {SHORTEST} letters or digits.",
        )
    return term


def _items(case: Case, numbers: Sequence[str]) -> list[str]:
    known = {each.number for each in case.checked.items}
    wanted = list(dict.fromkeys(item_number(each) for each in numbers))
    for each in wanted:
        if each not in known:
            raise UsageError("There is no such item.", item=each, todo="`evidencekit items CASE` lists them.")
    if not wanted:
        raise UsageError("No item was named.", todo="Name items by their numbers, such as ITEM-0007.")
    return wanted


def _reason(text: str) -> str:
    reason = " ".join(words(text, "reason", lines=True).split())
    if not reason:
        raise UsageError("No reason was given.", todo="Say why in a few words: --reason.")
    if len(reason) > _LONGEST_REASON:
        raise UsageError("The reason is too long.", todo=f"Use at most {_LONGEST_REASON} characters.")
    return reason


def _printed_reason(case: Case, text: str) -> str:
    from evidencekit.media.sweeping.hunt import Words

    reason = _reason(text)
    terms = protection_of(case.checked).terms
    for found in Words(terms).find(reason):
        raise UsageError(
            "The reason holds what is protected, and it is printed in the letter that goes with a production.",
            item=terms[found.term] if isinstance(found.term, int) else None,
            todo="Say it without that.",
        )
    return reason


def _terms(case: Case, decision: str, terms: list[str]) -> Protection:
    body = {"kind": "protected", "decision": decision, "terms": terms}
    case.commit([Entry("withhold", {"decision": decision, **case.record(body)})])
    return protection_of(case.checked)


def _decide(case: Case, decision: str, items: list[str], reason: str, keys: Sequence[str] = ()) -> Protection:
    body = {"kind": "withhold", "decision": decision, "items": items, "reason": reason}
    if keys:
        body["keys"] = list(keys)
    case.commit([Entry("withhold", {"decision": decision, "items": items, **case.record(body)})])
    return protection_of(case.checked)
