"""Every reader there is. A new kind of evidence is one file, one entry here, one mirrored test.

There is no plug-in discovery: an evidence tool loads no code it happens to find.
"""

from __future__ import annotations

from evidencekit.media.archive import ArchiveReader
from evidencekit.media.audio import AudioReader
from evidencekit.media.document import DocumentReader
from evidencekit.media.email import EmailReader
from evidencekit.media.image import ImageReader
from evidencekit.media.mbox import MboxReader
from evidencekit.media.messages.reader import MessagesReader
from evidencekit.media.msg import OutlookReader
from evidencekit.media.office import OfficeReader
from evidencekit.media.other import OtherReader
from evidencekit.media.protocol import Reader
from evidencekit.media.text import TextReader
from evidencekit.media.video import VideoReader

READERS: tuple[Reader, ...] = (
    ImageReader(),
    AudioReader(),
    VideoReader(),
    DocumentReader(),
    OfficeReader(),
    EmailReader(),
    OutlookReader(),
    MboxReader(),
    MessagesReader(),
    TextReader(),
    ArchiveReader(),
    OtherReader(),
)

# What a reader cannot do without a program of others (:mod:`evidencekit.media.outside`): (reader, work, media types;
# none for all).
_WITH_PROGRAMS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("office", "pages", frozenset()),
    ("office", "read", frozenset({"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"})),
    ("text", "pages", frozenset({"text/html", "text/markdown"})),
)


def needs_programs(reader: Reader, work: str, media_type: str) -> bool:
    """Whether ``work`` (read, pages or preview) on a file of that type needs a worker that may start programs."""
    return any(
        reader.name == name and work == what and (not types or media_type in types)
        for name, what, types in _WITH_PROGRAMS
    )


def reader_for(media_type: str, form: str = "") -> Reader:
    """The reader of a form, else of a media type; the last one, ``other``, takes what no other does."""
    if form:
        found = next((reader for reader in READERS if form in reader.forms), None)
        if found is not None:
            return found
    return next((reader for reader in READERS if media_type in reader.media_types), READERS[-1])
