"""What the app shows of a case's items: pictures and sound of our own making, never the evidence itself.

Contained workers make them, and they are kept under ``derived/previews/``. What is kept is used again only when it
bears this user's code, for a case folder from elsewhere may hold anything. What has no picture of its own but can be
printed, a document or a mail, is printed once, kept, and shown page by page.
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
from evidencekit.media.protocol import NOTHING_TO_SEE, Look
from evidencekit.media.wire import WireError, pack_preview, unpack_preview
from evidencekit.model import NO_CONTEXT, Context, Pages, Preview
from evidencekit.printing.paper import PaperName, Sheet, sheet

if TYPE_CHECKING:
    from evidencekit.casefile import Case

MOST_KEPT = 2 << 30  # bytes
THUMB = 256  # pixels, either way
_FORMAT = 1  # raise it when the same item would look different
_QUICK = Limits(cpu_seconds=30, wall_seconds=60)
_EDGE = 40.0  # points around what is printed for the screen, where no marks stand
_PDF = "application/pdf"
# What is printed even for a glance among many; mail and exports of messages are told apart by their icons.
_GLANCED = ("application/vnd.openxmlformats-", "application/vnd.oasis.", "application/vnd.ms-", "application/msword")


@dataclass(frozen=True, slots=True)
class _Wish:
    """One thing to show: ``file``, which ``made_of`` tells from every other, as ``look`` says."""

    file: Path
    made_of: tuple[str | int, ...]
    name: str
    media_type: str
    look: Look
    context: Context = NO_CONTEXT

    @property
    def paper(self) -> tuple[object, ...]:
        """What tells its printed form from every other."""
        return (__version__, _FORMAT, "paper", *self.made_of, self.media_type, *self.context.marks())

    @property
    def printable(self) -> bool:
        """Whether it is worth printing when there is no picture of it."""
        return not self.look.thumb or self.media_type.startswith(_GLANCED) or self.media_type == "application/rtf"


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
        self._store = _Store(
            case.derived / "previews", case.home.mac, most_kept, case.info.timezone, write=not case.findings
        )
        self._now = _Desk(self._store, workers, _QUICK)
        self._sounds = _Desk(self._store, 1, Limits())  # a long recording must not hold up the next picture
        self._thumbs = _Desk(self._store, workers, _QUICK)

    def thumb(self, sha256: str, name: str, media_type: str) -> Future[Preview]:
        """For a list or grid: a PNG within 256 × 256 pixels, or a recording's peaks."""
        return self._item(self._thumbs, sha256, name, media_type, Look(0, THUMB, THUMB, thumb=True))

    def page(
        self, sha256: str, name: str, media_type: str, page: int = 0, width: int = 1600, *, item: str = ""
    ) -> Future[Preview]:
        """A page (0-based) to read: a picture at most ``width`` pixels wide, a page of a PDF, or of what is shown as
        it is printed, just so wide. With the number of the ``item``, what a person answered and what lies beside it
        is known to its reader."""
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
    paper: tuple[str, ...] | None = None  # when it shows a printed page: what is to be said of the printing


@dataclass(slots=True)
class _Printing:
    """What is being printed, the folder it is written in, and who waits for it."""

    future: Future[Pages]
    folder: Path
    waiting: list[tuple[_Wish, _Making]]


class _Desk:
    """One line of wishes: looked up on a thread of its own, made by a worker when they are not kept."""

    def __init__(self, store: _Store, workers: int, limits: Limits) -> None:
        self._store = store
        self._readers = Readers(workers, limits)
        self._printers = Readers(1, Limits())  # printing a long document takes longer than a look at one page
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="previews")
        self._lock = threading.Lock()
        self._closed = False
        self._open: set[Future[Preview]] = set()
        self._under_way: dict[_Wish, _Making] = {}
        self._printing: dict[tuple[object, ...], _Printing] = {}

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
        self._printers.close()
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
        folder, printed = self._store.making(), self._store.printed(wish)
        making = _Making(Future(), folder, [asked])
        if printed is not None:
            making.paper = printed.warnings
        with self._lock:
            self._under_way[wish] = making
        self._draw(wish, making, printed.pdf if printed is not None else None)
        return making

    def _draw(self, wish: _Wish, making: _Making, pdf: Path | None) -> None:
        """Asks a worker for the picture: of the file itself, or of a page of its printed form."""
        look = wish.look
        # A picture shows no time that a zone would be needed for.
        future = self._readers.submit_preview(
            pdf or wish.file,
            wish.name,
            _PDF if pdf else wish.media_type,
            "UTC",
            making.folder,
            page=look.page,
            width=look.width,
            height=look.height,
            thumb=look.thumb,
            context=None if pdf else wish.context,
        )
        making.future = future
        future.add_done_callback(lambda _: self._made(wish, making))

    def _print(self, wish: _Wish, making: _Making) -> None:
        """On the desk's thread: there is no picture of it, so it is printed, once for all pages that are wanted."""
        with self._lock:
            printing = self._printing.get(wish.paper)
            if printing is not None:
                printing.waiting.append((wish, making))
                return
        folder = self._store.making()
        # Messages show when they were sent, in the case's zone.
        future = self._printers.submit_pages(
            wish.file, wish.name, wish.media_type, self._store.zone, _screen(), folder, wish.context
        )
        printing = _Printing(future, folder, [(wish, making)])
        with self._lock:
            self._printing[wish.paper] = printing
        future.add_done_callback(lambda _: self._printed(wish, printing))

    def _printed(self, wish: _Wish, printing: _Printing) -> None:
        """On a worker's thread."""
        with contextlib.suppress(RuntimeError):  # closed: nothing is kept any more
            self._pool.submit(self._take_paper, wish, printing)

    def _take_paper(self, wish: _Wish, printing: _Printing) -> None:
        """On the desk's thread: what was printed, or why nothing was, to all who wait for it."""
        with self._lock:
            self._printing.pop(wish.paper, None)
        error = printing.future.exception()
        pages = Pages(None, 0) if error else self._store.keep_paper(wish, printing.future.result(), printing.folder)
        for each, making in printing.waiting:
            if all(asked.done() for asked in making.waiting):
                continue  # nobody waits any more
            if error is None and pages.pdf is not None:
                making.paper = pages.warnings
                self._draw(each, making, pages.pdf)
                continue
            with self._lock:
                self._forget(each, making)
                waiting = list(making.waiting)
            nothing = Preview(None, None, 0, warnings=pages.warnings)
            _give(waiting, error or self._store.keep(each, nothing, making.folder))

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
        try:
            if making.paper is None and _unseen(making.future) and wish.printable:
                shutil.rmtree(making.folder, ignore_errors=True)
                self._print(wish, making)
                return
        except Exception:  # noqa: BLE001 — then there is just no picture of it
            making.paper = ()
        with self._lock:
            self._forget(wish, making)
            waiting = list(making.waiting)
        try:
            answer = making.future.exception() or self._store.keep(wish, _noted(making), making.folder)
        except Exception as error:  # noqa: BLE001 — nobody else would hear of it on this thread
            answer = error
        _give(waiting, answer)

    def _forget(self, wish: _Wish, making: _Making) -> None:
        if self._under_way.get(wish) is making:
            del self._under_way[wish]


class _Store:
    """Where previews lie: in the case's own folder, or in a temporary one when that must not or cannot be written."""

    def __init__(self, folder: Path, mac: Mac, most: int, zone: str, *, write: bool) -> None:
        self.zone = zone
        self._case = Shelf(folder, mac)
        self._mac = mac
        self._most = most
        self._write = write
        self._own: Shelf | None = None
        self._lock = threading.Lock()
        self._held = 0  # bytes, as far as is known
        self._pruning: threading.Thread | None = None
        self._failed: dict[tuple[object, ...], Preview] = {}

    def printed(self, wish: _Wish) -> Pages | None:
        """The printed form that is kept of what a wish is for."""
        return next((found for shelf in (self._shelf(), self._case) if (found := _paper(shelf, wish))), None)

    def keep_paper(self, wish: _Wish, pages: Pages, folder: Path) -> Pages:
        """Keeps what was printed in ``folder``, when it was; gives it as it lies now."""
        if pages.pdf is None:
            shutil.rmtree(folder, ignore_errors=True)
            return pages
        shelf = self._shelf()
        body = {"count": pages.count, "warnings": list(pages.warnings)}
        try:
            size = pages.pdf.stat().st_size
            settled = shelf.settle(folder, shelf.place(*wish.paper), body, pages.pdf)
        except (OSError, EvidenceKitError):
            return pages
        self._held += size
        return replace(pages, pdf=settled)

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


def _paper(shelf: Shelf, wish: _Wish) -> Pages | None:
    try:
        kept = shelf.kept(shelf.place(*wish.paper))
        if kept is None or kept.file is None:
            return None
        return Pages(kept.file, int(kept.body["count"]), warnings=tuple(str(each) for each in kept.body["warnings"]))
    except (EvidenceKitError, KeyError, TypeError, ValueError):
        return None


def _screen() -> Sheet:
    """The paper that is shown on the screen: no marks, no binding edge."""
    letter = sheet(PaperName.LETTER)
    return Sheet(letter.width, letter.height, _EDGE, _EDGE, _EDGE, _EDGE)


def _unseen(future: Future[Preview]) -> bool:
    return not future.cancelled() and future.exception() is None and future.result() == NOTHING_TO_SEE


def _noted(making: _Making) -> Preview:
    """What came, with what is to be said of the printing on the first page."""
    preview = making.future.result()
    return replace(preview, warnings=(*(making.paper or ()), *preview.warnings)) if making.paper else preview


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
