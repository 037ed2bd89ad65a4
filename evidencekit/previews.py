"""What the app shows of a case's items: pictures and sound of our own making, never the evidence itself.

Contained workers make them, and they are kept under ``derived/previews/``. What is kept is used again only when it
bears this user's code, for a case folder from elsewhere may hold anything.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evidencekit import __version__
from evidencekit.custody.reuse import Mac, Shelf
from evidencekit.errors import Cancelled, EvidenceKitError
from evidencekit.media.contain import Limits, Readers
from evidencekit.media.protocol import Look
from evidencekit.media.wire import WireError, pack_preview, unpack_preview
from evidencekit.model import NO_CONTEXT, Context, Preview

if TYPE_CHECKING:
    from evidencekit.casefile import Case

MOST_KEPT = 2 << 30  # bytes
THUMB = 256  # pixels, either way
_FORMAT = 1  # raise it when the same item would look different
_QUICK = Limits(cpu_seconds=30, wall_seconds=60)


@dataclass(frozen=True, slots=True)
class _Wish:
    """One thing to show: ``file``, which ``made_of`` tells from every other, as ``look`` says."""

    file: Path
    made_of: tuple[str | int, ...]
    name: str
    media_type: str
    look: Look
    context: Context = NO_CONTEXT


class Previews:
    """Screen derivatives of a case's items.

    Every method but :meth:`close` comes back at once, on any thread. A future gives a :class:`Preview` whatever the
    file is, with warnings when it cannot be shown; until then it can be cancelled, and what no worker has begun is
    then never made. It raises :class:`Cancelled` after :meth:`close`, and :class:`~evidencekit.errors.ReaderError`
    when no reader process can be started. What a preview names stays until :meth:`close`.
    """

    def __init__(self, case: Case, *, workers: int = 1, most_kept: int = MOST_KEPT) -> None:
        self._case = case
        self._originals = case.originals
        self._store = _Store(case.derived / "previews", case.home.mac, most_kept, write=not case.findings)
        self._now = _Desk(self._store, workers, _QUICK)
        self._sounds = _Desk(self._store, 1, Limits())  # a long recording must not hold up the next picture
        self._thumbs = _Desk(self._store, workers, _QUICK)

    def thumb(self, sha256: str, name: str, media_type: str) -> Future[Preview]:
        """For a list or grid: a PNG within 256 × 256 pixels, or a recording's peaks."""
        return self._item(self._thumbs, sha256, name, media_type, Look(0, THUMB, THUMB, thumb=True))

    def page(
        self, sha256: str, name: str, media_type: str, page: int = 0, width: int = 1600, *, item: str = ""
    ) -> Future[Preview]:
        """A page (0-based) to read: a picture at most ``width`` pixels wide, a PDF page just so wide. With the number
        of the ``item``, what a person answered and what lies beside it is known to its reader."""
        if media_type.startswith("audio/"):
            return self.sound(sha256, name, media_type)
        return self._item(self._now, sha256, name, media_type, Look(page, width), item)

    def sound(self, sha256: str, name: str, media_type: str) -> Future[Preview]:
        """A recording to hear."""
        return self._item(self._sounds, sha256, name, media_type, Look(0, 1))

    def pdf_page(self, pdf: Path, page: int, width: int) -> Future[Preview]:
        """A page (0-based) of a PDF that is no item, as a built binder; made anew when that file has changed."""
        return self._now.ask(lambda: _as_it_is(pdf.absolute(), Look(page, width)))

    def close(self) -> None:
        """Ends all work at once; what is kept is cut to its bound."""
        for desk in (self._now, self._sounds, self._thumbs):
            desk.close()
        self._store.close()

    def _item(
        self, desk: _Desk, sha256: str, name: str, media_type: str, look: Look, item: str = ""
    ) -> Future[Preview]:
        path = self._originals.path(sha256)
        return desk.ask(lambda: _Wish(path, (sha256,), name, media_type, look, self._context(item, media_type)))

    def _context(self, item: str, media_type: str) -> Context:
        """On a desk's thread."""
        from evidencekit.catalog.answers import full_context

        if not item or media_type.startswith(("image/", "audio/", "video/")) or media_type == "application/pdf":
            return Context()
        with self._case.catalog.read() as connection:
            return full_context(connection, item, self._originals.folder)


def _as_it_is(pdf: Path, look: Look) -> _Wish:
    """A wish for a PDF as it is now."""
    size, changed = 0, 0
    with contextlib.suppress(OSError):  # the worker says that it is not there
        about = pdf.stat()
        size, changed = about.st_size, about.st_mtime_ns
    return _Wish(pdf, (str(pdf), size, changed), pdf.name, "application/pdf", look)


@dataclass(slots=True)
class _Making:
    """What a worker has been asked for, the folder it writes in, and who waits for it."""

    future: Future[Preview]
    folder: Path
    waiting: list[Future[Preview]]


class _Desk:
    """One line of wishes: looked up on a thread of its own, made by a worker when they are not kept."""

    def __init__(self, store: _Store, workers: int, limits: Limits) -> None:
        self._store = store
        self._readers = Readers(workers, limits)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="previews")
        self._lock = threading.Lock()
        self._closed = False
        self._open: set[Future[Preview]] = set()
        self._under_way: dict[_Wish, _Making] = {}

    def ask(self, wish: Callable[[], _Wish]) -> Future[Preview]:
        """See :class:`Previews`; the wish is put together on the desk's thread."""
        asked: Future[Preview] = Future()
        with self._lock:
            if self._closed:
                asked.set_exception(_closed())
                return asked
            self._open.add(asked)
            self._pool.submit(self._look_up, asked, wish)
        asked.add_done_callback(self._settled)
        return asked

    def close(self) -> None:
        """Ends the work; every future that is still open raises :class:`Cancelled`."""
        with self._lock:
            self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._readers.close()
        self._pool.shutdown(wait=True)
        with self._lock:
            left = list(self._open)
        _give(left, _closed())

    def _settled(self, asked: Future[Preview]) -> None:
        with self._lock:
            self._open.discard(asked)
        if asked.cancelled():
            asked.set_running_or_notify_cancel()  # else concurrent.futures.wait would not notice

    def _look_up(self, asked: Future[Preview], put_together: Callable[[], _Wish]) -> None:
        """On the desk's thread."""
        if asked.done():
            return
        try:
            wish = put_together()
            with self._lock:
                making = self._under_way.get(wish)
                if making is not None:
                    making.waiting.append(asked)
            if making is None:
                found = self._store.find(wish)
                if found is not None:
                    _give([asked], found)
                    return
                making = self._make(asked, wish)
        except Exception as error:  # noqa: BLE001 — nobody else would hear of it on this thread
            _give([asked], error)
            return
        asked.add_done_callback(lambda _: self._left(wish, making))

    def _make(self, asked: Future[Preview], wish: _Wish) -> _Making:
        folder, look = self._store.making(), wish.look
        # A picture shows no time that a zone would be needed for.
        future = self._readers.submit_preview(
            wish.file,
            wish.name,
            wish.media_type,
            "UTC",
            folder,
            page=look.page,
            width=look.width,
            height=look.height,
            thumb=look.thumb,
            context=wish.context,
        )
        making = _Making(future, folder, [asked])
        with self._lock:
            self._under_way[wish] = making
        future.add_done_callback(lambda _: self._made(wish, making))
        return making

    def _left(self, wish: _Wish, making: _Making) -> None:
        """Somebody waits no longer; when nobody does, it need not be made."""
        with self._lock:
            if not all(asked.done() for asked in making.waiting):
                return
            self._forget(wish, making)
        making.future.cancel()

    def _made(self, wish: _Wish, making: _Making) -> None:
        """On a worker's thread, or on that of whoever cancelled."""
        if not making.future.cancelled():
            with contextlib.suppress(RuntimeError):  # closed: nothing is kept any more
                self._pool.submit(self._finish, wish, making)

    def _finish(self, wish: _Wish, making: _Making) -> None:
        """On the desk's thread."""
        with self._lock:
            self._forget(wish, making)
            waiting = list(making.waiting)
        try:
            answer = making.future.exception() or self._store.keep(wish, making.future.result(), making.folder)
        except Exception as error:  # noqa: BLE001 — nobody else would hear of it on this thread
            answer = error
        _give(waiting, answer)

    def _forget(self, wish: _Wish, making: _Making) -> None:
        if self._under_way.get(wish) is making:
            del self._under_way[wish]


class _Store:
    """Where previews lie: in the case's own folder, or in a temporary one when that must not or cannot be written."""

    def __init__(self, folder: Path, mac: Mac, most: int, *, write: bool) -> None:
        self._case = Shelf(folder, mac)
        self._mac = mac
        self._most = most
        self._write = write
        self._own: Shelf | None = None
        self._lock = threading.Lock()
        self._held = 0  # bytes, as far as is known
        self._pruning: threading.Thread | None = None
        self._failed: dict[tuple[object, ...], Preview] = {}

    def find(self, wish: _Wish) -> Preview | None:
        """What is kept of a wish, or known in this session to be all there is."""
        if _key(wish) in self._failed:
            return self._failed[_key(wish)]
        return next((found for shelf in (self._shelf(), self._case) if (found := _kept(shelf, wish))), None)

    def making(self) -> Path:
        """A name for a new folder to write in."""
        return self._shelf().making()

    def keep(self, wish: _Wish, preview: Preview, folder: Path) -> Preview:
        """Keeps what was made in ``folder``, when there is anything; gives it as it lies now."""
        file = preview.image or preview.sound
        if file is None and not preview.peaks:
            shutil.rmtree(folder, ignore_errors=True)
            self._failed[_key(wish)] = preview
            return preview
        shelf = self._shelf()
        body = {**pack_preview(replace(preview, image=None, sound=None)), "file": "image" if preview.image else "sound"}
        try:
            size = file.stat().st_size if file is not None else 0
            settled = shelf.settle(folder, shelf.place(*_key(wish)), body, file)
        except (OSError, EvidenceKitError):
            return preview  # shown all the same, from where it was made
        self._held += size
        return replace(preview, image=settled) if preview.image else replace(preview, sound=settled)

    def close(self) -> None:
        """Forgets what is too much."""
        if self._pruning is not None:
            self._pruning.join()
            if self._held > self._most:
                self._case.prune(self._most)
        elif self._own is not None:
            shutil.rmtree(self._own.folder, ignore_errors=True)

    def _shelf(self) -> Shelf:
        """Where new ones go."""
        with self._lock:
            if self._own is None:
                if self._write and _ours(self._case.folder):
                    self._own = self._case
                    self._pruning = threading.Thread(target=self._prune, name="previews-prune", daemon=True)
                    self._pruning.start()
                else:
                    self._own = Shelf(Path(tempfile.mkdtemp(prefix="evidencekit-")), self._mac)
            return self._own

    def _prune(self) -> None:
        self._held += self._case.prune(self._most)


def _key(wish: _Wish) -> tuple[object, ...]:
    look = wish.look
    return (
        *(__version__, _FORMAT, "preview", *wish.made_of, wish.media_type),
        *(look.page, look.width, look.height, look.thumb, *wish.context.marks()),
    )


def _kept(shelf: Shelf, wish: _Wish) -> Preview | None:
    place = shelf.place(*_key(wish))
    try:
        kept = shelf.kept(place)
        if kept is None:
            return None
        return unpack_preview({**kept.body, kept.body["file"]: kept.file and str(kept.file)}, place)
    except (EvidenceKitError, WireError):  # the user's key cannot be read, or the file has just gone
        return None


def _ours(folder: Path) -> bool:
    """Whether a case's folder of previews can be written, and lies where it seems to."""
    try:
        if folder.resolve() != folder.parents[1].resolve() / folder.parent.name / folder.name:
            return False  # a link, which would lead a worker out of the case
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="making-", dir=folder):
            return True
    except OSError:
        return False


def _give(waiting: Sequence[Future[Preview]], answer: Preview | BaseException) -> None:
    for asked in waiting:
        with contextlib.suppress(InvalidStateError):  # cancelled
            if isinstance(answer, Preview):
                asked.set_result(answer)
            else:
                asked.set_exception(answer)


def _closed() -> Cancelled:
    return Cancelled("The case was closed.")
