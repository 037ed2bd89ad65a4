"""HTML of mails and saved pages as plain words. Nothing is rendered, run or fetched."""

from __future__ import annotations

import codecs
import html as entities
import re

_BLOCKS = re.compile(r"</?(?:p|div|tr|table|h[1-6]|li|ul|ol|blockquote|pre|hr|dt|dd|section|article)\b[^>]*>", re.I)
_BREAK = re.compile(r"<br\b[^>]*>", re.I)
_CELL = re.compile(r"</t[dh]>", re.I)
_TAG = re.compile(r"<[^>]*>")
_REMOTE = re.compile(
    r"""(?:\b(?:src|background|poster|srcset|data)\s*=\s*["']?|url\(\s*["']?|@import\s+["'])\s*((?:https?:)?//[^\s"'<>)]{1,500})""",
    re.I,
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.I)
_KEPT = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "td",
        "th",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "hr",
        "dt",
        "dd",
        "section",
        "article",
    ]
)
_CHARACTER_SETS = (
    "utf-8",
    "iso8859",
    "cp",
    "ascii",
    "koi8",
    "gb",
    "big5",
    "euc",
    "shift_jis",
    "iso2022",
    "mac-",
    "hz",
    "johab",
    "tis-620",
)
_MOST_REFERENCES = 200
_FORMATTED_TAGS = """a b strong i em u s del ins mark small sub sup code kbd samp tt span caption thead tbody tfoot
figure figcaption details summary address main nav header footer aside q cite img"""
_FORMATTED = frozenset(_FORMATTED_TAGS.split())
_TITLE = re.compile(r"<title\b[^>]*>([^<]{0,1000})", re.I)
_ACTIVE = (
    ("script", re.compile(r"<script\b|\bjavascript\s*:", re.I)),
    ("script", re.compile(r"<[A-Za-z][^<>]{0,2000}?\son[a-z]{3,20}\s*=", re.I)),
    ("frame", re.compile(r"<(?:iframe|frame)\b", re.I)),
    ("form", re.compile(r"<form\b", re.I)),
    ("embedded object", re.compile(r"<(?:object|embed|applet)\b", re.I)),
    ("redirection", re.compile(r"<meta\b[^<>]{0,500}http-equiv\s*=\s*[\"']?refresh", re.I)),
)


def text_of(markup: str) -> tuple[str, list[str]]:
    """The words, one block a line, and the remote references that a viewer would have fetched."""
    import nh3

    markup = markup.encode("utf-8", "replace").decode("utf-8")  # no lone surrogates, which nh3 refuses
    remote = list(dict.fromkeys(_REMOTE.findall(markup)))[:_MOST_REFERENCES]
    # What lies inside these is never words.
    safe = nh3.clean(
        markup,
        tags=set(_KEPT),
        attributes={},
        clean_content_tags={"script", "style", "head", "title", "template", "noscript", "svg", "math"},
        strip_comments=True,
        link_rel=None,
    )
    safe = re.sub(r"[ \t\r\n\f]+", " ", safe)
    safe = _BREAK.sub("\n", safe)
    safe = _CELL.sub("\t", safe)
    safe = _BLOCKS.sub("\n", safe)
    text = entities.unescape(_TAG.sub("", safe)).replace("\0", "").replace("\xa0", " ")
    lines = [re.sub(r" *\t *", "\t", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"), remote


def sanitised(markup: str) -> str:
    """The page with its headings, lists, tables and links, and without anything that acts or is fetched: no scripts,
    no styles, no sources of pictures, whose alternative words stay."""
    import nh3

    return nh3.clean(
        markup.encode("utf-8", "replace").decode("utf-8"),
        tags=set(_KEPT | _FORMATTED),
        attributes={
            "a": {"href"},
            "td": {"colspan", "rowspan"},
            "th": {"colspan", "rowspan"},
            "ol": {"start"},
            "img": {"alt"},
        },
        url_schemes={"http", "https", "mailto", "tel"},
        clean_content_tags={"script", "style", "head", "title", "template", "noscript", "svg", "math"},
        strip_comments=True,
        link_rel=None,
    )


def title_of(markup: str) -> str:
    """The page's title; “” when it has none."""
    found = _TITLE.search(markup)
    return entities.unescape(found[1]).strip() if found else ""


def active_content(markup: str) -> list[str]:
    """The sorted kinds of what could act when a browser opens the page."""
    return sorted({kind for kind, sign in _ACTIVE if sign.search(markup)})


def declared_encoding(raw: bytes) -> str | None:
    """The encoding a page declares in its first KiB, when Python knows it and no byte-order mark says otherwise."""
    found = _CHARSET.search(raw[:1024])
    if found is None or raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    return charset(found[1].decode("ascii"))


def charset(name: str) -> str | None:
    """Python's name of a character set that can hold a text; None for what is none (``hex``, ``idna``)."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return known if known.startswith(_CHARACTER_SETS) else None
