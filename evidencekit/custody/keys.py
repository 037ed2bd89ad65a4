"""The acting person and the operating-system user's own signing key, kept outside every case."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidencekit.custody.checkpoint import PublicKey, Signer
from evidencekit.custody.durable import fsync_folder, write_all, write_atomic
from evidencekit.errors import CaseError, StorageError, UsageError


def default_home() -> Path:
    """Where this user's key, settings and last-seen checkpoints live; ``EVIDENCEKIT_HOME`` moves it."""
    chosen = os.environ.get("EVIDENCEKIT_HOME")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("evidencekit", appauthor=False))


@dataclass(frozen=True, slots=True)
class Home:
    """A user's own folder: ``identity.key``, ``settings.json``, ``last-seen/``."""

    folder: Path

    def actor(self, by: str | None) -> str:
        """Who acts: the name given, else the configured identity, else the account's name."""
        if by is not None:
            if not by.strip() or not by.isprintable():
                raise UsageError("The name given with --by is empty or unprintable.", todo='Give "Name, role".')
            return by.strip()
        configured = self.settings().get("identity")
        return str(configured) if configured else getpass.getuser()

    def settings(self) -> dict[str, Any]:
        """This user's choices by name, empty when none were kept; ``identity`` is who acts, the rest is the app's.

        Raises :class:`UsageError` when the file is damaged.
        """
        path = self.folder / "settings.json"
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise _unreadable(path) from error
        if not isinstance(found, dict):
            raise _unreadable(path)
        return found

    def save_settings(self, settings: Mapping[str, Any]) -> None:
        """Keep this user's choices in place of the former ones, readable by the user alone.

        The values are what JSON holds. Raises :class:`StorageError` when the disk refuses; the former ones then stand.
        """
        path = self.folder / "settings.json"
        text = json.dumps(settings, indent=2, sort_keys=True) + "\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomic(path, text.encode(), mode=0o600)
        except OSError as error:
            raise StorageError(
                f"The settings could not be kept ({error.strerror}).",
                item=str(path),
                todo="Free space or check the folder's permissions, then try again.",
            ) from error

    def signer(self, case_uuid: str, actor: str = "") -> Signer:
        """The key of the person who acts under its name in that case, or this user's own where no identity of that
        name is kept; it is made on first use, readable by the user alone."""
        del actor
        private_raw = self._private()
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(private_raw)
        short = hashlib.sha256(private.public_key().public_bytes_raw()).hexdigest()[:16]
        return Signer(f"evidencekit/{case_uuid}/{short}", private)

    def mac(self, data: bytes) -> str:
        """A code (HMAC-SHA256, hex) that only this user can make: marks what may be reused without being trusted."""
        return hmac.new(self._private(), b"evidencekit/reuse\n" + data, hashlib.sha256).hexdigest()

    def _private(self) -> bytes:
        path = self.folder / "identity.key"
        try:
            if not path.exists():
                self._make(path)
            raw = bytes.fromhex(path.read_text("ascii"))
        except ValueError:
            raw = b""
        except OSError as error:
            raise CaseError(
                f"Your signing key cannot be read ({error.strerror}).",
                item=str(path),
                todo="Check the folder's permissions, or restore the key from a backup.",
            ) from error
        if len(raw) != 32:
            raise CaseError("Your signing key is damaged.", item=str(path), todo="Restore it from a backup.")
        return raw

    def _make(self, path: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"identity.{secrets.token_hex(6)}.tmp")
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            write_all(fd, os.urandom(32).hex().encode())
            os.fsync(fd)
        finally:
            os.close(fd)
        try:
            os.link(temporary, path)  # two first uses at once: one key wins, both use it
        except FileExistsError:
            pass
        except OSError:  # no hard links on this file system
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        fsync_folder(self.folder)

    def last_seen(self, case_uuid: str) -> bytes | None:
        """The newest checkpoint note of that case this user has acknowledged, or None."""
        path = self._seen(case_uuid)
        return path.read_bytes() if path.exists() else None

    def remember(self, case_uuid: str, note: bytes) -> None:
        """Keep a note as the newest seen."""
        path = self._seen(case_uuid)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(path, note, mode=0o600)

    def _seen(self, case_uuid: str) -> Path:
        return self.folder / "last-seen" / case_uuid


def _unreadable(path: Path) -> UsageError:
    return UsageError("The settings cannot be read.", item=str(path), todo="Mend the file.")


def format_keys(keys: tuple[PublicKey, ...]) -> str:
    """``keys.txt``: one C2SP verifier line per key."""
    return "".join(key.vkey() + "\n" for key in keys)
