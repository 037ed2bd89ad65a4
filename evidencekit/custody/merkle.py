"""The Merkle tree head of RFC 9162 section 2.1, kept as its frontier: O(log n) memory for any number of leaves."""

from __future__ import annotations

import hashlib


def leaf_hash(line: bytes) -> bytes:
    """SHA-256(0x00 ‖ line), the line without its LF."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """An append-only tree. ``size`` leaves so far; ``root()`` its head; the empty tree's head is SHA-256 of nothing."""

    def __init__(self) -> None:
        self.size = 0
        self._frontier: list[tuple[int, bytes]] = []  # (height, head) of full subtrees, tallest first

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash (32 bytes)."""
        height, head = 0, leaf
        while self._frontier and self._frontier[-1][0] == height:
            head = node_hash(self._frontier.pop()[1], head)
            height += 1
        self._frontier.append((height, head))
        self.size += 1

    def root(self) -> bytes:
        """The tree head over all leaves (32 bytes)."""
        if not self._frontier:
            return hashlib.sha256(b"").digest()
        head = self._frontier[-1][1]
        for _, left in reversed(self._frontier[:-1]):
            head = node_hash(left, head)
        return head

    def copy(self) -> Tree:
        """An independent tree with the same leaves."""
        twin = Tree()
        twin.size, twin._frontier = self.size, list(self._frontier)
        return twin
