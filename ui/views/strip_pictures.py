"""Small pictures for the strip of sheets: asked for while they are in sight, kept while there is room."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from evidencekit.errors import Cancelled
from evidencekit.model import Kind, Preview
from ui.models.exhibits import Thing
from ui.session import Session

_MOST = 240  # pictures of at most 400 pixels' width
_WIDTH = 400
_TALLEST = 4000  # pixels that a tall capture is kept at


@dataclass(frozen=True, slots=True)
class Look:
    """What is shown of a page: a picture, or a recording's loudness 0 to 1; neither when there is nothing to show."""

    image: QImage | None = None
    peaks: tuple[float, ...] = ()


Wish = tuple[str, int]  # item number, page


class StripPictures(QObject):
    """``came`` is emitted when something that was wanted has come."""

    came = Signal()
    _made = Signal(object, object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kept: OrderedDict[Wish, Look] = OrderedDict()
        self._asked: dict[Wish, Future[Preview]] = {}
        self._made.connect(self._take, Qt.ConnectionType.QueuedConnection)
        session.opened.connect(self.clear)
        session.closed.connect(self.clear)

    @property
    def waiting(self) -> int:
        """How many pictures are being made."""
        return len(self._asked)

    def clear(self) -> None:
        """Forget everything, as when another case is opened."""
        self._kept.clear()
        self._drop(list(self._asked))

    def look(self, item: str, page: int) -> Look | None:
        """What there is to show of a page; None while it has not come."""
        found = self._kept.get((item, page))
        if found is not None:
            self._kept.move_to_end((item, page))
        return found

    def want(self, wishes: Iterable[tuple[Thing, int]]) -> None:
        """Ask for what is in sight now; what was asked for and is no longer in sight need not be made."""
        wanted = {(thing.number, page): thing for thing, page in wishes}
        self._drop([wish for wish in self._asked if wish not in wanted])
        for wish, thing in wanted.items():
            if wish not in self._kept and wish not in self._asked:
                self._ask(wish, thing)

    def _drop(self, wishes: Iterable[Wish]) -> None:
        for wish in wishes:
            self._asked.pop(wish).cancel()

    def _ask(self, wish: Wish, thing: Thing) -> None:
        previews = self._session.previews
        if previews is None:
            return
        about = (thing.sha256, thing.name, thing.media_type)
        small = thing.kind is Kind.AUDIO or (thing.kind is Kind.IMAGE and not _tall(thing) and (thing.pages or 1) == 1)
        future = previews.thumb(*about) if small else previews.page(*about, page=wish[1], width=_WIDTH)
        self._asked[wish] = future

        def made(future: Future[Preview]) -> None:
            """On the thread that made it: a picture is decoded here, not on the GUI thread."""
            look = Look()
            if not future.cancelled() and future.exception() is None:
                look = _decoded(future.result())
            elif not future.cancelled() and isinstance(future.exception(), Cancelled):
                return
            with contextlib.suppress(RuntimeError):  # the view has gone
                self._made.emit(wish, future, look)

        future.add_done_callback(made)

    def _take(self, wish: Wish, future: Future[Preview], look: Look) -> None:
        if self._asked.get(wish) is not future:
            return
        del self._asked[wish]
        self._kept[wish] = look
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        self.came.emit()


def _tall(thing: Thing) -> bool:
    return thing.pixels is not None and thing.pixels[1] > 3 * thing.pixels[0]


def _decoded(preview: Preview) -> Look:
    if preview.image is None:
        return Look(None, preview.peaks)
    reader = QImageReader(str(preview.image), b"png")
    size = reader.size()
    if size.height() > _TALLEST or size.width() > _WIDTH:
        reader.setScaledSize(size.scaled(QSize(_WIDTH, _TALLEST), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return Look(None if image.isNull() else image, preview.peaks)
