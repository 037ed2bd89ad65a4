"""Every format of export there is; the first whose form fits is taken."""

from __future__ import annotations

from evidencekit.media.messages.carrier import CALL_DETAIL
from evidencekit.media.messages.collected import Format
from evidencekit.media.messages.google_chat import CHAT as GOOGLE_CHAT
from evidencekit.media.messages.google_chat import HANGOUTS
from evidencekit.media.messages.google_voice import VOICE as GOOGLE_VOICE
from evidencekit.media.messages.imessage_html import HTML as IMESSAGE_HTML
from evidencekit.media.messages.imessage_text import TEXT as IMESSAGE_TEXT
from evidencekit.media.messages.meta import ENCRYPTED as META_ENCRYPTED
from evidencekit.media.messages.meta import MESSENGER as META_JSON
from evidencekit.media.messages.meta_html import HTML as META_HTML
from evidencekit.media.messages.signal import SIGNAL_JSON, SIGNAL_MD, SIGNAL_TXT
from evidencekit.media.messages.sms import SMS
from evidencekit.media.messages.whatsapp import WHATSAPP

FORMATS: tuple[Format, ...] = (
    SMS,
    WHATSAPP,
    SIGNAL_JSON,
    SIGNAL_MD,
    SIGNAL_TXT,
    IMESSAGE_TEXT,
    IMESSAGE_HTML,
    META_JSON,
    META_ENCRYPTED,
    META_HTML,
    GOOGLE_CHAT,
    HANGOUTS,
    GOOGLE_VOICE,
    CALL_DETAIL,
)
