"""The toolbar: the actions used most, and the search field."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolBar, QToolButton, QWidget

from ui.actions import TOOLBAR, Actions
from ui.theme import Theme

_BARE = frozenset({"edit.undo", "edit.redo"})


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
