"""The speech model that an office pointed to: a folder on this computer, remembered in the user's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidencekit.custody.keys import Home
from evidencekit.errors import EvidenceKitError, UsageError
from evidencekit.media.speech import ENGINE, engine_version, model_digest, model_files

_KEY = "speech_model"
GET_ENGINE = "Install EvidenceKit with its extra “transcripts” (pip install 'evidencekit[transcripts]')."
GET_MODEL = (
    "Get a Whisper model in CTranslate2's form, such as faster-whisper-base.en (a folder with model.bin, config.json, "
    "tokenizer.json and a vocabulary), put it on this computer and point to the folder once, with --model or in the "
    "settings; nothing is downloaded."
)


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """The model's folder, and the digest over its files as they were when it was pointed to."""

    folder: Path
    sha256: str

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def version(self) -> str:
        """What a draft is made by, so that another engine or model makes a new one."""
        return f"{engine_version()} {self.sha256[:16]}"


def use_model(home: Home, folder: Path) -> SpeechModel:
    """From now on use the model in this folder. Raises :class:`UsageError` when it holds none; takes a moment, for all
    of it is hashed."""
    wanted = folder.expanduser().absolute()
    try:
        files = model_files(wanted)
        made = SpeechModel(wanted, model_digest(files))
    except EvidenceKitError as error:
        raise UsageError(error.what, item=str(folder), todo=error.todo) from None
    except OSError as error:
        raise UsageError(
            f"The model cannot be read ({error.strerror}).", item=str(folder), todo="Check the folder's permissions."
        ) from None
    home.choose({_KEY: {"folder": str(wanted), "sha256": made.sha256, "files": _stamps(files)}})
    return made


def forget_model(home: Home) -> None:
    """Use none any more."""
    home.choose({_KEY: None})


def model_in_use(home: Home) -> SpeechModel | None:
    """The model that was pointed to; None when there is none. One whose files changed since is hashed again."""
    kept: Any = home.settings().get(_KEY)
    if not isinstance(kept, Mapping) or not kept.get("folder"):
        return None
    folder = Path(str(kept["folder"]))
    try:
        files = model_files(folder)
        if _stamps(files) == kept.get("files"):
            return SpeechModel(folder, str(kept.get("sha256")))
        return use_model(home, folder)
    except (EvidenceKitError, OSError):
        return None


def what_is_missing(home: Home) -> str:
    """What transcribing lacks on this computer and how to get it, in a sentence or two; “” when nothing is missing."""
    if not engine_version():
        return f"Transcribing needs {ENGINE}, which is not installed. {GET_ENGINE}"
    if model_in_use(home) is not None:
        return ""
    kept: Any = home.settings().get(_KEY)
    if isinstance(kept, Mapping) and kept.get("folder"):
        return "The speech model is no longer in the folder that was pointed to. Point to it again."
    return f"Transcribing needs a speech model. {GET_MODEL}"


def _stamps(files: list[Path]) -> list[list[str | int]]:
    return [[each.name, each.stat().st_size, each.stat().st_mtime_ns] for each in files]
