"""Templates, profiles, fonts, icons and licences: the one door to data files.

Works from a checkout, a wheel and a frozen app alike.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def _find(name: str) -> Traversable:
    return files(__name__).joinpath(*name.split("/"))


def text(name: str) -> str:
    """The UTF-8 text of a resource named by its path inside this package, ``profiles/default.json``."""
    return _find(name).read_text(encoding="utf-8")


def data(name: str) -> bytes:
    """The bytes of a resource."""
    return _find(name).read_bytes()


def path(name: str) -> Path:
    """A file-system path of a resource file or folder, for libraries that take nothing else."""
    found = _find(name)
    if not isinstance(found, Path):
        raise FileNotFoundError(f"{name} is not on a file system")
    return found


def names(folder: str, suffix: str = "") -> list[str]:
    """Sorted names of the resources in a folder that end in ``suffix``."""
    return sorted(entry.name for entry in _find(folder).iterdir() if entry.name.endswith(suffix))


def guide() -> Path:
    """The folder of the user's guide: ``guide.md`` and its ``pictures``. It is part of the documentation, and put
    into this package when that is built."""
    packed = _find("guide")
    if isinstance(packed, Path) and packed.is_dir():
        return packed
    return path("").resolve().parent / "docs"
