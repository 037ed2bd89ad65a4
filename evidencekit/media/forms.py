"""Files that share a media type with others, told apart by what is in them: an export of messages is XML, HTML, JSON
or plain text like any other, and only its shape says that it is one.

Each form is known by a test over the file's first 64 KiB; what a person answered goes before every test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evidencekit.model import Context


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name, the media types it may have, and the test over (first bytes, untrusted name)."""

    name: str
    media_types: frozenset[str]
    fits: Callable[[bytes, str], bool]


def form_of(media_type: str, head: bytes, untrusted_name: str, context: Context) -> str:
    """The name of the form, or “” when it is none in particular. A person's answer ``form`` decides, “plain” against
    every form."""
    from evidencekit.media.messages.formats import FORMATS

    said = context.answer("form")
    if said:
        return "" if said == "plain" else said
    for form in (each.form for each in FORMATS):
        if media_type in form.media_types and form.fits(head, untrusted_name):
            return form.name
    return ""
