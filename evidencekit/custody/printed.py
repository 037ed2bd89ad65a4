"""A checkpoint that left the office on paper, read back from what a person gives: the signed note as it was pasted, or
number of lines and root as they were typed. And what a ledger says to it.

Nothing is guessed: where characters are missing or cannot be part of a root, that is said, and nothing is compared.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evidencekit.custody.checkpoint import BadNote, Checkpoint
from evidencekit.custody.ledger import State, check_signatures
from evidencekit.custody.names import shown
from evidencekit.errors import UsageError
from evidencekit.model import Finding

LONGEST_TEXT = 1 << 20  # characters of a file, most of which is something else
_LONGEST_PAGE = 1 << 16
_ROOT = 43  # characters of 32 bytes in base64, without the “=” behind them
_FEW = 4  # groups that differ in a slip of typing; a ledger that was rewritten differs in nearly all of them

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15}"
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_QUOTED = re.compile(r"(?m)^ *(?:[>|] *)+")
_ORIGIN = re.compile(rf"(?m)^ *evidencekit/({_UUID.pattern}) *\n *([0-9]{{1,15}}) *\n")
_SIGNATURE = re.compile(r"(?m)^ *(?:—|–|--?)\s+evidencekit/")
_SIGNED = re.compile(r"(?:—|–|--?)\s+(evidencekit/[!-~]{1,80})\s+([A-Za-z0-9+/]{91}=)(?![A-Za-z0-9+/=])")
_LINES = re.compile(rf"(?i)(?<![0-9])(?<![0-9][ ,.'’])({_NUMBER})\s+(?:ledger\s+|custody\s+)?lines?\b")
_SIZE = re.compile(rf"(?i)\b(?:lines|size)\b\s*[:=]?\s*({_NUMBER})(?![0-9,])")
_BEFORE_ROOT = re.compile(rf"(?i)\s*({_NUMBER})[\s,;:/]+root\b")
_LABEL = re.compile(r"(?i)\broot\b(?:\s+hash\b)?(?:\s+is\b)?\s*[:=]?\s*")
_BARE = re.compile(rf"(?i)\s*({_NUMBER})(?:\s+lines?\b)?[\s,;:/]+")
_SPACES = {ord(each): " " for each in "\t\f\v\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u202f"}
_NOTHING = dict.fromkeys(
    map(ord, "\r\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
)
_ADVICE = (
    "Give the signed note, or the number of lines and the root as they are printed: "
    "“312 lines, root abcd efgh …”, 44 characters with the “=” at the end; capitals and small letters count."
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A checkpoint as it was given: ledger ``size`` in lines, the ``root`` (32 bytes) over them, the UUID of the
    ``case`` where that stood there too, and the whole ``checkpoint`` where its signatures did."""

    size: int
    root: bytes
    case: str | None = None
    checkpoint: Checkpoint | None = None

    @property
    def root_text(self) -> str:
        """The root as it is printed: base64."""
        return base64.b64encode(self.root).decode()


def read_printed(text: str) -> Printed:
    """Read a checkpoint from text: a signed note, ``binder.json`` and other JSON with a size and a root, or both as a
    person typed them or copied them from a printed page, with labels or without, with spaces and line ends anywhere.

    Raises :class:`UsageError`, saying what is missing or cannot be right.
    """
    if len(text) > LONGEST_TEXT:
        raise UsageError("This is too long for a checkpoint.", todo=_ADVICE)
    plain = _QUOTED.sub("", text.translate({**_SPACES, **_NOTHING}))
    if plain.lstrip().startswith(("{", "[")):
        return _from_json(plain)
    found = [*_ORIGIN.finditer(plain)]
    if not found:
        return _typed(plain)
    several = {(each[1], each[2], plain[each.end() :].partition("\n")[0].replace(" ", "")) for each in found}
    if len(several) > 1:
        raise UsageError(
            f"There are notes of {len(several):,} different checkpoints in it.", todo="Give one of them alone."
        )
    return _from_note(plain, found[0])


def printed(checkpoint: Checkpoint) -> Printed:
    """A note that was read strictly, as one that was given. Raises :class:`UsageError` for that of another program."""
    found = re.fullmatch(rf"evidencekit/({_UUID.pattern})", checkpoint.origin)
    if found is None:
        raise UsageError("This is a checkpoint of another program.", item=checkpoint.origin, todo=_ADVICE)
    return Printed(checkpoint.size, checkpoint.root, found[1], checkpoint)


def _from_note(text: str, head: re.Match[str]) -> Printed:
    case, size, rest = head[1], _whole(head[2]), text[head.end() :]
    line, _, tail = rest.lstrip().partition("\n")
    root = _decoded(line.replace(" ", ""))
    found = _SIGNED.findall(tail)
    if len(found) < len(_SIGNATURE.findall(tail)):
        raise UsageError(
            "A signature line of the note is not whole: it ends in 92 characters that belong together.",
            todo="Copy the whole note again, or give only its number of lines and its root.",
        )
    if not found:
        return Printed(size, root, case)
    signatures = "".join(f"— {name} {value}\n" for name, value in dict.fromkeys(found))
    root_text = base64.b64encode(root).decode()
    try:
        note = Checkpoint.parse(f"evidencekit/{case}\n{size}\n{root_text}\n\n{signatures}".encode())
    except BadNote as error:
        raise UsageError(f"The note cannot be read: {error}.", todo="Copy the whole note again.") from error
    return printed(note)


def _from_json(text: str) -> Printed:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("The file is damaged: it looks like JSON and is none.", todo=_ADVICE) from error
    for each in _objects(document):
        size, root = each.get("size", each.get("lines")), each.get("root")
        if isinstance(size, int) and not isinstance(size, bool) and size > 0 and isinstance(root, str):
            return Printed(size, _decoded(root))
    raise UsageError("There is no ledger size with a root in it.", todo="Give a binder.json, or a note.")


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    """The document itself and what its parts ``ledger`` (binder.json), ``checkpoint`` (custody) and ``checked``
    (verify) hold."""
    if isinstance(document, dict):
        yield document
        yield from (
            each for name in ("ledger", "checkpoint", "checked") if isinstance(each := document.get(name), dict)
        )


def _typed(text: str) -> Printed:
    if not text.strip() or len(text) > _LONGEST_PAGE:
        raise UsageError("There is no text here that could be a checkpoint.", todo=_ADVICE)
    uuid = _UUID.search(text)
    case = uuid[0] if uuid else None
    labelled = _labelled(text)
    if isinstance(labelled, bytes):
        return Printed(_size(text), labelled, case)
    rest = text if uuid is None else text.replace(uuid[0], " ")
    bare = _BARE.match(rest)
    if bare is None or labelled is not None:
        raise _not_a_root(labelled)
    root = "".join(rest[bare.end() :].split())
    return Printed(_whole(bare[1]), _decoded(root.removesuffix("=") + "="), case)


def _labelled(text: str) -> bytes | str | None:
    """The root that stands behind the word “root”; what stands there instead, when that is none; None when the word is
    not there. A root ends at its “=”: how many characters that makes tells it from other words."""
    nearest: str | None = None
    for label in _LABEL.finditer(text):
        tail = text[label.end() : label.end() + 4 * _ROOT]
        ends = [each.start() for each in re.finditer("=", tail)] or [len(tail)]
        for end in ends:
            joined = "".join(tail[:end].split())
            if len(joined) == _ROOT:
                return _decoded(joined + "=")
            if nearest is None or abs(len(joined) - _ROOT) < abs(len(nearest) - _ROOT):
                nearest = joined
    return nearest


def _size(text: str) -> int:
    found = {_whole(each) for each in _LINES.findall(text) or _SIZE.findall(text) or _BEFORE_ROOT.findall(text)}
    if len(found) > 1:
        told = " and ".join(f"{each:,}" for each in sorted(found)[:2])
        raise UsageError(f"More than one number of lines stands there ({told}).", todo=_ADVICE)
    if not found:
        raise UsageError("The number of ledger lines is missing: a root is that of so many lines.", todo=_ADVICE)
    return found.pop()


def _whole(number: str) -> int:
    size = int(re.sub("[^0-9]", "", number))
    if size == 0:
        raise UsageError("A checkpoint covers at least one ledger line.", todo=_ADVICE)
    return size


def _decoded(text: str) -> bytes:
    """The 32 bytes of a root in base64. Raises :class:`UsageError`."""
    wrong = next((place for place, each in enumerate(text) if not re.match(r"[A-Za-z0-9+/=]", each)), None)
    if wrong is not None:
        raise UsageError(
            f"“{shown(text[wrong])}” cannot stand in a root: it is character {wrong % 4 + 1} of group "
            f"{wrong // 4 + 1}.",
            todo=_ADVICE,
        )
    if len(text) != _ROOT + 1 or not text.endswith("="):
        raise _not_a_root(text[:-1] if text.endswith("=") else text)
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UsageError(f"The root is no base64: {error}.", todo=_ADVICE) from error
    if base64.b64encode(raw).decode() != text:
        raise UsageError(
            f"The root cannot end in “{text[-4:]}”: one of these characters was typed wrongly.", todo=_ADVICE
        )
    return raw


def _not_a_root(text: str | None) -> UsageError:
    if text is None:
        return UsageError("This is no checkpoint: there is no number of lines with a root in it.", todo=_ADVICE)
    count = len(text) + 1
    return UsageError(f"The root has {_ROOT + 1} characters; what was given has {count}.", todo=_ADVICE)


def compare(given: Printed, state: State) -> list[Finding]:
    """What a ledger, which was read with ``roots_at`` the given size, says to a checkpoint that left the office: every
    fault, none when all holds. Findings ``against-case``, ``against-short``, ``against-root`` and those of
    signatures."""
    if given.case is not None and state.case_uuid and given.case != state.case_uuid:
        message = "The printed checkpoint belongs to another case, so that nothing here can be compared with it."
        return [Finding("against-case", message, path="ledger.jsonl")]
    slip = _other_size(given, state)
    if slip:
        return [Finding("against-root", slip, path="ledger.jsonl")]
    if given.size > state.size:
        message = (
            f"The printed checkpoint covers {given.size:,} ledger lines; the ledger here has {state.size:,}. This is "
            "an older copy of the case, a copy that others worked on, or lines were taken away since it was printed."
        )
        return [Finding("against-short", message, line=state.size + 1, path="ledger.jsonl")]
    root = state.roots.get(given.size)
    if root != given.root:
        return [Finding("against-root", _differs(given, root), path="ledger.jsonl")]
    return check_signatures(given.checkpoint, state, "printed checkpoint") if given.checkpoint else []


def _other_size(given: Printed, state: State) -> str:
    """What to say when a root was typed with another number of lines than it is of, as far as the roots are known;
    empty otherwise."""
    roots = {**state.roots, state.size: state.tree.root()} if state.size else {}
    right = [size for size, root in roots.items() if root == given.root]
    if given.checkpoint is not None or not right or given.size in right:
        return ""
    return (
        f"The root given for the first {given.size:,} ledger lines is that of the first {right[0]:,} here. That is how "
        "a slip of typing looks: compare the number of lines with the printed page and give it again. As it was given, "
        "it does not hold."
    )


def _differs(given: Printed, root: bytes | None) -> str:
    here = base64.b64encode(root).decode() if root else ""
    groups = range(0, len(here), 4)
    wrong = [each for each in groups if here[each : each + 4] != given.root_text[each : each + 4]]
    if given.checkpoint is None and 0 < len(wrong) <= _FEW:
        told = ", ".join(f"group {at // 4 + 1} (given “{given.root_text[at : at + 4]}”)" for at in wrong)
        return (
            f"The root given for the first {given.size:,} ledger lines is nearly that of this ledger, but for {told}. "
            "That is how a slip of typing looks: compare these groups with the printed page and give it again. As it "
            "was given, it does not hold."
        )
    first = "first ledger line is" if given.size == 1 else f"first {given.size:,} ledger lines are"
    return (
        f"The {first} not those that the printed checkpoint was made of: since it was printed, the record was "
        "rewritten, or this is another copy of the case that went its own way. No line of it can be relied on without "
        "further proof."
    )
