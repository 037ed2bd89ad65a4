"""The laws of the house that a linter cannot see."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("PySide6", "sqlalchemy", "alembic", "PIL", "av", "numpy", "typst", "pikepdf", "pypdf", "pypdfium2", "openpyxl")


def loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_loads_nothing_heavy() -> None:
    assert not loaded_by("from evidencekit.cli import build; build()") & set(HEAVY)


@pytest.mark.parametrize("module", ["evidencekit.demo.tour", "evidencekit.binder.build", "evidencekit.intake"])
def test_the_main_job_never_loads_qt(module: str) -> None:
    assert "PySide6" not in loaded_by(f"import {module}")


def test_python_m_is_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "evidencekit", "--help"], capture_output=True, text=True, check=True)
    for command in ("new", "add", "items", "item", "describe", "note", "party", "milestone", "incident", "chronology",
                    "exhibit", "withdraw", "status", "arrange", "exhibits", "binder", "custody", "search", "reread",
                    "verify", "demo", "app"):  # fmt: skip
        assert f"\n  {command} " in done.stdout, command
