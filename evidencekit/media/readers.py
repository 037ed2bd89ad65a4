"""Every reader there is. A new kind of evidence is one file, one entry here, one mirrored test.

There is no plug-in discovery: an evidence tool loads no code it happens to find.
"""

from __future__ import annotations

from evidencekit.media.audio import AudioReader
from evidencekit.media.document import DocumentReader
from evidencekit.media.email import EmailReader
from evidencekit.media.image import ImageReader
from evidencekit.media.messages.reader import MessagesReader
from evidencekit.media.other import OtherReader
from evidencekit.media.protocol import Reader
from evidencekit.media.text import TextReader

READERS: tuple[Reader, ...] = (
    ImageReader(),
    AudioReader(),
    DocumentReader(),
    EmailReader(),
    MessagesReader(),
    TextReader(),
    OtherReader(),
)


def reader_for(media_type: str, form: str = "") -> Reader:
    """The reader of a form, else of a media type; the last one, ``other``, takes what no other does."""
    if form:
        found = next((reader for reader in READERS if form in reader.forms), None)
        if found is not None:
            return found
    return next((reader for reader in READERS if media_type in reader.media_types), READERS[-1])
