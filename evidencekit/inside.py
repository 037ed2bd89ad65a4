"""How much may be taken out of one received file, however it is nested: a small trap must not fill a case's disk."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from evidencekit.model import Reading

DEEPEST = 5  # attachments within attachments
MOST = 100_000
RATIO = 300
FLOOR = 4 << 30  # bytes; so much may always come out
_NAMED = 20
TOO_DEEP = f"What lies deeper than {DEEPEST} levels was not taken out; it stays inside this item."


@dataclass(slots=True)
class Allowance:
    """What has been taken out so far, by the received file it all came from."""

    counts: dict[int, int] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)

    def bounded(self, reading: Reading, depth: int, root: int, root_size: int) -> Reading:
        """The reading with those of its children that may still be taken out; a warning counts and names the others.
        ``depth`` is that of its item, ``root`` tells the received file from every other."""
        if not reading.children:
            return reading
        if depth >= DEEPEST:
            return replace(reading, warnings=(*reading.warnings, TOO_DEEP), children=())
        most = max(FLOOR, RATIO * root_size)
        kept, left = [], []
        for child in reading.children:
            count, size = self.counts.get(root, 0), self.sizes.get(root, 0) + child.path.stat().st_size
            if count >= MOST or size > most:
                left.append(child.name)
                continue
            self.counts[root], self.sizes[root] = count + 1, size
            kept.append(child)
        if not left:
            return reading
        names = ", ".join(name[:60] for name in left[:_NAMED]) + (", …" if len(left) > _NAMED else "")
        warning = (
            f"{len(left):,} files were not taken out, for more than {MOST:,} files or {most >> 30:,} GiB lie in the "
            f"file it all came in: {names}. Unpack it outside this program and take in the folder."
        )
        return replace(reading, warnings=(*reading.warnings, warning), children=tuple(kept))
