"""Whether every original of a case is there and unchanged: by its digests, or by its stamp where that stands.

Every fault is collected, not only the first. Nothing is written.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from evidencekit.casefile.checks import Checked, is_litter
from evidencekit.custody.acquisitions import ItemRecord
from evidencekit.custody.originals import Originals
from evidencekit.custody.regular import unlisted
from evidencekit.custody.rehash import Asked, Hashed, digest_all
from evidencekit.job import Job
from evidencekit.model import Finding

_DIGEST_PATH = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{62}")

Stamp = tuple[int, int, int]  # size, mtime and ctime in nanoseconds


def stamp(path: Path) -> Stamp:
    """What a file's ``stat`` shows of a change: size, modification and change times. Raises :class:`OSError`."""
    return _stamp(path.lstat())


def _stamp(info: os.stat_result) -> Stamp:
    return info.st_size, info.st_mtime_ns, info.st_ctime_ns


def _rehash_all(sha256: str, now: Stamp) -> bool:
    del sha256, now
    return True


def unless_stamped(stamps: Mapping[str, Stamp]) -> Callable[[str, Stamp], bool]:
    """Re-hash an original only when its stamp is not the one on record."""
    return lambda sha256, now: stamps.get(sha256) != now


def check_originals(
    folder: Path,
    checked: Checked,
    job: Job,
    *,
    rehash: Callable[[str, Stamp], bool] = _rehash_all,
) -> dict[str, Stamp]:
    """Check that every original is there and unchanged; adds findings to ``checked``.

    Returns the stamps of those that were found good by their digests.
    """
    kept = Originals(folder / "originals").kept()
    first: dict[str, ItemRecord] = {}
    for item in checked.items:
        first.setdefault(item.digests.sha256, item)
    total = sum(item.size for item in first.values())
    faults: dict[str, Finding] = {}
    asked: dict[str, tuple[Asked, Stamp]] = {}
    for sha256, item in first.items():
        job.step(0, total, item.number)
        path = kept.pop(f"{sha256[:2]}/{sha256}", None)
        now = _look(path, item, folder)
        if isinstance(now, Finding):
            faults[sha256] = now
        elif rehash(sha256, now):
            asked[sha256] = Asked(str(path), item.size, item.number), now
    good: dict[str, Stamp] = {}
    files = [each for each, _ in asked.values()]
    results = digest_all(files, job, done=total - sum(each.size for each in files), total=total)
    for (sha256, (_, now)), hashed in zip(asked.items(), results, strict=True):
        fault = _compare(first[sha256], hashed)
        if fault is None:
            good[sha256] = now
        else:
            faults[sha256] = fault
    checked.findings.extend(faults[sha256] for sha256 in first if sha256 in faults)
    unknown = ("acquisition", "folder-unreadable")
    sound = not checked.state.findings and not any(each.code.startswith(unknown) for each in checked.findings)
    for name, left in sorted(kept.items()):
        _note_stray(name, Path(left), checked, told=sound)
    return good


def _where(item: ItemRecord) -> str:
    sha256 = item.digests.sha256
    return f"originals/{sha256[:2]}/{sha256}"


def _look(path: str | None, item: ItemRecord, folder: Path) -> Stamp | Finding:
    """The stamp of an item's original, or why there is none that could be read."""
    if path is None:
        lies = folder / _where(item)
        shut = unlisted(lies.parents[1]) or unlisted(lies.parent)
        if shut is not None:
            return _unreadable(item, shut)
        message = f"The original of {item.number} is missing."
        return Finding("original-missing", message, item=item.number, path=_where(item))
    try:
        info = os.lstat(path)  # text and one look: pathlib's own costs as much as the rest, ten thousand times over
        if not stat.S_ISREG(info.st_mode):
            raise OSError(0, "it is no regular file")
    except OSError as error:
        return _unreadable(item, error)
    return _stamp(info)


def _unreadable(item: ItemRecord, error: OSError) -> Finding:
    message = f"The original of {item.number} cannot be read ({error.strerror})."
    return Finding("original-unreadable", message, item=item.number, path=_where(item))


def _compare(item: ItemRecord, hashed: Hashed) -> Finding | None:
    if hashed.fault is not None:
        return _unreadable(item, hashed.fault)
    if hashed.digests == item.digests and hashed.size == item.size:
        return None
    message = f"The original of {item.number} was changed: its digests are not those taken at intake."
    return Finding("original-changed", message, item=item.number, path=_where(item))


def _note_stray(name: str, path: Path, checked: Checked, *, told: bool) -> None:
    where = f"originals/{name}"
    if is_litter(path.name):
        return
    if path.is_symlink() or not _DIGEST_PATH.fullmatch(name):
        checked.fault("original-foreign", f"{where} was put there by something else.", path=where)
    elif told:  # where the record itself is damaged, it cannot say what belongs to it
        checked.strays.append(path)
        checked.notes.append(
            f"{where} has no ledger line; it was never acknowledged "
            "and will be set aside when the case is next written."
        )
