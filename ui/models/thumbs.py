"""Small pictures of the items on screen: asked for when a row comes into view, given up when it leaves.

Only PNGs that a contained worker of ours has made are decoded here, on two threads of their own.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QImageReader

from evidencekit.catalog.browse import Row
from evidencekit.errors import EvidenceKitError
from evidencekit.model import Kind, Preview
from ui.desk import Desk

PICTURED = frozenset({Kind.IMAGE, Kind.DOCUMENT, Kind.VIDEO})
"""Kinds that may have a picture; the others are shown by their icon."""
_KEPT = 600
_LARGEST = 1024  # pixels either way: a thumbnail of ours is far smaller
_PAUSE = 30  # milliseconds in which pictures are gathered before they are shown
_Key = tuple[str, int, int, bool]


class Thumbs(QObject):
    """Pictures by digest and size. ``arrived`` says that more of them can be had from :meth:`get`."""

    arrived = Signal()
    _decoded = Signal(object, object)  # emitted on a decoding thread, received on this object's

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = desk.session
        self._pool: ThreadPoolExecutor | None = None
        self._kept: OrderedDict[_Key, QImage] = OrderedDict()
        self._asked: dict[_Key, Future[Any]] = {}
        self._without: set[_Key] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE)
        self._soon.timeout.connect(self.arrived)
        self._decoded.connect(self._come)
        desk.session.closed.connect(self.clear)

    def get(self, sha256: str, size: QSize, *, cut: bool) -> QImage | None:
        """The picture of an item in ``size`` device pixels, when it is there: ``cut`` to fill it, or whole within."""
        key = (sha256, size.width(), size.height(), cut)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def want(self, rows: Iterable[Row], size: QSize, *, cut: bool) -> None:
        """These rows are on screen, and no others: ask for what is missing, give up what else was asked for."""
        width, height = size.width(), size.height()
        wanted = {(row.sha256, width, height, cut): row for row in rows if row.kind in PICTURED}
        for key in [key for key in self._asked if key not in wanted]:
            self._asked.pop(key).cancel()
        previews = self._session.previews
        if previews is None:
            return
        for key, row in wanted.items():
            if key not in self._kept and key not in self._asked and key not in self._without:
                future = previews.thumb(row.sha256, row.name, row.media_type)
                self._asked[key] = future
                future.add_done_callback(partial(self._made, key))

    @property
    def pending(self) -> int:
        """How many pictures are being waited for."""
        return len(self._asked)

    def clear(self) -> None:
        """Forget everything: the case is another."""
        for future in self._asked.values():
            future.cancel()
        self._asked.clear()
        self._kept.clear()
        self._without.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _made(self, key: _Key, future: Future[Preview]) -> None:
        """On whatever thread the preview was made."""
        try:
            preview = future.result()
        except CancelledError:
            return
        except EvidenceKitError:  # the icon of its kind stands for what cannot be shown
            preview = None
        with contextlib.suppress(RuntimeError):  # the window has just gone
            self._decoded.emit(key, preview.image if preview is not None else None)

    def _come(self, key: _Key, found: Path | QImage | None) -> None:
        """On the GUI thread: a file to decode, or a picture."""
        if key not in self._asked:
            return
        if isinstance(found, Path):
            self._pool = self._pool or ThreadPoolExecutor(2, thread_name_prefix="thumbs")
            self._asked[key] = self._pool.submit(self._decode, key, found)
            return
        del self._asked[key]
        if found is None or found.isNull():
            self._without.add(key)
            return
        self._kept[key] = found
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        if not self._soon.isActive():
            self._soon.start()

    def _decode(self, key: _Key, path: Path) -> None:
        """On a decoding thread."""
        picture = decoded(path, QSize(key[1], key[2]), cut=key[3])
        with contextlib.suppress(RuntimeError):  # the window has just gone
            self._decoded.emit(key, picture)


def decoded(path: Path, size: QSize, *, cut: bool) -> QImage | None:
    """A PNG of ours scaled into ``size``, or cut to fill it; None when it is none."""
    reader = QImageReader(str(path), b"png")
    reader.setAutoDetectImageFormat(False)
    full = reader.size()
    if not full.isValid() or max(full.width(), full.height()) > _LARGEST:
        return None
    picture = reader.read()
    if picture.isNull():
        return None
    mode = Qt.AspectRatioMode.KeepAspectRatioByExpanding if cut else Qt.AspectRatioMode.KeepAspectRatio
    wanted = full.scaled(size, mode)
    if cut or wanted.width() < full.width() or wanted.height() < full.height():  # never blown up in a grid
        picture = picture.scaled(
            wanted.expandedTo(QSize(1, 1)),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    if cut:
        # A screenshot's upper edge is the same on every one of them; what tells it apart is further down.
        left, top = (picture.width() - size.width()) // 2, (picture.height() - size.height()) // 3
        picture = picture.copy(QRect(left, top, size.width(), size.height()))
    return picture.convertToFormat(QImage.Format.Format_RGB32)
