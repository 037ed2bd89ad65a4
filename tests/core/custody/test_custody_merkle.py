from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from evidencekit.custody.merkle import Tree, leaf_hash, node_hash


def slow_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(slow_root(leaves[:k]), slow_root(leaves[k:]))


@given(st.lists(st.binary(max_size=20), max_size=70))
def test_root_is_the_one_of_the_standard(lines: list[bytes]) -> None:
    tree, leaves = Tree(), [leaf_hash(line) for line in lines]
    for leaf in leaves:
        tree.add(leaf)
    assert tree.size == len(lines)
    assert tree.root() == slow_root(leaves)


def test_known_answer_of_certificate_transparency() -> None:
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    tree = Tree()
    for line in data:
        tree.add(leaf_hash(bytes.fromhex(line)))
    assert tree.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_a_copy_grows_by_itself() -> None:
    tree = Tree()
    tree.add(leaf_hash(b"a"))
    twin = tree.copy()
    twin.add(leaf_hash(b"b"))
    assert (tree.size, twin.size) == (1, 2)
    assert tree.root() == leaf_hash(b"a")
