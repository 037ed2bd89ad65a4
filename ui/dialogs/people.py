"""The people who act on this computer: who they are, which of them acts now, and how their signing keys are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from evidencekit.custody.checkpoint import PublicKey
from evidencekit.custody.keyfiles import Kept, KeyFile
from evidencekit.custody.keys import Signatory
from evidencekit.custody.names import shown
from evidencekit.errors import EvidenceKitError
from evidencekit.model import Person
from ui.advice import in_the_app
from ui.desk import Desk
from ui.dialogs.passphrase import NewPassphraseDialog
from ui.tasks import Lane
from ui.widgets import Snug, button, framed, label, row, set_role, shown_lines, size_within

_KEPT = {
    Kept.PLAIN: "not locked: whoever uses this account can sign with it",
    Kept.PASSPHRASE: "locked by a passphrase",
    Kept.KEYRING: "kept in this computer’s keyring",
}


class PeopleDialog(QDialog):
    """Lists the people of this computer. ``changed_who`` is called with the person who acts from now on."""

    def __init__(self, desk: Desk, changed_who: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self._changed_who = desk, changed_who
        self.people: tuple[Signatory, ...] = ()
        self.asked: QDialog | None = None
        px = desk.theme.px
        self.setWindowTitle("People and keys")
        size_within(self, px(680), px(520))
        self.list = QListWidget()
        self.list.setAccessibleName("People of this computer")
        framed(desk.theme, self.list)
        self.list.currentItemChanged.connect(lambda now, before: self._tell())
        self.about = label("", wrap=True, select=True, name="The chosen person’s key")
        self.told = label("", "muted", wrap=True, name="What happened")
        self.told.hide()
        self.use_it = button("Act as this person", self.use)
        self.add_it = button("Add a person…", self.add)
        self.lock = button("Set a passphrase…", self.ask_passphrase)
        self.ring = button("Keep in the keyring", lambda: self.keep(Kept.KEYRING))
        self.unlock = button("Unlock for good", lambda: self.keep(Kept.PLAIN), tip="Keep the key without a passphrase")
        self.renew = button("New key…", self.make_key, tip="After a key was lost or withdrawn; the old one is kept")
        self.copy_it = button("Copy public key", self.copy, tip="For another office, which can vouch for it")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("Who signs on this computer", "heading"))
        about = (
            "Every line of a case’s record names a person, and every checkpoint bears the signature of that person’s "
            "key. Give each colleague who works at this account a name and a key of their own."
        )
        layout.addWidget(label(about, "muted", wrap=True))
        layout.addWidget(self.list, 1)
        layout.addWidget(row(self.use_it, self.add_it, None))
        layout.addWidget(self.about)
        layout.addWidget(row(self.lock, self.ring, self.unlock, None))
        layout.addWidget(row(self.renew, self.copy_it, None))
        layout.addWidget(self.told)
        done = button("Close", self.accept, primary=True)
        done.setDefault(True)
        layout.addWidget(row(None, done))
        self.refresh()
        self.list.setFocus()

    @property
    def chosen(self) -> Signatory | None:
        """The person chosen in the list."""
        at = self.list.currentRow()
        return self.people[at] if 0 <= at < len(self.people) else None

    def refresh(self) -> None:
        """Read who there is, off the GUI thread."""
        home = self.desk.session.home
        self.desk.session.tasks.start(Lane.READ, lambda job: home.signatories(), self._put, self._say_error)

    def _put(self, people: tuple[Signatory, ...]) -> None:
        before = self.chosen
        self.people = people
        self.list.clear()
        for each in people:
            text = each.person.actor + ("  ·  acts now" if each.used else "")
            entry = QListWidgetItem(shown(text))
            entry.setData(Qt.ItemDataRole.AccessibleTextRole, shown(text))
            self.list.addItem(entry)
        names = [each.person for each in people]
        used = next((at for at, each in enumerate(people) if each.used), 0)
        self.list.setCurrentRow(names.index(before.person) if before and before.person in names else used)
        self._tell()

    def _tell(self) -> None:
        each = self.chosen
        listed = each is not None
        kept = each.key.kept if each is not None and each.key is not None else None
        if each is None:
            self.about.setText("")
        elif each.trouble:
            self.about.setText(shown_lines(f"The key cannot be read: {each.trouble}"))
        elif each.key is None:
            self.about.setText("The key is made when it is first needed.")
        else:
            earlier = f" Earlier keys kept: {len(each.earlier)}." if each.earlier else ""
            grouped = " ".join(each.key.fingerprint[at : at + 8] for at in range(0, 64, 8))
            self.about.setText(shown_lines(f"Key {_KEPT[each.key.kept]}.{earlier}\nFingerprint {grouped}"))
        set_role(self.about, "bad" if each is not None and each.trouble else "")
        self.use_it.setEnabled(each is not None and not each.used)
        self.lock.setEnabled(kept is not None)
        self.lock.setText("Change the passphrase…" if kept is Kept.PASSPHRASE else "Set a passphrase…")
        self.ring.setEnabled(kept in (Kept.PLAIN, Kept.PASSPHRASE))
        self.unlock.setEnabled(kept in (Kept.PASSPHRASE, Kept.KEYRING))
        self.renew.setEnabled(listed)
        self.copy_it.setEnabled(kept is not None)

    # What is done

    def add(self) -> None:
        """Ask who it is, and add them with a key of their own."""
        asked = AddPersonDialog(self.desk, self)

        def adding() -> None:
            home, person = self.desk.session.home, asked.person
            words = f"{person.actor} is added."

            def deed() -> bool:
                home.add(person)
                return home.actor(None) == person.actor  # the first person takes over the account's key, and acts

            def come(acts: bool) -> None:
                if acts and self.desk.session.actor != person.actor:
                    self._changed_who(person.actor)
                    self._say(f"{words} They sign with this account’s key, and act from now on.", "good")

            self._do(deed, words, come)

        asked.accepted.connect(adding)
        self._ask(asked)

    def use(self) -> None:
        """From now on the chosen person acts."""
        each = self.chosen
        if each is None:
            return
        home, person = self.desk.session.home, each.person
        signs = self.desk.session.case is not None  # from the next deed on: better asked now than then

        def using() -> None:
            if signs:
                home.unlock(person.actor)
            home.use(person.actor)

        def come(_: None) -> None:
            self._changed_who(person.actor)

        self._do(using, f"From now on {person.actor} acts.", come)

    def ask_passphrase(self) -> None:
        """Ask for a new passphrase and lock the chosen person's key with it."""
        each = self.chosen
        if each is None:
            return
        asked = NewPassphraseDialog(each.person, self.desk.theme, self)
        asked.accepted.connect(lambda: self.keep(Kept.PASSPHRASE, asked.passphrase))
        self._ask(asked)

    def keep(self, kept: Kept, passphrase: str | None = None) -> None:
        """Keep the chosen person's key in another way."""
        each = self.chosen
        if each is None:
            return
        home, name = self.desk.session.home, each.person.actor

        def come(now: KeyFile) -> None:
            if now.left:
                self._say(f"The key is {_KEPT[kept]}. {now.left}", "warn")

        self._do(lambda: home.protect(name, kept, passphrase), f"The key is {_KEPT[kept]}.", come)

    def make_key(self) -> None:
        """Give the chosen person a new key."""
        each = self.chosen
        if each is None:
            return
        from ui.dialogs.status import LastingDialog

        home, name = self.desk.session.home, each.person.actor
        meaning = (
            f"{name} signs with a new key from now on. The old one is kept, and what it has signed stays good. "
            "Withdraw the old key in a case when somebody else may have it."
        )
        asked = LastingDialog("Make a new key?", meaning, "Make a new key", self.desk.theme, self)
        asked.accepted.connect(
            lambda: self._do(lambda: home.new_key(name, Kept.PLAIN), "A new key is made; give it a passphrase.")
        )
        self._ask(asked)

    def copy(self) -> None:
        """Put the public half of the chosen person's key on the clipboard."""
        each = self.chosen
        if each is not None and each.key is not None:
            line = PublicKey(f"evidencekit/{each.key.fingerprint[:16]}", each.key.raw).vkey()
            QGuiApplication.clipboard().setText(f"{line}\n")
            self._say("The public key is copied; compare its fingerprint by voice.", "muted")

    def _do(self, deed: Callable[[], Any], words: str, then: Callable[[Any], None] | None = None) -> None:
        """Do it off the GUI thread, for a passphrase takes its time, and say what became of it; ``then`` is given what
        the deed gave."""

        def come(given: Any) -> None:
            self._say(words, "good")
            if then is not None:
                then(given)
            self.refresh()

        self._say("One moment…", "muted")
        self.desk.session.tasks.start(Lane.READ, lambda job: deed(), come, self._say_error)

    def _say_error(self, error: BaseException) -> None:
        if isinstance(error, EvidenceKitError):
            self._say(f"{error.what} {in_the_app(error.todo)}", "bad")
        else:
            self.desk.session.tasks.trouble.emit(error)

    def _say(self, text: str, role: str) -> None:
        self.told.setText(shown_lines(text))
        set_role(self.told, role)
        self.told.show()

    def _ask(self, dialog: QDialog) -> None:
        if self.asked is not None:
            self.asked.deleteLater()
        self.asked = dialog
        dialog.open()


class AddPersonDialog(Snug):
    """Asks for a person's name, role and agency; ``person`` is who was described."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = desk.theme.px
        self.setWindowTitle("Add a person")
        self.setMinimumWidth(px(460))
        self.name, self.role, self.agency = _field("Name"), _field("Role"), _field("Agency")
        for field, example in ((self.name, "A. Rivera"), (self.role, "victim advocate"), (self.agency, "")):
            field.setPlaceholderText(example)
        form = QFormLayout()
        form.setSpacing(px(8))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, field in (("&Name *", self.name), ("&Role", self.role), ("&Agency", self.agency)):
            form.addRow(text, field)
        self.go = button("Add", self.accept, primary=True)
        self.go.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(18), px(20), px(16))
        layout.setSpacing(px(10))
        layout.addWidget(label("Who is it?", "heading"))
        layout.addLayout(form)
        told = "So they stand in every record they make. A name cannot be changed in what is recorded already."
        layout.addWidget(label(told, "muted", wrap=True))
        layout.addWidget(row(None, button("Cancel", self.reject), self.go))
        self.name.textChanged.connect(lambda text: self.go.setEnabled(bool(text.strip())))
        self.go.setEnabled(False)
        self.name.setFocus()

    @property
    def person(self) -> Person:
        return Person(*(field.text().strip() for field in (self.name, self.role, self.agency)))


def _field(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    return made
