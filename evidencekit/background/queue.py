"""Long work on a case's items that nobody waits for: finding words in pictures, and whatever else machines make.

:func:`waiting` says what is to be done, :func:`work` does it through one executor, by default one on this computer.
Wherever it runs, a file is opened only by a contained worker. Every result is kept as it comes, in a transaction of
its own, so that the case can be edited meanwhile, and a run that is killed is taken up again by the next one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from evidencekit.background.bench import Batch, Elsewhere, File, Here, Outcome, Where
from evidencekit.background.kinds import Made, Work, works
from evidencekit.errors import Cancelled, CaseError, EvidenceKitError, ReaderError, StorageError
from evidencekit.job import Job

if TYPE_CHECKING:
    from evidencekit.casefile import Case

KINDS = ("ocr", "exiftool", "transcript")
_PATIENCE = 0.1  # seconds between two looks whether a person cancelled
_TRIES = 3  # the catalog waits ten seconds by itself each time


@dataclass(frozen=True, slots=True)
class Chore:
    """One original that one kind of work waits to be done on: all ``numbers`` are items with that content. ``again``:
    whatever was made of it before."""

    kind: str
    version: str
    numbers: tuple[str, ...]
    name: str
    sha256: str
    media_type: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that work could not be done on, and why."""

    kind: str
    number: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a run: originals it was done on, and those it failed on."""

    done: int = 0
    failed: int = 0


def works_by_kind(kinds: Iterable[str] = KINDS) -> dict[str, Work]:
    """The kinds of work of those names."""
    wanted = set(kinds)
    return {each.kind: each for each in works() if each.kind in wanted}


def waiting(case: Case, kinds: Iterable[str] = KINDS) -> list[Chore]:
    """What is to be done, kind after kind, in the order of the items; items with the same content are one chore."""
    from evidencekit.catalog import derivatives

    found = []
    for each in works_by_kind(kinds).values():
        version = each.version(case)
        if version:
            with case.catalog.read() as connection:
                undone = derivatives.undone(connection, each.kind, version, each.media_types)
            found += [Chore(each.kind, version, u.numbers, u.name, u.sha256, u.media_type) for u in undone]
    return found


def chores_for(case: Case, kind: str, numbers: Sequence[str] | None) -> list[Chore]:
    """One kind of work on items, whatever was made of them before (None: all items). Items that it cannot be done on
    are left out. Raises :class:`~evidencekit.errors.UsageError` for a number that does not exist."""
    from evidencekit.catalog import derivatives, items
    from evidencekit.edits import known_items

    made_by = works_by_kind((kind,))[kind]
    version = made_by.version(case)
    if not version:
        return []
    with case.catalog.read() as connection:
        chosen = items.all_items(connection) if numbers is None else known_items(connection, numbers)
        wanted = [each.number for each in chosen]
        undone = derivatives.undone(connection, kind, version, made_by.media_types, wanted)
    return [Chore(kind, version, u.numbers, u.name, u.sha256, u.media_type, again=True) for u in undone]


def failures(case: Case, kinds: Iterable[str] = KINDS) -> list[Failure]:
    """What the versions in use could not do."""
    from evidencekit.catalog import derivatives

    found = []
    for each in works_by_kind(kinds).values():
        with case.catalog.read() as connection:
            rows = derivatives.failures(connection, each.kind, each.version(case))
        found += [Failure(each.kind, number, name, " ".join(why)) for number, name, why in rows]
    return found


def work(
    case: Case,
    chores: Sequence[Chore],
    job: Job,
    executor: Executor | None = None,
    paused: Callable[[], bool] = lambda: False,
    kept: Callable[[Chore], None] = lambda _: None,
) -> Done:
    """Do these chores in a case that is open for writing. ``executor`` is any :class:`concurrent.futures.Executor`
    whose processes see the case's folder under the same path; by default the work is done here, one file at a time,
    and gives way to everything else. While ``paused`` nothing is begun; ``kept`` hears of every chore whose result is
    kept, on this thread.

    Raises :class:`Cancelled` (what was done stays), :class:`ReaderError` when no worker can be started,
    :class:`StorageError` when the case is gone, and what writing to the catalog raises."""
    run = _Run(case, chores, job, kept, Here() if executor is None else Elsewhere(executor))
    try:
        while run.left:
            if paused():
                job.step(run.over, len(chores), "Paused")
            else:
                run.hand_out()
            run.take_back()
        job.step(run.over, len(chores), "")
    except Cancelled:
        raise Cancelled("Stopped; what was done so far is kept.") from None
    finally:
        run.where.close(run.under_way)
    return Done(run.done, run.failed)


class _Run:
    """One call of :func:`work`: what is left, what is under way, and what came of it."""

    def __init__(
        self, case: Case, chores: Sequence[Chore], job: Job, kept: Callable[[Chore], None], where: Where
    ) -> None:
        self.where = where
        self.under_way: dict[Future[list[Outcome]], list[Chore]] = {}
        self.done = self.failed = 0
        self._case, self._job, self._kept = case, job, kept
        self._queue, self._many = deque(chores), len(chores)
        self._kinds = works_by_kind()

    @property
    def left(self) -> bool:
        return bool(self._queue or self.under_way)

    @property
    def over(self) -> int:
        return self.done + self.failed

    def hand_out(self) -> None:
        """Begin as much as is done at a time; what another item had done already is kept at once."""
        while self._queue and len(self.under_way) < self.where.abreast:
            first = self._queue[0]
            self._job.step(self.over, self._many, f"{self._kinds[first.kind].doing}: {first.name}")
            if _shared(self._case, first):
                self.done += 1
                self._kept(self._queue.popleft())
                continue
            lot = _lot(self._queue, self.where.size)
            batch = _batch(self._case, self._kinds[first.kind], lot)
            self.under_way[self.where.submit(batch)] = lot

    def take_back(self) -> None:
        """Keep what has ended, after a moment's patience."""
        if self.under_way:
            first = next(iter(self.under_way.values()))[0]
            self._job.step(self.over, self._many, f"{self._kinds[first.kind].doing}: {first.name}")
        for future in _finished(self.under_way):
            lot = self.under_way.pop(future)
            for chore, outcome in zip(lot, _outcomes(future, lot), strict=True):
                good = _keep(self._case, self._kinds[chore.kind], chore, outcome, self._job)
                self.done, self.failed = self.done + good, self.failed + (not good)
                self._kept(chore)


def _lot(queue: deque[Chore], size: int) -> list[Chore]:
    """The next chores of one kind, taken off the queue."""
    lot = [queue.popleft()]
    while queue and len(lot) < size and queue[0].kind == lot[0].kind:
        lot.append(queue.popleft())
    return lot


def _batch(case: Case, kind: Work, lot: Sequence[Chore]) -> Batch:
    files = tuple(File(case.originals.path(each.sha256), each.sha256, each.name, each.media_type) for each in lot)
    settings = {**kind.settings(case), "quietly": "yes"}
    return Batch(kind.kind, files, case.info.timezone, tuple(sorted(settings.items())), kind.limits)


def _finished(under_way: Mapping[Future[list[Outcome]], object]) -> list[Future[list[Outcome]]]:
    """What has ended by now, after a moment's patience."""
    if under_way:
        return list(wait(under_way, timeout=_PATIENCE, return_when=FIRST_COMPLETED).done)
    time.sleep(_PATIENCE)  # paused: nothing to wait for but the time
    return []


def _outcomes(future: Future[list[Outcome]], lot: Sequence[Chore]) -> list[Outcome]:
    try:
        found = future.result()
    except EvidenceKitError:
        raise
    except Exception as error:
        raise ReaderError(
            f"What does the work in the background has failed ({type(error).__name__}).",
            todo="Start it again; what was done so far is kept.",
        ) from error
    by_digest = {each.sha256: each for each in found}
    gave_nothing = ("It gave no answer.",)
    return [by_digest.get(each.sha256, Outcome(each.sha256, None, gave_nothing)) for each in lot]


def _shared(case: Case, chore: Chore) -> bool:
    """Whether another item with the same content had it done already; then it is kept for these, too."""
    from evidencekit.catalog import derivatives

    if chore.again:
        return False
    with case.catalog.read() as connection:
        same = derivatives.made_of_same(connection, chore.sha256, chore.kind, chore.version)
    if same is None:
        return False
    kind = works_by_kind((chore.kind,))[chore.kind]
    made = Made(same.text, same.data, same.settings, same.warnings) if same.state == derivatives.DONE else None
    _put(case, kind, chore, made, same.warnings, Job())
    return True


def _keep(case: Case, kind: Work, chore: Chore, outcome: Outcome, job: Job) -> bool:
    """Keep what came of a chore; False when it failed."""
    made, warnings = None, outcome.warnings
    if outcome.data is not None:
        try:
            made = kind.made(outcome.data)
        except (ValueError, TypeError, KeyError, AttributeError):
            warnings = (*warnings, "What it gave is not what it should give.")
    try:
        case.still_there()
    except OSError as error:
        raise StorageError(
            "The case's folder is no longer where it was.",
            item=str(case.folder),
            todo="Open it where it is now; what was done so far is kept.",
        ) from error
    _put(case, kind, chore, made, warnings, job)
    return made is not None


def _put(case: Case, kind: Work, chore: Chore, made: Made | None, warnings: tuple[str, ...], job: Job) -> None:
    from evidencekit.catalog import derivatives, items
    from evidencekit.catalog.derivatives import DONE, FAILED, Derivative

    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    for attempt in range(_TRIES):
        try:
            with case.catalog.write() as connection:
                for number, item in items.get_items(connection, chore.numbers).items():
                    found = Derivative(number, chore.kind, FAILED, kind.tool, chore.version, now, warnings=warnings)
                    if made is not None:
                        means = kind.proposals(made, item, case.info.timezone)
                        found = replace(found, state=DONE, text=made.text, data=made.data, settings=made.settings)
                        found = replace(found, proposals=means, warnings=(*warnings, *made.warnings))
                    derivatives.put(connection, found)
            return
        except CaseError:  # something else is writing for long
            if attempt == _TRIES - 1:
                raise
            job.step(0, 0, "Waiting for the catalog")
