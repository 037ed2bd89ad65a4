"""What a reader gathers while it reads: clean facts, moments and warnings. Values come from hostile files."""

from __future__ import annotations

import math
import re
from pathlib import Path

from evidencekit.model import Child, Fact, FactValue, Kind, Moment, Reading

LONGEST = 2_000
_MOST_VALUES = 500
_MOST_FACTS = 2_000
# Controls and line separators, lone surrogates, non-characters, and the bidi marks that reorder what is shown.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_DATE = re.compile(r"(?:D:)?\d{4}(?:[-/:.]?\d{2}){0,2}")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LINES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_SPACE = re.compile(r"[\t\n\v\f\r \x85\u2028\u2029]+")


def counted(count: int, one: str, many: str) -> str:
    """“1 entry bears”, “2,000 entries bear”."""
    return f"{count:,} {one if count == 1 else many}"


def clean(value: str, longest: int = LONGEST) -> str:
    """One printable line: white space folded, what cannot be shown written as ``\\u202e``, cut at ``longest``
    characters and said so."""
    full = len(value)
    value = _SPACE.sub(" ", value[: longest + 1].rstrip("\0")).strip()
    value = _UNSHOWN.sub(lambda m: f"\\u{ord(m[0]):04x}", value)
    return value if full <= longest else f"{value[:longest]}… (cut; {full:,} characters)"


def clean_name(value: str) -> str:
    """A file's name as found inside another, fit to be one part of a path: separators become look-alikes, line ends a
    space, other controls and lone surrogates ``\\u0007``. Every other character stays what it is."""
    value = _LINES.sub(" ", value.strip("\0").replace("/", "∕").replace("\\", "∖"))
    return _CONTROLS.sub(lambda m: f"\\u{ord(m[0]):04x}", value)


def clean_bytes(value: bytes, longest: int = LONGEST) -> str:
    """Bytes that a file calls text, as UTF-8 or Windows-1252; hexadecimal when they are neither."""
    value, full = value[: longest + 4].rstrip(b"\0"), len(value)
    text = None
    for encoding in ("utf-8", "cp1252"):
        try:
            text = value.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\0" in text:
        return f"0x{value[:64].hex()}{'…' if full > 64 else ''}"
    return clean(text, longest)


def clean_value(value: object) -> FactValue:
    """Any value as one that prints and fits JSON: numbers that are none, or too large to be exact, become words."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 2**53 else clean(_big(value))
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else "not a number"
    if isinstance(value, bytes):
        return clean_bytes(value)
    if isinstance(value, list | tuple | set | frozenset):
        kept = [clean(str(v)) for v in list(value)[:_MOST_VALUES]]
        return [*kept, f"… ({len(value):,} in all)"] if len(value) > _MOST_VALUES else kept
    return clean(str(value))


def _big(value: int) -> str:
    return str(value) if value.bit_length() < 4_000 else f"a number of {value.bit_length()} bits"


class Notes:
    """Collects what one file says. Empty texts are not facts; a fact is kept once per name and basis."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.moments: list[Moment] = []
        self.warnings: list[str] = []
        self.children: list[Child] = []
        self._seen: set[tuple[str, str]] = set()

    def fact(self, name: str, value: object, basis: str) -> None:
        """Keep a fact, cleaned; nothing when the value is None or an empty text."""
        name, basis = clean(name, 100), clean(basis, 200)
        cleaned = clean_value(value)
        if cleaned is None or cleaned == "" or (name, basis) in self._seen:
            return
        if len(self.facts) >= _MOST_FACTS:
            self.warn(f"More than {_MOST_FACTS:,} facts; the rest were not listed.")
            return
        self._seen.add((name, basis))
        self.facts.append(Fact(name, cleaned, basis))

    def has(self, name: str) -> bool:
        """Whether a fact of that name was kept."""
        return any(fact.name == name for fact in self.facts)

    def warn(self, message: str) -> None:
        """Keep a warning once."""
        message = clean(message)
        if message not in self.warnings and len(self.warnings) < 200:
            self.warnings.append(message)

    def time(self, moment: Moment | None, text: str, name: str, basis: str) -> None:
        """Keep the moment that a time text stands for; a text that is none becomes a fact and a warning."""
        if moment is not None:
            as_found = clean(moment.as_found)
            self.moments.append(Moment(moment.value, as_found, clean(moment.basis, 200), moment.zone))
        elif text.strip(" \t\n\r\0:-0"):
            self.fact(name, text, basis)
            if len(text) <= 12 and _DATE.fullmatch(text.strip("\0 \t\r\n")):
                self.warn(f"{basis} holds a date that is not a whole date and time: “{clean(text)}”.")
                return
            self.warn(f"The time “{clean(text, 60)}” ({basis}) cannot be read as a time; it is kept as found.")

    def reading(
        self,
        kind: Kind,
        media_type: str,
        reader: str,
        version: str,
        *,
        text: Path | None = None,
        pages: int | None = None,
        seconds: float | None = None,
    ) -> Reading:
        """Everything gathered, moments best first. The worker fills in whether the extension matches."""
        from evidencekit.moments import rank

        return Reading(
            kind=kind,
            media_type=media_type,
            extension_matches=True,
            reader=reader,
            version=version,
            facts=tuple(self.facts),
            moments=tuple(rank(self.moments)) if self.moments else (),
            warnings=tuple(self.warnings),
            text=text,
            children=tuple(self.children),
            pages=pages,
            seconds=seconds,
        )
