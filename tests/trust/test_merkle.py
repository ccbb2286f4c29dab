"""Merkle trees: the eight leaves every implementation is checked with, and the RFC's own definition."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rs.errors import UsageError
from rs.trust import merkle
from rs.trust.merkle import Node, consistency_proof, inclusion_proof, root, verify_consistency, verify_inclusion

# leaves, roots and proofs of certificate-transparency's reference tests
LEAVES = [
    bytes.fromhex(x)
    for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
MOST = 300
MANY = tuple(f"leaf {n}".encode() for n in range(MOST))


def store_of(leaves: Sequence[bytes]) -> tuple[dict[tuple[int, int], bytes], Node]:
    """The complete subtrees of leaves, filled one leaf at a time as a register does."""
    known: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        return known[level, index]

    for size, data in enumerate(leaves):
        for level, index, made in merkle.completed(size, merkle.leaf_hash(data), node):
            assert (level, index) not in known
            known[level, index] = made
    return known, node


KNOWN, NODE = store_of(MANY)


# MTH, PATH and PROOF as RFC 6962 section 2.1 writes them, on slices of the list
def mth(d: tuple[bytes, ...]) -> bytes:
    if not d:
        return hashlib.sha256(b"").digest()
    if len(d) == 1:
        return hashlib.sha256(b"\x00" + d[0]).digest()
    k = below(len(d))
    return hashlib.sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: tuple[bytes, ...]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = below(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: tuple[bytes, ...], whole: bool) -> list[bytes]:
    if m == len(d):
        return [] if whole else [mth(d)]
    k = below(len(d))
    if m <= k:
        return [*subproof(m, d[:k], whole), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


@cache
def root_of(size: int) -> bytes:
    return mth(MANY[:size])


sizes = st.integers(1, MOST)
places = sizes.flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size)))
pairs = sizes.flatmap(lambda size: st.tuples(st.integers(1, size), st.just(size)))


def test_roots_of_the_eight_leaves() -> None:
    _, node = store_of(LEAVES)
    assert [root(size, node).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_in_the_eight_leaves(index: int, size: int) -> None:
    _, node = store_of(LEAVES)
    proof = inclusion_proof(index, size, node)
    assert [x.hex() for x in proof] == INCLUSION[index, size]
    assert verify_inclusion(merkle.leaf_hash(LEAVES[index]), index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_of_the_eight_leaves(old: int, new: int) -> None:
    _, node = store_of(LEAVES)
    proof = consistency_proof(old, new, node)
    assert [x.hex() for x in proof] == CONSISTENCY[old, new]
    assert verify_consistency(old, new, proof, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))


@given(st.integers(0, MOST))
def test_root_is_the_definition(size: int) -> None:
    assert root(size, NODE) == root_of(size)


@given(places)
def test_inclusion_is_the_definition(place: tuple[int, int]) -> None:
    index, size = place
    proof = inclusion_proof(index, size, NODE)
    assert proof == path(index, MANY[:size])
    assert verify_inclusion(merkle.leaf_hash(MANY[index]), index, size, proof, root_of(size))


@given(pairs)
def test_consistency_is_the_definition(pair: tuple[int, int]) -> None:
    old, new = pair
    proof = consistency_proof(old, new, NODE)
    assert proof == subproof(old, MANY[:new], True)
    assert verify_consistency(old, new, proof, root_of(old), root_of(new))


def test_every_small_tree_by_every_proof() -> None:
    for size in range(1, 40):
        for index in range(size):
            proof = inclusion_proof(index, size, NODE)
            leaf = merkle.leaf_hash(MANY[index])
            found = [n for n in range(size + 1) if verify_inclusion(leaf, n, size, proof, root_of(size))]
            assert found == [index]
        for old in range(size + 1):
            proof = consistency_proof(old, size, NODE)
            assert verify_consistency(old, size, proof, root_of(old), root_of(size))


@given(places, st.data())
def test_damaged_inclusion_is_refused(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    leaf, proof = merkle.leaf_hash(MANY[index]), inclusion_proof(index, size, NODE)
    for broken in damaged(proof, data):
        assert not verify_inclusion(leaf, index, size, broken, root_of(size))
    assert not verify_inclusion(flipped(leaf, data), index, size, proof, root_of(size))
    assert not verify_inclusion(leaf, index, size, proof, flipped(root_of(size), data))
    other = data.draw(st.integers(-1, size).filter(lambda n: n != index))
    assert not verify_inclusion(leaf, other, size, proof, root_of(size))


@given(pairs, st.data())
def test_damaged_consistency_is_refused(pair: tuple[int, int], data: st.DataObject) -> None:
    old, new = pair
    before, after, proof = root_of(old), root_of(new), consistency_proof(old, new, NODE)
    for broken in damaged(proof, data):
        assert not verify_consistency(old, new, broken, before, after)
    assert not verify_consistency(old, new, proof, flipped(before, data), after)
    assert not verify_consistency(old, new, proof, before, flipped(after, data))
    if old != new:
        assert not verify_consistency(old, new, proof, after, before)
        assert not verify_consistency(new, old, proof, after, before)


def damaged(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    """Copies of a proof with one thing wrong each."""
    extra = data.draw(st.sampled_from([b"", b"\0" * 31, b"\0" * 32, *proof]))
    at = data.draw(st.integers(0, len(proof)))
    copies = [[*proof[:at], extra, *proof[at:]]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        copies += [proof[:at] + proof[at + 1 :], [*proof[:at], flipped(proof[at], data), *proof[at + 1 :]]]
        copies += [[*proof[:at], proof[at][:-1], *proof[at + 1 :]]]
    return copies


def flipped(value: bytes, data: st.DataObject) -> bytes:
    bit = data.draw(st.integers(0, 255))
    return bytes(x ^ (1 << bit % 8 if n == bit // 8 else 0) for n, x in enumerate(value))


@given(
    st.integers(-2, 2**70), st.integers(-2, 2**70), st.lists(st.binary(max_size=33), max_size=5),
    st.binary(max_size=33), st.binary(max_size=33),
)  # fmt: skip
def test_nothing_made_up_verifies(index: int, size: int, proof: list[bytes], leaf: bytes, top: bytes) -> None:
    # (0, 1) with leaf == root is the one true statement that chance could hit
    assert not verify_inclusion(leaf, index, size, proof, top) or leaf == top
    assert not verify_consistency(index, size, proof, leaf, top) or leaf == top


def test_the_empty_tree_starts_every_tree_only_under_its_own_root() -> None:
    empty, one = root(0, NODE), root(1, NODE)
    assert verify_consistency(0, 0, [], empty, empty)
    assert verify_consistency(0, 1, [], empty, one)
    assert not verify_consistency(0, 1, [], one, one)
    assert not verify_consistency(0, 0, [], one, one)
    assert not verify_consistency(0, 1, [one], empty, one)
    assert not verify_inclusion(empty, 0, 0, [], empty)


def test_a_million_leaves_need_few_nodes() -> None:
    asked: list[tuple[int, int]] = []

    def node(level: int, index: int) -> bytes:
        asked.append((level, index))
        return merkle.leaf_hash(f"{level} {index}".encode())

    size = 1_048_575
    for ask in (
        lambda: root(size, node),
        lambda: inclusion_proof(524_288, size, node),
        lambda: consistency_proof(777_777, size, node),
        lambda: merkle.completed(size, b"\0" * 32, node),
    ):
        asked.clear()
        ask()
        assert 0 < len(asked) <= 40
        assert all((index + 1) << level <= size for level, index in asked)


@pytest.mark.parametrize("size", [-1, 2**63])
def test_sizes_that_no_tree_has(size: int) -> None:
    for ask in (
        lambda: root(size, NODE),
        lambda: inclusion_proof(0, size, NODE),
        lambda: consistency_proof(0, size, NODE),
        lambda: merkle.completed(size, b"", NODE),
    ):
        with pytest.raises(UsageError):
            ask()


def test_leaves_and_trees_that_are_not_there() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(UsageError, match="has no leaf"):
            inclusion_proof(index, size, NODE)
    for old, new in ((4, 3), (-1, 3)):
        with pytest.raises(UsageError, match="does not hold"):
            consistency_proof(old, new, NODE)
