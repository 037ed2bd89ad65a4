"""Tips that say what they are given: Qt takes for markup whatever looks like it, and markup can lead elsewhere."""

from __future__ import annotations

import html


def plain_tip(text: str) -> str:
    """A tip in which nothing is markup, whatever a file or person is called."""
    lines = html.escape(text).replace("\n", "<br>")
    return f"<qt>{lines}</qt>" if text else ""
