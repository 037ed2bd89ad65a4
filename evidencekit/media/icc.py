"""The name of a colour profile. Source: ICC.1:2022 (desc as multiLocalizedUnicodeType), ICC.1:2001-04 (as text)."""

from __future__ import annotations

_LONGEST = 512


def profile_name(icc: bytes) -> str:
    """What the profile calls itself (“Display P3”), or an empty text when it is none or says nothing."""
    if len(icc) < 132 or icc[36:40] != b"acsp":
        return ""
    for entry in range(min(int.from_bytes(icc[128:132]), 200)):
        at = 132 + 12 * entry
        if icc[at : at + 4] == b"desc":
            start, length = int.from_bytes(icc[at + 4 : at + 8]), int.from_bytes(icc[at + 8 : at + 12])
            return _text(icc[start : start + min(length, 64 * 1024)])
    return ""


def _text(body: bytes) -> str:
    if body[:4] == b"desc":
        length = min(int.from_bytes(body[8:12]), _LONGEST)
        return body[12 : 12 + length].partition(b"\0")[0].decode("latin-1").strip()
    if body[:4] == b"mluc" and len(body) >= 28:
        length, start = int.from_bytes(body[20:24]), int.from_bytes(body[24:28])
        return body[start : start + min(length, _LONGEST)].decode("utf-16-be", "replace").strip("\0 ")
    return ""
