"""Points in the binary forms in which maps are kept in databases.

Sources: OGC 06-103r4 (well-known binary), OGC 12-128r18 (GeoPackage), SpatiaLite's BLOB-Geometry,
PostGIS (EWKB).
"""

from __future__ import annotations

import math
import struct

_ENVELOPES = (0, 32, 48, 48, 64)  # bytes, by what a GeoPackage's flags say
_SRID = 0x20000000
_DEEPEST = 4


def first_point(data: bytes) -> tuple[float, float] | None:
    """The first point (x, y) of a geometry; None for what is none, or empty."""
    if data[:2] == b"GP" and len(data) >= 8:
        envelope = data[3] >> 1 & 7
        return _known(data, 8 + _ENVELOPES[envelope]) if envelope < len(_ENVELOPES) else None
    if data[:1] == b"\0" and data[1:2] in (b"\0", b"\1") and data[38:39] == b"\x7c" and data[-1:] == b"\xfe":
        return _pair(data, 6, "<" if data[1] else ">")
    return None


def well_known(data: bytes) -> tuple[float, float] | None:
    """The first point of a geometry that is nothing but well-known binary; None for what is none, or empty. Any bytes
    may look like it: ask only where something says that it is a geometry."""
    return _known(data, 0) if data[:1] in (b"\0", b"\1") else None


def _known(data: bytes, at: int, deep: int = 0) -> tuple[float, float] | None:
    if len(data) < at + 9 or data[at] > 1 or deep > _DEEPEST:
        return None
    order = "<" if data[at] else ">"
    (kind,) = struct.unpack_from(order + "I", data, at + 1)
    at += 9 if kind & _SRID else 5
    kind = (kind & 0xFFFF) % 1000
    if kind == 1:
        return _pair(data, at, order)
    if kind == 2:  # a line: how many points
        return _pair(data, at + 4, order)
    if kind == 3:  # rings, then points
        return _pair(data, at + 8, order)
    return _known(data, at + 4, deep + 1) if kind in (4, 5, 6, 7) else None


def _pair(data: bytes, at: int, order: str) -> tuple[float, float] | None:
    if len(data) < at + 16:
        return None
    x, y = struct.unpack_from(order + "dd", data, at)
    if not (math.isfinite(x) and math.isfinite(y)) or not (x or y) or max(abs(x), abs(y)) > 4e7:
        return None
    return (x, y) if min(abs(x), abs(y)) > 1e-9 else None
