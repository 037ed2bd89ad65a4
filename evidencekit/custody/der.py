"""Reading DER (X.690), as much of it as a time-stamp needs: elements one after the other, without copies.

Order within sets is not asked for: the certificates of many authorities' replies stand unsorted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INTEGER, OCTETS, OID, UTF8, TIME, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x0C, 0x18, 0x30, 0x31


class BadDer(ValueError):  # noqa: N818 — a verdict on data, caught where it is read
    """The bytes are not the DER that belongs there."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its ``tag``, its ``value`` and the ``whole`` of it, header included."""

    tag: int
    value: bytes
    whole: bytes

    def parts(self, tag: int | None = None) -> list[Element]:
        """The elements within; ``tag`` is what this one must be. Raises :class:`BadDer`."""
        if tag is not None and self.tag != tag:
            raise BadDer(f"an element has the tag {self.tag:#04x} and should have {tag:#04x}")
        return list(_elements(self.value))

    def number(self) -> int:
        """An integer. Raises :class:`BadDer`."""
        if self.tag != INTEGER or not 0 < len(self.value) <= 64:
            raise BadDer("a number is none")
        return int.from_bytes(self.value, signed=True)

    def oid(self) -> str:
        """An object identifier, dotted. Raises :class:`BadDer`."""
        if self.tag != OID or not 0 < len(self.value) <= 64 or self.value[-1] & 0x80:
            raise BadDer("an object identifier is none")
        numbers, number = [], 0
        for byte in self.value:
            number = number << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(number)
                number = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def element(data: bytes) -> Element:
    """The one element that the bytes are. Raises :class:`BadDer`."""
    found = list(_elements(data))
    if len(found) != 1:
        raise BadDer("it is not one element")
    return found[0]


def _elements(data: bytes) -> Iterator[Element]:
    at = 0
    while at < len(data):
        start, length = _header(data, at)
        if start + length > len(data):
            raise BadDer("it is cut off")
        yield Element(data[at], data[start : start + length], data[at : start + length])
        at = start + length


def _header(data: bytes, at: int) -> tuple[int, int]:
    """Where the value of the element at ``at`` begins, and its length."""
    if len(data) < at + 2 or data[at] & 0x1F == 0x1F:
        raise BadDer("it is cut off, or has a tag that is not met here")
    first = data[at + 1]
    if first < 0x80:
        return at + 2, first
    count = first & 0x7F
    length = int.from_bytes(data[at + 2 : at + 2 + count])
    if not 0 < count <= 4 or len(data) < at + 2 + count or length < 0x80 or length >> 8 * (count - 1) == 0:
        raise BadDer("a length is not as DER writes it")
    return at + 2 + count, length
