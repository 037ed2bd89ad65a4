"""Help: the user's guide, as it stands in the documentation, shown in a window of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QKeySequence, QShortcut, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

import resources
from ui.theme import Theme
from ui.widgets import button, row, size_within


class GuideDialog(QDialog):
    """Shows the guide with its pictures. Only the guide's own files are read, and no link leads out of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("EvidenceKit guide")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size_within(self, theme.px(900), theme.px(720))
        self.pages = GuidePages(resources.guide())
        self.words = QLineEdit()
        self.words.setPlaceholderText("Find in the guide")
        self.words.setAccessibleName("Find in the guide")
        self.words.setClearButtonEnabled(True)
        self.words.returnPressed.connect(self._next)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.words.setFocus)
        close = button("Close", self.accept)
        layout = QVBoxLayout(self)
        layout.addWidget(row(self.words, button("Find next", self._next), None, close))
        layout.addWidget(self.pages, 1)
        self.pages.setFocus()

    def _next(self) -> None:
        wanted = self.words.text()
        if wanted and not self.pages.find(wanted):
            self.pages.moveCursor(self.pages.textCursor().MoveOperation.Start)
            self.pages.find(wanted)


class GuidePages(QTextBrowser):
    """The guide's text; ``loadResource`` gives its own pictures and nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.setAccessibleName("Guide")
        self.setOpenLinks(False)
        self.anchorClicked.connect(lambda link: self.scrollToAnchor(link.fragment()))
        self.document().setDocumentMargin(24)
        self.setMarkdown((folder / "guide.md").read_text("utf-8"))
        self._space()

    def _space(self) -> None:
        """Room between paragraphs, more above a heading: read as Markdown, a text has none."""
        room = self.fontMetrics().height()
        block = self.document().begin()
        while block.isValid():
            form = block.blockFormat()
            form.setTopMargin(room * (1.2 if form.headingLevel() else 0.0))
            form.setBottomMargin(room * (0.25 if block.textList() is not None else 0.5))
            form.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            QTextCursor(block).setBlockFormat(form)
            block = block.next()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802 — Qt's name
        """A picture of the guide, as wide as the page at most; nothing for any other name."""
        picture = self._folder / "pictures" / Path(QUrl(name).path()).name
        if kind != QTextDocument.ResourceType.ImageResource.value or not picture.is_file():
            return None
        image = QImage(str(picture))
        wide = max(320, self.viewport().width() - 64)
        return image.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation) if image.width() > wide else image
