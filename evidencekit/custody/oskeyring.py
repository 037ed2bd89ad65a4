"""The operating system's own keyring: a place for private keys that opens as the user logs in.

Only one that the system itself protects is used; where there is none, that is said, and nothing is kept more openly
instead.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from evidencekit.errors import LockedError, UsageError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "evidencekit"
_LOG_IN = "Log in at this computer's desktop so that the keyring is open, then try again."
_RECOMMENDED = 1  # what keyring rates lower keeps its secrets nowhere, or in the open


def usable() -> str | None:
    """The name of the keyring that would be used; None where there is none."""
    try:
        return str(_backend().name)
    except UsageError:
        return None


def put(fingerprint: str, secret: str) -> None:
    """Keep a secret under a key's fingerprint, and read it back. Raises :class:`UsageError`; what was put there is
    taken out again then."""
    backend = _backend()
    try:
        if backend.get_password(_SERVICE, fingerprint) == secret:
            return
    except Exception as error:  # a foreign program behind a bus: it raises nearly anything
        raise _refused(error) from error
    try:
        backend.set_password(_SERVICE, fingerprint, secret)
        if backend.get_password(_SERVICE, fingerprint) == secret:
            return
    except Exception as error:
        remove(fingerprint)
        raise _refused(error) from error
    remove(fingerprint)
    raise _refused("it does not give back what was put there")


def fetch(fingerprint: str) -> str | None:
    """The secret of that key; None when the keyring has none. Raises :class:`LockedError` when it cannot be asked."""
    try:
        found: str | None = _backend().get_password(_SERVICE, fingerprint)
    except UsageError as error:
        raise LockedError(error.what, todo=_LOG_IN) from error
    except Exception as error:
        raise LockedError(
            f"This computer's keyring did not give the signing key ({_told(error)}); nothing was changed.", todo=_LOG_IN
        ) from error
    return found


def remove(fingerprint: str) -> bool:
    """Take a secret out again; whether it is gone."""
    with contextlib.suppress(Exception):
        backend = _backend()
        with contextlib.suppress(Exception):  # it may say so of what it does not hold
            backend.delete_password(_SERVICE, fingerprint)
        return backend.get_password(_SERVICE, fingerprint) is None
    return False


def _backend() -> KeyringBackend:
    import keyring
    from keyring.backends.chainer import ChainerBackend

    try:
        found = keyring.get_keyring()
        several = found.backends if isinstance(found, ChainerBackend) else [found]
        fit = [each for each in several if each.priority >= _RECOMMENDED]
    except Exception as error:  # one that is named in its settings may not even load
        raise _refused(error) from error
    if not fit:
        raise UsageError(
            "This computer has no keyring that could keep a signing key; nothing was changed.",
            todo="Protect the key by a passphrase instead.",
        )
    return fit[0]


def _refused(why: object) -> UsageError:
    return UsageError(
        f"This computer's keyring cannot be used ({_told(why)}); nothing was changed.",
        todo="Log in at this computer's desktop so that the keyring is open, or protect the key by a passphrase.",
    )


def _told(why: object) -> str:
    return str(why) or type(why).__name__
