"""File formats, codecs and the places a time was read from, in words for people; the technical name stands beside."""

from __future__ import annotations

import re

from evidencekit.model import Kind, Zone

KINDS = {
    Kind.IMAGE: "Image",
    Kind.AUDIO: "Audio recording",
    Kind.VIDEO: "Video recording",
    Kind.DOCUMENT: "Document",
    Kind.EMAIL: "E-mail",
    Kind.MESSAGES: "Messages",
    Kind.ARCHIVE: "Archive",
    Kind.OTHER: "File",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_FORMATS = {
    "image/png": "PNG image",
    "image/jpeg": "JPEG image",
    "image/gif": "GIF image",
    "image/webp": "WebP image",
    "image/tiff": "TIFF image",
    "image/bmp": "BMP image",
    "image/heic": "HEIC image",
    "image/heif": "HEIF image",
    "image/avif": "AVIF image",
    "image/jp2": "JPEG 2000 image",
    "image/j2c": "JPEG 2000 image",
    "image/jxl": "JPEG XL image",
    "image/x-canon-cr3": "Canon raw image",
    "image/svg+xml": "SVG drawing",
    "audio/wav": "WAV audio",
    "audio/mpeg": "MP3 audio",
    "audio/mp4": "MPEG-4 audio",
    "audio/3gpp": "3GP audio",
    "audio/3gpp2": "3GP2 audio",
    "audio/quicktime": "QuickTime audio",
    "audio/aac": "AAC audio",
    "audio/amr": "AMR audio",
    "audio/amr-wb": "AMR wide-band audio",
    "audio/ogg": "Ogg audio",
    "audio/flac": "FLAC audio",
    "audio/x-caf": "Core Audio file",
    "audio/aiff": "AIFF audio",
    "audio/basic": "Sun/NeXT audio",
    "audio/x-ms-wma": "Windows Media audio",
    "audio/x-matroska": "Matroska audio",
    "audio/webm": "WebM audio",
    "audio/midi": "MIDI music",
    "video/mp4": "MPEG-4 video",
    "video/quicktime": "QuickTime video",
    "video/3gpp": "3GP video",
    "video/3gpp2": "3GP2 video",
    "video/x-msvideo": "AVI video",
    "video/x-ms-wmv": "Windows Media video",
    "video/x-matroska": "Matroska video",
    "video/webm": "WebM video",
    "video/mpeg": "MPEG video",
    "video/mp2t": "MPEG transport stream",
    "application/pdf": "PDF document",
    _OFFICE + "wordprocessingml.document": "Word document",
    _OFFICE + "spreadsheetml.sheet": "Excel workbook",
    _OFFICE + "presentationml.presentation": "PowerPoint presentation",
    _OPEN + "text": "OpenDocument text",
    _OPEN + "spreadsheet": "OpenDocument spreadsheet",
    _OPEN + "presentation": "OpenDocument presentation",
    "application/msword": "Word document, 97-2003",
    "application/vnd.ms-excel": "Excel workbook, 97-2003",
    "application/vnd.ms-powerpoint": "PowerPoint presentation, 97-2003",
    "application/vnd.ms-outlook": "Outlook message",
    "application/rtf": "Rich Text document",
    "text/html": "Web page",
    "text/plain": "Plain text",
    "text/csv": "Table of comma-separated values",
    "text/tab-separated-values": "Table of tab-separated values",
    "text/markdown": "Markdown text",
    "text/vcard": "Contact card",
    "text/calendar": "Calendar entry",
    "application/xml": "XML data",
    "application/json": "JSON data",
    "message/rfc822": "E-mail message",
    "application/mbox": "Mailbox",
    "application/zip": "ZIP archive",
    "application/vnd.sqlite3": "SQLite database",
    "application/x-empty": "Empty file",
    "application/octet-stream": "File of unknown type",
}
_CODECS = {
    "aac": "AAC",
    "aac_latm": "AAC",
    "alac": "Apple Lossless",
    "amr_nb": "AMR narrow-band",
    "amr_wb": "AMR wide-band",
    "flac": "FLAC",
    "flv1": "Sorenson H.263",
    "gsm": "GSM 6.10",
    "h263": "H.263",
    "h264": "H.264 (AVC)",
    "hevc": "H.265 (HEVC)",
    "gsm_ms": "GSM 6.10",
    "mjpeg": "Motion JPEG",
    "mp2": "MP2",
    "mp3": "MP3",
    "mpeg2video": "MPEG-2 video",
    "mpeg4": "MPEG-4 Visual",
    "opus": "Opus",
    "pcm_alaw": "PCM, A-law",
    "pcm_mulaw": "PCM, µ-law",
    "speex": "Speex",
    "vorbis": "Vorbis",
    "vp8": "VP8",
    "vp9": "VP9",
    "wmav2": "Windows Media Audio 2",
}
_PCM = re.compile(r"pcm_([suf])(\d+)(?:le|be)?")
_ZONES = {
    Zone.STATED: "zone stated in the file",
    Zone.ASSUMED: "zone assumed",
    Zone.NONE: "no zone in the file",
}
# How a basis begins → what it means; “{}” is what follows. A binder is filed: where a satellite fixed the time, the
# tags that hold the place are not named.
_BASES: tuple[tuple[str, str], ...] = (
    ("exif GPS", "satellite time in the picture’s own data (EXIF)"),
    ("exif DateTimeOriginal", "taken from the picture’s own data (EXIF DateTimeOriginal{})"),
    ("exif DateTimeDigitized", "when it was digitized, from the picture’s own data (EXIF DateTimeDigitized{})"),
    ("exif DateTime", "when the file was last changed, from the picture’s own data (EXIF DateTime{})"),
    ("exif ", "taken from the picture’s own data (EXIF {})"),
    ("xmp ", "taken from the file’s own data (XMP {})"),
    ("png tIME", "when the file was last changed, from the picture’s own data (PNG tIME){}"),
    ("png text ", "taken from the picture’s own data (PNG text “{}”)"),
    ("pdf info /CreationDate", "when the PDF file was made, from its own data (PDF CreationDate{})"),
    ("pdf info /ModDate", "when the PDF file was last changed, from its own data (PDF ModDate{})"),
    ("mail Date, the sender's claim", "the time the sender’s program claims (e-mail header Date){}"),
    ("mail Received", "when a mail server received it (e-mail header Received{})"),
    ("mvhd creation time", "container creation time (mvhd){}"),
    ("mvhd modification time", "container modification time (mvhd){}"),
    ("container tag ", "taken from the recording’s own data (container tag {})"),
    ("stream tag ", "taken from the recording’s own data (stream tag {})"),
)


def format_words(kind: Kind, media_type: str) -> str:
    """“MPEG-4 audio (audio/mp4)”; a type without a common name goes by its kind: “Image (image/x-odd)”."""
    return f"{_FORMATS.get(media_type, KINDS[kind])} ({media_type})"


def basis_words(basis: str, zone: Zone) -> str:
    """How a moment is known, and its zone: “taken from the picture’s own data (EXIF DateTimeOriginal); zone stated in
    the file”. A basis that has no words here is printed as it is."""
    for start, words in _BASES:
        if basis.startswith(start):
            told = words.format(basis[len(start) :])
            break
    else:
        told = basis
    return told if "UTC by the format" in told else f"{told}; {_ZONES[zone]}"


def codec_words(name: str) -> str:
    """“MP3”, “PCM, 16 bit”; an unknown codec by its own name."""
    pcm = _PCM.fullmatch(name)
    if pcm:
        return f"PCM, {pcm[2]} bit" + (" floating point" if pcm[1] == "f" else "")
    return _CODECS.get(name, name)


def rate_words(hertz: float) -> str:
    """“44.1 kHz”, “8 kHz”."""
    return f"{hertz / 1000:g} kHz" if hertz >= 1000 else f"{hertz:g} Hz"


def channel_words(count: int) -> str:
    """“1 (mono)”, “2 (stereo)”, “6”."""
    return {1: "1 (mono)", 2: "2 (stereo)"}.get(count, str(count))
