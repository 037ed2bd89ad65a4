"""The toolbar: the actions used most, and the search field."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolBar, QToolButton, QWidget

from ui.actions import TOOLBAR, Actions
from ui.theme import Theme
from ui.tips import plain_tip

_BARE = frozenset({"edit.undo", "edit.redo"})

_HELP = """Words in names, titles, texts, messages, recognised words, transcripts and notes.
"grey car" a phrase · park* a beginning · -car without it · letter OR flowers

from:marc   to:8834   party:hollis   who it is from, to, or with
before:2026-03-01   after:2026-02   on:"early March 2026"
kind:image   in:messages   item:7   has:warning"""


class MainBar(QToolBar):
    """Words beside the icons while there is room for them; the search field always stays."""

    def __init__(self, theme: Theme, actions: Actions) -> None:
        super().__init__("Main tools")
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._theme = theme
        self._worded: list[QToolButton] = []
        for name in TOOLBAR:
            if name:
                self._add(actions, name)
            else:
                self.addSeparator()
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search names, texts, notes…  Ctrl+K")
        self.search.setAccessibleName("Search items")
        self.search.setAccessibleDescription(_HELP)
        self.search.setToolTip(plain_tip(_HELP))
        self.search.setObjectName("search")  # by which the items page finds it, to clear it
        self.search.setClearButtonEnabled(True)
        self._glass = QAction(self)
        theme.put_icon(self._glass, "search", "muted")
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.addWidget(self.search)
        theme.changed.connect(self._fit)
        self._fit()

    def _add(self, actions: Actions, name: str) -> None:
        self.addAction(actions[name])
        made = self.widgetForAction(actions[name])
        assert isinstance(made, QToolButton)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setAccessibleName(actions[name].iconText())
        if name not in _BARE:
            self._worded.append(made)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 — Qt's name
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave the words off where they would push the search field out."""
        self.search.setFixedWidth(self._theme.px(270))
        words = sum(self.fontMetrics().horizontalAdvance(each.text()) + self._theme.px(48) for each in self._worded)
        roomy = words + self.search.width() + self._theme.px(150) <= self.width()
        styles = Qt.ToolButtonStyle
        self.setIconSize(self._theme.beside(18) if roomy else QSize(self._theme.px(18), self._theme.px(18)))
        for each in self._worded:
            each.setToolButtonStyle(styles.ToolButtonTextBesideIcon if roomy else styles.ToolButtonIconOnly)
