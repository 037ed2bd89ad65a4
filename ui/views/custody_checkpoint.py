"""The signed checkpoint: what it covers, its note as text, and the note's QR code to photograph or print."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from evidencekit.casefile import Case
from evidencekit.job import Job
from ui.desk import Desk
from ui.models.ledger import Sealed, clock
from ui.views.written import Written, ask_path, file_name
from ui.widgets import Empty, button, label, row

_QUIET = 4  # modules of white around a QR code, as its standard asks
_SMALLEST = 3  # pixels a module on the screen: a telephone still reads it
_PICTURE = 10  # pixels a module in a saved picture
_WHAT = (
    "This checkpoint stands for every line of the ledger so far, and through them for every byte of every original. "
    "Keep it apart from the case folder, on paper, as a photograph or with somebody else: whoever holds it can later "
    "tell whether any of that was changed. Without such a copy nobody can tell whether the whole folder was put back "
    "to an earlier state or written anew."
)
Modules = tuple[tuple[bool, ...], ...]


class QrCode(QWidget):
    """A QR code, dark on white in every theme, with whole pixels for its modules."""

    def __init__(self) -> None:
        super().__init__()
        self._modules: Modules = ()
        self.setAccessibleName("QR code of the checkpoint")
        self.setAccessibleDescription("The same text as the signed note beside it")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def put(self, modules: Modules) -> None:
        """Show this code."""
        self._modules = modules
        self.update()

    def picture(self, scale: int = _PICTURE) -> QImage:
        """The code with its quiet border, ``scale`` pixels a module."""
        side = (len(self._modules) + 2 * _QUIET) * scale
        made = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(made)
        _draw(painter, QRect(0, 0, side, side), self._modules, scale)
        painter.end()
        return made

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 — Qt's name
        del event
        painter = QPainter(self)
        if self._modules:
            scale = max(1, min(self.width(), self.height()) // (len(self._modules) + 2 * _QUIET))
            _draw(painter, self.rect(), self._modules, scale)


def _draw(painter: QPainter, room: QRect, modules: Modules, scale: int) -> None:
    painter.fillRect(room, Qt.GlobalColor.white)
    side = len(modules) * scale
    left, top = room.left() + (room.width() - side) // 2, room.top() + (room.height() - side) // 2
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                painter.fillRect(left + x * scale, top + y * scale, scale, scale, Qt.GlobalColor.black)


class CheckpointView(QWidget):
    """Shows a checkpoint; ``sealed`` is the one shown."""

    def __init__(self, desk: Desk, written: Written) -> None:
        super().__init__()
        self.desk, self._written = desk, written
        self.sealed: Sealed | None = None
        theme = desk.theme
        self.code = QrCode()
        self.note = QPlainTextEdit()
        self.note.setReadOnly(True)
        self.note.setAccessibleName("The signed note")
        self.note.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.note.setWordWrapMode(self.note.wordWrapMode().WrapAnywhere)
        self.facts = {
            name: label("", select=True, name=name)
            for name in ("Covers", "Last line", "Root", "Signing key", "Fingerprint")
        }
        none = Empty(
            theme,
            "shield-alert",
            "There is no checkpoint that can be read",
            "The file “checkpoint” in the case folder is missing or damaged. Compare the case with a backup or with a "
            "printed checkpoint.",
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self._shown())
        self.pages.addWidget(none)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        theme.changed.connect(self._dress)
        self._dress()

    def put(self, sealed: Sealed | None, zone: str) -> None:
        """Show this checkpoint, its time in the IANA ``zone``."""
        self.sealed = sealed
        self.pages.setCurrentIndex(0 if sealed is not None else 1)
        if sealed is None:
            return
        self.code.put(sealed.modules)
        self._dress()
        self.note.setPlainText(sealed.note)
        told = {
            "Covers": f"{sealed.size:,} ledger lines",
            "Last line": ", ".join(part for part in clock(sealed.time, zone) if part) if sealed.time else "",
            "Root": sealed.root,
            "Signing key": sealed.key,
            "Fingerprint": _grouped(sealed.fingerprint),
        }
        for name, text in told.items():
            self.facts[name].setText(text)
            self.facts[name].setAccessibleName(f"{name}: {text}")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._fit()

    def copy(self) -> None:
        """Put the signed note on the clipboard."""
        QGuiApplication.clipboard().setText(self.note.toPlainText())
        self.desk.say("The checkpoint is copied.")

    def save_picture(self) -> None:
        """Ask for a file and save the QR code as a picture."""
        path = self._ask("Save the QR code", {".png": "Picture, PNG"})
        if path is not None:
            self.save_to(path)

    def save_text(self) -> None:
        """Ask for a file and save the signed note."""
        path = self._ask("Save the signed note", {".txt": "Text"})
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write the checkpoint as the picture or text that the name's ending says."""
        assert self.sealed is not None
        data = _png(self.code.picture()) if path.suffix.lower() == ".png" else self.sealed.note.encode()

        def writing(case: Case, job: Job) -> str:
            from evidencekit.printing.output import write_whole

            del case, job

            def write(out: Path) -> None:
                out.write_bytes(data)

            write_whole(path, write)
            return "The checkpoint."

        self._written.write(path, "the checkpoint", writing)

    def _ask(self, title: str, kinds: dict[str, str]) -> Path | None:
        assert self.sealed is not None
        number = self.desk.session.open_case.info.number
        name = file_name(f"Checkpoint {number} {self.sealed.size}") + next(iter(kinds))
        return ask_path(self.desk, title, name, kinds, self)

    def _shown(self) -> QWidget:
        px = self.desk.theme.px
        card = QFrame()
        card.setObjectName("panel")
        inside = QHBoxLayout(card)
        inside.setContentsMargins(px(24), px(20), px(24), px(20))
        inside.setSpacing(px(24))
        left = QVBoxLayout()
        left.addWidget(self.code)
        left.addWidget(row(button("Save picture…", self.save_picture), None))
        left.addStretch(1)
        inside.addLayout(left)
        right = QVBoxLayout()
        right.setSpacing(px(10))
        right.addWidget(label("The checkpoint", "heading"))
        what = label(_WHAT, wrap=True)
        what.setMaximumWidth(px(720))
        right.addWidget(what)
        form = QFormLayout()
        form.setSpacing(px(6))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for name, field in self.facts.items():
            form.addRow(label(name, "muted"), field)
        right.addLayout(form)
        right.addWidget(label("Signed note", "strong"))
        self.note.setMaximumWidth(px(720))
        right.addWidget(self.note)
        right.addWidget(row(button("Copy note", self.copy), button("Save note…", self.save_text), None))
        right.addStretch(1)
        inside.addLayout(right, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(card)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    def _dress(self) -> None:
        theme = self.desk.theme
        mono = theme.font(mono=True, size=12 / 13)
        self.note.setFont(mono)
        self.note.setFixedHeight(theme.px(136))
        for name in ("Root", "Signing key", "Fingerprint"):
            self.facts[name].setFont(mono)
        self._fit()

    def _fit(self) -> None:
        """Make the code as large as leaves the words beside it room, in whole pixels for its modules."""
        px = self.desk.theme.px
        modules = (len(self.sealed.modules) if self.sealed else 60) + 2 * _QUIET
        words = max(px(400), self.facts["Root"].sizeHint().width() + px(80))
        room = self.width() - words - 4 * px(24)
        scale = max(_SMALLEST, min(round(px(290) / modules), room // modules))
        self.code.setFixedSize(QSize(scale * modules, scale * modules))


def _grouped(digest: str) -> str:
    """A digest in groups of eight on two lines, as people compare it."""
    groups = [digest[at : at + 8] for at in range(0, len(digest), 8)]
    return "\n".join(" ".join(part) for part in (groups[:4], groups[4:]) if part)


def _png(picture: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want the format as bytes, PySide takes text
    return bytes(data.data())
