"""How the app looks: two palettes on Fusion, a small style sheet, bundled fonts, tinted icons and the text size."""

from __future__ import annotations

import weakref
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolButton

import resources
from ui.colours import DARK, LIGHT, Colours
from ui.sheet import style_sheet

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

FAMILY = "EK Sans"
MONO = "EK Mono"
_FONTS = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Inter-Bold.ttf",
    "EKMono-Regular.ttf",
    "EKNoto-Regular.ttf",
    "EKEmoji-Regular.ttf",
)
_FALLBACKS = ("EK Noto", "EK Emoji")
_BASE_PIXELS = 13
_LIGHT_PICTURES = {"arrow": "arrow-light", "over": "arrow-over-light", "check": "check-light"}
_DARK_PICTURES = {"arrow": "arrow-dark", "over": "arrow-over-dark", "check": "check-dark"}


class Mode(StrEnum):
    """Which palette a person wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The look in use. ``changed`` is emitted when colours or text size change; what painted them itself repaints."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = Mode.SYSTEM, scale: float = 1.0) -> None:
        super().__init__()
        self._app = app
        self._dressed: list[tuple[weakref.ref[QObject], str, str]] = []
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._sources: dict[tuple[str, str], QSvgRenderer] = {}
        self.mode, self.scale = mode, scale
        self.colours = LIGHT
        load_fonts()
        if not app.styleSheet():
            app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.choose(mode, scale)

    def choose(self, mode: Mode, scale: float) -> None:
        """Use that palette and text size (1.0 is 100 %)."""
        self.mode, self.scale = mode, scale
        dark = mode is Mode.DARK or (mode is Mode.SYSTEM and self._system_is_dark())
        self.colours = DARK if dark else LIGHT
        self._icons.clear()
        self._sources.clear()
        sheet = style_sheet(self.colours, self.scale, _DARK_PICTURES if dark else _LIGHT_PICTURES)
        if sheet != self._app.styleSheet():  # Qt dresses every widget anew, even in the same clothes
            if any(each.isVisible() for each in self._app.topLevelWidgets()):
                self._app.setStyleSheet("")  # else Qt does it all twice; what was never shown would keep its old font
            self._app.setFont(self.font())
            self._app.setPalette(palette(self.colours))
            self._app.setStyleSheet(sheet)
        for target, name, role in list(self._dressed):
            self._put(target(), name, role)
        self.changed.emit()

    @property
    def dark(self) -> bool:
        return self.colours is DARK

    def px(self, pixels: float) -> int:
        """A length of the design at 100 % text size, in pixels at the size in use."""
        return max(1, round(pixels * self.scale))

    def font(self, *, size: float = 1.0, weight: QFont.Weight = QFont.Weight.Normal, mono: bool = False) -> QFont:
        """The app's font; ``size`` is relative to running text."""
        font = QFont([MONO if mono else FAMILY, *_FALLBACKS])
        font.setPixelSize(self.px(_BASE_PIXELS * size))
        font.setWeight(weight)
        return font

    def colour(self, role: str) -> QColor:
        """A colour by its name in :class:`Colours`."""
        return QColor(getattr(self.colours, role))

    def icon(self, name: str, role: str = "text") -> QIcon:
        """An icon of ``resources/icons`` in a colour of the theme; greyed by itself where it is disabled."""
        key = (name, role)
        if key not in self._icons:
            icon = QIcon()
            small, room = (self.px(16), self.px(18)), self.beside(16).width() - self.px(16)
            shapes = {(each, 0) for each in (*small, self.px(24), 48)} | {(each, room) for each in small}
            for size, gap in sorted(shapes):  # each costs time when a page is made
                picture = self._drawn(name, role, size, gap)
                icon.addPixmap(picture)
                icon.addPixmap(picture, QIcon.Mode.Selected)  # Qt would tint it
                icon.addPixmap(self._drawn(name, role, size, gap, faded=True), QIcon.Mode.Disabled)
            self._icons[key] = icon
        return self._icons[key]

    def beside(self, pixels: float) -> QSize:
        """The size of an icon that stands before words: it holds the room between the two."""
        return QSize(self.px(pixels) + self.px(4), self.px(pixels))

    def pixmap(self, name: str, size: int, role: str = "text") -> QPixmap:
        """An icon as a picture of ``size`` pixels at 100 % text size."""
        return self._drawn(name, role, self.px(size))

    def put_icon(self, target: QAction | QAbstractButton, name: str, role: str = "text") -> None:
        """Give an action or button an icon that follows the theme."""
        self._dressed = [each for each in self._dressed if each[0]() is not None and each[0]() is not target]
        self._dressed.append((weakref.ref(target), name, role))
        self._put(target, name, role)

    def _put(self, target: QObject | None, name: str, role: str) -> None:
        if isinstance(target, QAction):
            target.setProperty("beside", self.beside(16))
            target.setIcon(self.icon(name, role))
        elif isinstance(target, QAbstractButton):
            style = target.toolButtonStyle() if isinstance(target, QToolButton) else None
            worded = True if style is None else style is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            target.setIcon(self.icon(name, role))
            target.setIconSize(self.beside(16) if worded else QSize(self.px(16), self.px(16)))

    def _drawn(self, name: str, role: str, size: int, room: int = 0, *, faded: bool = False) -> QPixmap:
        """An icon with some room beside it; ``faded`` as it looks where it cannot be used. What was drawn lately is
        taken from Qt's own store of pictures: drawing every icon anew is a good part of opening a window."""
        ratio, colour = self._app.devicePixelRatio(), self.colour(role).name()
        key, picture = f"icon {name} {colour} {size}+{room} {ratio} {faded}", QPixmap()
        if QPixmapCache.find(key, picture):
            return picture
        picture = QPixmap(round((size + room) * ratio), round(size * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        if faded:
            painter.setOpacity(0.4)
            painter.drawPixmap(0, 0, self._drawn(name, role, size, room))
        else:
            self._source(name, colour).render(painter, QRectF(0, 0, size, size))
        painter.end()
        QPixmapCache.insert(key, picture)
        return picture

    def _source(self, name: str, colour: str) -> QSvgRenderer:
        from PySide6.QtSvg import QSvgRenderer

        if (name, colour) not in self._sources:
            source = resources.text(f"icons/{name}.svg").replace("currentColor", colour)
            self._sources[name, colour] = QSvgRenderer(QByteArray(source.encode()))
        return self._sources[name, colour]

    def _system_is_dark(self) -> bool:
        return self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark

    def _system_changed(self) -> None:
        if self.mode is Mode.SYSTEM:
            self.choose(self.mode, self.scale)


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; a font of the same name on the computer never wins."""
    known = set(QFontDatabase.families())
    if FAMILY in known:
        return
    for name in _FONTS:
        QFontDatabase.addApplicationFontFromData(QByteArray(resources.data(f"fonts/{name}")))


def palette(colours: Colours) -> QPalette:
    """Fusion's palette in these colours."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, name in {
        roles.Window: colours.ground,
        roles.WindowText: colours.text,
        roles.Base: colours.base,
        roles.AlternateBase: colours.ground,
        roles.Text: colours.text,
        roles.Button: colours.raised,
        roles.ButtonText: colours.text,
        roles.BrightText: colours.bad,
        roles.ToolTipBase: colours.raised,
        roles.ToolTipText: colours.text,
        roles.PlaceholderText: colours.muted,
        roles.Highlight: colours.chosen,
        roles.HighlightedText: colours.on_chosen,
        roles.Accent: colours.accent,
        roles.Link: colours.accent,
        roles.LinkVisited: colours.accent,
        roles.Light: colours.raised,
        roles.Midlight: colours.hover,
        roles.Mid: colours.line,
        roles.Dark: colours.line,
        roles.Shadow: colours.line,
    }.items():
        made.setColor(role, QColor(name))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        faded = QColor(colours.muted)
        faded.setAlpha(150)
        made.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return made
