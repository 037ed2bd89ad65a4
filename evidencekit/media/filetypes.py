"""What types of file there are: one row per media type, with the extensions it goes by.

Media types are those registered with IANA where one is registered, else the commonest ``x-`` name.
"""

from __future__ import annotations

from collections.abc import Iterable

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
OOXML = "application/vnd.openxmlformats-officedocument."

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "image/png": ("png", "apng"),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif", "mpo"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/tiff": ("tif", "tiff", "dng", "nef", "cr2", "arw"),
    "image/bmp": ("bmp", "dib"),
    "image/heic": ("heic", "heics", "hif"),
    "image/heif": ("heif", "heifs", "hif"),
    "image/avif": ("avif", "avifs"),
    "image/jp2": ("jp2", "jpx", "jpf", "jpm"),
    "image/j2c": ("j2c", "j2k", "jpc"),
    "image/jxl": ("jxl",),
    "image/x-canon-cr3": ("cr3",),
    "image/svg+xml": ("svg",),
    "image/vnd.adobe.photoshop": ("psd",),
    "image/x-icon": ("ico",),
    "audio/wav": ("wav", "wave"),
    "audio/mpeg": ("mp3", "mp2", "mpga"),
    "audio/mp4": ("m4a", "m4b", "m4r", "mp4"),
    "audio/3gpp": ("3gp", "3gpp", "3ga"),
    "audio/3gpp2": ("3g2", "3gpp2"),
    "audio/quicktime": ("mov", "qt", "qta"),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "audio/amr-wb": ("awb", "amr"),
    "audio/ogg": ("ogg", "oga", "opus", "spx"),
    "audio/flac": ("flac",),
    "audio/x-caf": ("caf",),
    "audio/aiff": ("aif", "aiff", "aifc"),
    "audio/basic": ("au", "snd"),
    "audio/x-ms-wma": ("wma", "asf"),
    "audio/x-matroska": ("mka",),
    "audio/webm": ("webm", "weba"),
    "audio/midi": ("mid", "midi"),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov", "qt"),
    "video/3gpp": ("3gp", "3gpp"),
    "video/3gpp2": ("3g2", "3gpp2"),
    "video/x-msvideo": ("avi",),
    "video/x-ms-wmv": ("wmv", "asf"),
    "video/x-matroska": ("mkv",),
    "video/webm": ("webm",),
    "video/mpeg": ("mpg", "mpeg", "vob"),
    "video/mp2t": ("ts", "m2ts", "mts"),
    "video/ogg": ("ogv", "ogg"),
    "video/x-flv": ("flv",),
    "application/pdf": ("pdf",),
    OOXML + "wordprocessingml.document": ("docx", "docm", "dotx"),
    OOXML + "spreadsheetml.sheet": ("xlsx", "xlsm", "xltx"),
    OOXML + "presentationml.presentation": ("pptx", "pptm", "ppsx"),
    "application/vnd.oasis.opendocument.text": ("odt", "ott"),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "application/epub+zip": ("epub",),
    "application/msword": ("doc", "dot"),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt", "pps"),
    "application/vnd.ms-outlook": ("msg",),
    "application/x-ole-storage": (),
    "application/rtf": ("rtf",),
    "text/html": ("html", "htm", "xhtml", "mht"),
    "text/plain": ("txt", "text", "log"),
    "text/csv": ("csv",),
    "text/tab-separated-values": ("tsv", "tab"),
    "text/markdown": ("md", "markdown"),
    "text/vcard": ("vcf", "vcard"),
    "text/calendar": ("ics",),
    "application/xml": ("xml", "xsd", "plist", "kml", "gpx"),
    "application/json": ("json", "geojson"),
    "message/rfc822": ("eml", "mht", "mhtml"),
    "application/mbox": ("mbox", "mbx"),
    "application/zip": ("zip",),
    "application/java-archive": ("jar", "apk"),
    "application/x-tar": ("tar",),
    "application/gzip": ("gz", "tgz"),
    "application/x-bzip2": ("bz2",),
    "application/x-xz": ("xz",),
    "application/zstd": ("zst",),
    "application/x-7z-compressed": ("7z",),
    "application/vnd.rar": ("rar",),
    "application/vnd.sqlite3": ("sqlite", "sqlite3", "db"),
    "application/postscript": ("ps", "eps", "ai"),
    "application/x-msdownload": ("exe", "dll", "sys", "scr"),
    "application/x-executable": ("elf", "so"),
    "application/x-bplist": ("plist",),
}

_WRITTEN = frozenset(
    {
        "text/plain",
        "text/csv",
        "text/tab-separated-values",
        "text/markdown",
        "text/html",
        "text/vcard",
        "text/calendar",
        "application/xml",
        "application/json",
        "message/rfc822",
        "application/mbox",
        "image/svg+xml",
    }
)
# Extensions that promise no more than "this can be read as text".
_TEXT_EXTENSIONS = [
    "txt",
    "text",
    "log",
    "csv",
    "tsv",
    "tab",
    "md",
    "markdown",
    "ini",
    "cfg",
    "conf",
    "srt",
    "vtt",
    "py",
    "js",
    "css",
    "sh",
    "bat",
    "ps1",
    "sql",
    "toml",
    "yaml",
    "yml",
]
# Phones and programs mix these up; the bytes are close enough that nobody is misled.
_KINDRED: tuple[tuple[str, ...], ...] = (
    ("heic", "heics", "heif", "heifs", "hif"),
    ("mp4", "m4a", "m4v", "m4b", "3gp", "3gpp", "3g2", "3ga", "mov", "qt"),
    ("ogg", "oga", "ogv", "opus"),
    ("mka", "mkv", "webm", "weba"),
    ("wma", "wmv", "asf"),
    ("xml", "html", "htm", "xhtml", "svg"),
    ("doc", "xls", "ppt", "msg", "dot"),
)
# A newer office document with a password is an OLE storage around it (MS-OFFCRYPTO 2.3).
_LOCKED = ("docx", "docm", "dotx", "xlsx", "xlsm", "xltx", "pptx", "pptm", "ppsx")
_OLE = ("doc", "xls", "ppt", "msg", "dot", "pps", "msi", "db", *_LOCKED)
_ZIPPED = ("docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "jar", "apk", "zip", "kmz", "pages", "numbers", "key")


def _accepted() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for media_type, extensions in EXTENSIONS.items():
        for extension in extensions:
            table.setdefault(extension, set()).add(media_type)
    for extension in _TEXT_EXTENSIONS:
        table.setdefault(extension, set()).update(_WRITTEN)
    for group in _KINDRED[:-1]:
        together = set().union(*(table[extension] for extension in group))
        for extension in group:
            table[extension] |= together
    for extension in _OLE:
        table.setdefault(extension, set()).add("application/x-ole-storage")
    for extension in _ZIPPED:
        table.setdefault(extension, set()).add("application/zip")
    for extension in ("eml", "mbox"):
        table[extension] |= {"text/plain", "message/rfc822", "application/mbox"}
    table["rtf"].add("text/plain")
    return {extension: frozenset(types) for extension, types in table.items()}


class ExtensionRules:
    """Which media types an extension may stand for."""

    def __init__(self) -> None:
        self._table = _accepted()

    def known(self) -> Iterable[str]:
        """Every extension that promises something about the content."""
        return self._table.keys()

    def matches(self, name: str, media_type: str) -> bool:
        """False only when ``name``'s extension promises a type that ``media_type`` is not.

        A name without an extension, or with one that is not in the table, promises nothing; an empty file has
        no content to contradict it.
        """
        accepted = self._table.get(extension_of(name))
        return accepted is None or media_type == EMPTY or media_type in accepted


def extension_of(name: str) -> str:
    """The extension in lower case without its dot; “” for ``README``, ``.profile`` and ``x.``."""
    base = name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    stem, dot, extension = base.rpartition(".")
    return extension.lower() if dot and stem.strip(".") else ""
