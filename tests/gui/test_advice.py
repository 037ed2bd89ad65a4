"""No advice in the app sends a person to a command line."""

from __future__ import annotations

import ast
from pathlib import Path

import evidencekit
from ui.advice import in_the_app

CORE = Path(evidencekit.__file__).parent


def spoken() -> list[str]:
    """Every text of the core, its own command line aside, that names a command."""
    found = []
    for path in CORE.rglob("*.py"):
        if "cli" in path.parts or "demo" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if ("`evidencekit " in text or " EVIDENCEKIT_" in text) and "\n" not in text:
                found.append(text)
    return found


def test_every_command_that_the_core_advises_has_words_for_the_app() -> None:
    said = spoken()
    assert len(said) > 8
    for text in said:
        assert "`evidencekit " not in in_the_app(text), text
        assert " EVIDENCEKIT_" not in in_the_app(text), text
        assert "--" not in in_the_app(text).replace("–", ""), text


def test_running_again_is_trying_again() -> None:
    assert in_the_app("Check the paths and run it again.") == "Check the paths and try again."
