"""Where long work is done: in a contained worker here, or through any executor that is handed in.

What an executor gets must pickle: :func:`do_batch` and a :class:`Batch`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from evidencekit.media.contain import Limits, Readers

_AT_ONCE, _BATCHES = 8, 8  # files that another computer is handed at a time, and how many such lots are under way
_LARGEST = 64 << 20  # bytes of a result


@dataclass(frozen=True, slots=True)
class File:
    """One original for a worker to open, wherever that runs: the path must lead to it there."""

    path: Path
    sha256: str
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Files for one process that loads its models once."""

    study: str
    files: tuple[File, ...]
    zone: str
    settings: tuple[tuple[str, str], ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a study gave: its result as JSON values, None when it failed; ``warnings`` say why."""

    sha256: str
    data: Any
    warnings: tuple[str, ...]


class Where(Protocol):
    """Where batches are done: how many are under way at a time, and of how many files each."""

    abreast: int
    size: int

    def submit(self, batch: Batch) -> Future[list[Outcome]]: ...

    def close(self, under_way: Iterable[Future[list[Outcome]]]) -> None: ...


class Here:
    """This computer: one worker that keeps its models from file to file, and is killed when the work is stopped."""

    abreast = size = 1

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="background")
        self._bench: _Bench | None = None

    def submit(self, batch: Batch) -> Future[list[Outcome]]:
        if self._bench is None or self._bench.limits != batch.limits:
            self._end_bench()
            self._bench = _Bench(batch.limits)
        return self._pool.submit(self._bench.do, batch)

    def close(self, under_way: Iterable[Future[list[Outcome]]]) -> None:
        del under_way
        self._end_bench()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _end_bench(self) -> None:
        if self._bench is not None:
            self._bench.close()
            self._bench = None


class Elsewhere:
    """Any executor. What it has begun when the work is stopped is let run out, and its result is dropped."""

    abreast, size = _BATCHES, _AT_ONCE

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, batch: Batch) -> Future[list[Outcome]]:
        return self._executor.submit(do_batch, batch)

    def close(self, under_way: Iterable[Future[list[Outcome]]]) -> None:
        for future in under_way:
            future.cancel()


def do_batch(batch: Batch) -> list[Outcome]:
    """Do a batch in this process's own contained worker; what any executor is handed."""
    bench = _Bench(batch.limits)
    try:
        return bench.do(batch)
    finally:
        bench.close()


class _Bench:
    """A contained worker and a scratch folder for its results."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._readers = Readers(1, limits)
        self._scratch = Path(tempfile.mkdtemp(prefix="evidencekit-"))

    def do(self, batch: Batch) -> list[Outcome]:
        return [self._one(batch, file) for file in batch.files]

    def close(self) -> None:
        self._readers.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _one(self, batch: Batch, file: File) -> Outcome:
        """A file of many pages is done in several goes, each within the limits."""
        parts: list[Any] = []
        told: list[str] = []
        try:
            for result, warnings in self._goes(batch, file):
                told += [each for each in warnings if each not in told]
                if result is None:
                    return Outcome(file.sha256, None, tuple(told))
                parts.append(result)
            return Outcome(file.sha256, _joined(parts), tuple(told))
        except (ValueError, TypeError, KeyError, RecursionError):
            return Outcome(file.sha256, None, (*told, "What it gave is not what it should give."))

    def _goes(self, batch: Batch, file: File) -> Iterator[tuple[Any, tuple[str, ...]]]:
        following: int | None = 0
        while following is not None:
            out = self._scratch / "out"
            shutil.rmtree(out, ignore_errors=True)
            settings = {**dict(batch.settings), **({"first": str(following)} if following else {})}
            study = self._readers.submit_study(
                file.path, file.name, file.media_type, batch.zone, out, work=batch.study, settings=settings
            ).result()
            if study.result is None:
                yield None, study.warnings
                return
            if study.result.stat().st_size > _LARGEST:
                raise ValueError
            result = json.loads(study.result.read_bytes())
            yield result, study.warnings
            before, following = following, result.get("following")
            if following is not None and (not isinstance(following, int) or following <= before):
                raise ValueError  # it would never end


def _joined(parts: Sequence[Any]) -> Any:
    """What several goes gave, as one: the first, with the pages of all."""
    if len(parts) == 1:
        return parts[0]
    return {**parts[0], "pages": [page for part in parts for page in part["pages"]]}
