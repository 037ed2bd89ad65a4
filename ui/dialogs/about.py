"""What this program is, and the licences of what it is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QDialog, QPlainTextEdit, QVBoxLayout, QWidget

import resources
from evidencekit import __version__
from ui.theme import Theme
from ui.widgets import button, label, row, size_within

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_PACKAGES = "packages"
_TITLES = {
    "gpl-3.0": "EvidenceKit (GPL 3.0 or later)",
    "inter": "Inter (font)",
    "source-serif": "Source Serif (font)",
    "jetbrains-mono": "JetBrains Mono (font)",
    "noto": "Noto (fonts)",
    "lucide": "Lucide (icons)",
}


class AboutDialog(QDialog):
    """Version, promise and licence texts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About EvidenceKit")
        size_within(self, theme.px(620), theme.px(520))
        picture = label()
        picture.setPixmap(theme.pixmap("fingerprint", 40, "accent"))
        self.licences = QComboBox()
        self.licences.setAccessibleName("Licence of")
        for name in resources.names("licences", ".txt"):
            stem = name.removesuffix(".txt")
            self.licences.addItem(_TITLES.get(stem, stem), name)
        self.licences.addItem("The packages it stands on", _PACKAGES)
        self.licences.setCurrentIndex(self.licences.findData("gpl-3.0.txt"))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(theme.font(mono=True, size=0.9))
        self.text.setAccessibleName("Licence text")
        self.licences.currentIndexChanged.connect(self._show)
        close = button("Close", self.accept, primary=True)
        close.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(theme.px(10))
        layout.addWidget(row(picture, label(f"EvidenceKit {__version__}", "title"), None, gap=14))
        about = (
            "Takes in digital evidence unchanged, keeps its chain of custody, and prints an indexed, stamped exhibit "
            "binder. It never sends anything anywhere, and never opens an original for writing. Free software under "
            "the GNU General Public License, version 3 or later; it comes with no warranty."
        )
        layout.addWidget(label(about, wrap=True))
        layout.addWidget(row(label("Licence of"), self.licences, None))
        layout.addWidget(self.text, 1)
        layout.addWidget(row(None, close))
        self._show()

    def _show(self) -> None:
        name = self.licences.currentData()
        self.text.setPlainText(packages() if name == _PACKAGES else resources.text(f"licences/{name}"))


def packages() -> str:
    """Name, version and licence of every package that this program is installed with."""
    from importlib.metadata import PackageNotFoundError, distribution, requires

    told = []
    for wanted in requires("evidencekit") or []:
        if "extra ==" in wanted:
            continue
        name = re.split(r"[^\w.-]", wanted, maxsplit=1)[0]
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        told.append(f"{found.metadata['Name']} {found.version}\n    {_licence(found)}\n")
    return "\n".join(sorted(told, key=str.casefold))


def _licence(found: Distribution) -> str:
    """A package's licence in its own words: an expression, a classifier, or the first line of its text."""
    metadata = found.metadata
    classified = [each.split(" :: ")[-1] for each in metadata.get_all("Classifier") or [] if each[:7] == "License"]
    told = [each for name in ("License-Expression", "License") for each in metadata.get_all(name) or []]
    plain = next((line for each in told for line in each.splitlines() if line.strip()), "")
    return ", ".join(classified) or plain or "see its own files"
