"""The app's style sheet: the few things that Fusion and a palette cannot say."""

from __future__ import annotations

from collections.abc import Mapping

import resources
from ui.colours import Colours

_SHEET = """
* {{ outline: none; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: {p4}px; }}
QMainWindow::separator, QSplitter::handle {{ background: {line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QMenuBar {{ background: {ground}; border-bottom: 1px solid {line}; }}
QMenuBar::item {{ padding: {p4}px {p8}px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {raised}; border: 1px solid {line}; padding: {p4}px; }}
QMenu::item {{ padding: {p5}px {p24}px {p5}px {p8}px; border-radius: {p4}px; }}
QMenu::item:selected {{ background: {chosen}; color: {on_chosen}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu {{ icon-size: {p16}px; }}
QMenu::icon {{ padding-left: {p6}px; }}
QMenu::separator {{ height: 1px; background: {line}; margin: {p4}px; }}
QToolBar {{ background: {base}; border: none; border-bottom: 1px solid {line}; padding: {p5}px {p8}px;
  spacing: {p4}px; }}
QToolBar::separator {{ background: {line}; width: 1px; margin: {p5}px {p8}px; }}
QToolBar QToolButton {{ padding: {p5}px {p8}px; border: 1px solid transparent; border-radius: {p5}px; }}
QStatusBar {{ background: {ground}; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: none; }}
QToolButton {{ border: 1px solid transparent; border-radius: {p5}px; padding: {p4}px; background: transparent; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed {{ background: {line}; }}
QToolButton:checked {{ background: {chosen}; color: {on_chosen}; }}
QToolButton:focus, QToolBar QToolButton:focus {{ border-color: {accent}; }}
QToolButton[chip="true"], QToolButton[chip="menu"] {{ border-color: {line}; background: {base};
  padding: {p4}px {p8}px; }}
QToolButton[chip="true"]:hover, QToolButton[chip="menu"]:hover {{ background: {hover}; }}
QToolButton[chip="true"]:checked, QToolButton[chip="menu"][on="true"] {{ background: {chosen}; color: {on_chosen}; }}
QToolButton[chip="true"]:focus, QToolButton[chip="menu"]:focus {{ border-color: {accent}; }}
QToolButton[chip="menu"] {{ padding-right: {p20}px; }}
QToolButton[chip="menu"]::menu-indicator {{ image: url("{arrow}"); width: {p12}px; height: {p12}px;
  subcontrol-origin: padding; subcontrol-position: right center; right: {p5}px; }}
QPushButton {{ background: {raised}; border: 1px solid {line}; border-radius: {p5}px; padding: {p5}px {p12}px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {muted}; background: {ground}; }}
QPushButton[primary="true"] {{ background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: 500; }}
QPushButton[primary="true"]:hover {{ background: {accent_hover}; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {on_chosen}; padding: {p4}px {p11}px; }}
QPushButton[primary="true"]:disabled {{ background: {hover}; color: {muted}; border-color: {line}; }}
QPushButton[danger="true"] {{ color: {bad}; }}
QPushButton[danger="true"]:disabled {{ color: {muted}; }}
QLineEdit, QPlainTextEdit, QTextEdit, QDateEdit, QSpinBox, QComboBox {{
  background: {base}; border: 1px solid {line}; border-radius: {p5}px; padding: {p4}px {p6}px;
  selection-background-color: {chosen}; selection-color: {on_chosen}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QDateEdit:focus, QSpinBox:focus, QComboBox:focus {{
  border-color: {accent}; }}
QLineEdit:read-only, QPlainTextEdit[readOnly="true"] {{ background: {ground}; }}
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled {{ color: {muted}; background: {ground}; }}
QSpinBox::up-button, QSpinBox::down-button {{ subcontrol-origin: border; border: none; width: {p20}px; }}
QSpinBox::up-arrow {{ image: url("{over}"); width: {p12}px; height: {p12}px; }}
QSpinBox::down-arrow {{ image: url("{arrow}"); width: {p12}px; height: {p12}px; }}
QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: {p20}px; }}
QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url("{arrow}"); width: {p14}px; height: {p14}px; }}
QComboBox QAbstractItemView {{ background: {raised}; border: 1px solid {line}; selection-background-color: {chosen};
  selection-color: {on_chosen}; }}
QAbstractItemView {{ background: {base}; border: none; selection-background-color: {chosen};
  selection-color: {on_chosen}; }}
QAbstractItemView[framed="true"] {{ border: 1px solid {line}; border-radius: {p5}px; }}
QAbstractItemView:focus[framed="true"] {{ border-color: {accent}; }}
QListView[framed="true"]::item {{ padding: 0 {p6}px; }}
QTableView {{ gridline-color: {line}; }}
QHeaderView::section {{ background: {ground}; color: {muted}; border: none; border-bottom: 1px solid {line};
  padding: {p5}px {p8}px; font-size: {small}px; }}
QHeaderView[near="true"]::section {{ padding: {p5}px {p4}px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {line}; }}
QTabBar::tab {{ padding: {p5}px {p11}px {p6}px; color: {muted}; border: 1px solid transparent;
  border-bottom: 2px solid transparent; }}
#parts QTabBar::tab {{ padding-left: {p8}px; padding-right: {p8}px; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected:focus {{ color: {accent}; border-color: {accent}; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: {p12}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {p12}px; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: {p4}px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: {p24}px; }}
QScrollBar::handle:horizontal {{ min-width: {p24}px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {hover}; border: none; border-radius: {p3}px; height: {p6}px; text-align: center; }}
QProgressBar::chunk {{ background: {accent}; border-radius: {p3}px; }}
QCheckBox:focus, QRadioButton:focus {{ color: {accent}; }}
QCheckBox, QRadioButton {{ spacing: {p6}px; }}
QCheckBox::indicator {{ width: {p14}px; height: {p14}px; border: 1px solid {muted}; border-radius: {p3}px;
  background: {base}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url("{check}"); }}
QCheckBox::indicator:disabled {{ border-color: {line}; }}
QCheckBox::indicator:checked:disabled {{ background: {muted}; }}
QRadioButton::indicator {{ width: {p14}px; height: {p14}px; border: 1px solid {muted};
  border-radius: {dot}px; background: {base}; }}
QRadioButton::indicator:checked {{ width: {core}px; height: {core}px; border: {p4}px solid {accent}; }}
QRadioButton::indicator:disabled {{ border-color: {line}; }}
#sidebar {{ background: {ground}; border: none; border-right: 1px solid {line}; padding: {p8}px {p6}px; }}
#sidebar::item {{ border-radius: {p5}px; padding: {p6}px {p8}px; color: {text}; }}
#sidebar::item:selected {{ background: {chosen}; color: {on_chosen}; }}
#sidebar::item:selected:active {{ border: 1px solid {accent}; }}
#bar {{ background: {base}; border-bottom: 1px solid {line}; }}
#panel {{ background: {base}; }}
#reading {{ background: {base}; border: 1px solid transparent; border-radius: 0; }}
#reading:focus {{ border-color: {accent}; }}
#card {{ background: {raised}; border: 1px solid {line}; border-radius: {p8}px; }}
#card:hover, #card:focus {{ border-color: {accent}; }}
#banner[tone="warn"] {{ background: {warn_ground}; border-bottom: 1px solid {line}; }}
#banner[tone="bad"] {{ background: {bad_ground}; border-bottom: 1px solid {line}; }}
QLabel[role="muted"] {{ color: {muted}; }}
QLabel[role="small"] {{ color: {muted}; font-size: {small}px; }}
QLabel[role="good"] {{ color: {good}; }}
QLabel[role="warn"] {{ color: {warn}; }}
QLabel[role="bad"] {{ color: {bad}; }}
QLabel[role="title"] {{ font-size: {title}px; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: {heading}px; font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
"""
_LENGTHS = (3, 4, 5, 6, 8, 11, 12, 14, 16, 20, 24)


def style_sheet(colours: Colours, scale: float, pictures: Mapping[str, str]) -> str:
    """The sheet in these colours; ``scale`` 1.0 is 100 % text size, ``pictures`` the icons of arrows and ticks."""
    lengths = {f"p{each}": max(1, round(each * scale)) for each in _LENGTHS}
    # A radius above half the height would be drawn as none.
    lengths |= {"dot": (lengths["p14"] + 2) // 2, "core": lengths["p14"] + 2 - 2 * lengths["p4"]}
    sizes = {"small": round(12 * scale), "heading": round(15 * scale), "title": round(20 * scale)}
    named = {name: getattr(colours, name) for name in colours.__slots__}
    drawn = {part: resources.path(f"icons/{name}.svg").as_posix() for part, name in pictures.items()}
    return _SHEET.format(**lengths, **sizes, **named, **drawn)
