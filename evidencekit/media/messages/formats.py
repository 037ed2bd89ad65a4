"""Every format of export there is; the first whose form fits is taken."""

from __future__ import annotations

from evidencekit.media.messages.collected import Format
from evidencekit.media.messages.sms import SMS

FORMATS: tuple[Format, ...] = (SMS,)
