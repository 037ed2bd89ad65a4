"""Passphrases on the command line: from the environment, else asked for on the terminal; never an argument, never
shown."""

from __future__ import annotations

import getpass
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from evidencekit.custody.names import shown
from evidencekit.errors import Cancelled, LockedError, UsageError
from evidencekit.model import Person

OPENS = "EVIDENCEKIT_PASSPHRASE"
NEW = "EVIDENCEKIT_NEW_PASSPHRASE"


def ask(person: Person) -> str | None:
    """The passphrase of that person's key; None where there is neither the environment's nor a terminal."""
    given = os.environ.get(OPENS)
    return given if given is not None else _typed(f"Passphrase of the signing key of {person.actor}: ")


def ask_new(person: Person, *, opened: bool) -> str:
    """A new passphrase for that person's key, typed twice; ``opened`` says that the environment's other one opens the
    key as it is now. Raises :class:`LockedError` without one and :class:`UsageError` when the two differ."""
    given = os.environ.get(NEW, None if opened else os.environ.get(OPENS))
    if given is not None:
        return given
    first = _typed(f"New passphrase for the signing key of {person.actor}: ")
    if first is None:
        raise LockedError(
            "A new passphrase is needed; nothing was changed.",
            todo=f"Run this on a terminal, or give it in the environment as {NEW}.",
        )
    if first != _typed("The same again: "):
        raise UsageError("The two passphrases differ; nothing was changed.", todo="Run it again.")
    return first


def _typed(prompt: str) -> str | None:
    if not sys.stdin.isatty():
        return None
    with _interruptible(), warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)  # a terminal that would show what is typed is none
        try:
            return getpass.getpass(shown(prompt))
        except (EOFError, getpass.GetPassWarning):
            return None
        except KeyboardInterrupt:
            raise Cancelled from None


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl+C end a prompt at once: there is no next step to wait for."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
