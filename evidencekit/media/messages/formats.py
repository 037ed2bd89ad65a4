"""Every format of export there is; the first whose form fits is taken."""

from __future__ import annotations

from evidencekit.media.messages.collected import Format

FORMATS: tuple[Format, ...] = ()
