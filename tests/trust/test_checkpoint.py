"""Checkpoints: one spelling each, everything else refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rs.errors import Untrusted, UsageError
from rs.trust.checkpoint import Checkpoint
from rs.trust.merkle import EMPTY

# the example of https://c2sp.org/tlog-checkpoint
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = EXAMPLE.split("\n")[2]
lines = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs",)), min_size=1, max_size=20)
checkpoints = st.builds(
    Checkpoint, lines, st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(lines).map(tuple)
)


def test_the_example_of_the_specification() -> None:
    found = Checkpoint.parse(EXAMPLE)
    assert (found.origin, found.size, found.extensions) == ("example.com/behind-the-sofa", 20852163, ())
    assert found.root.hex().startswith("0ac5186a")
    assert found.text() == EXAMPLE


@given(checkpoints)
def test_what_is_written_is_read(checkpoint: Checkpoint) -> None:
    assert Checkpoint.parse(checkpoint.text()) == checkpoint


def test_the_empty_log() -> None:
    empty = Checkpoint("here", 0, EMPTY)
    assert Checkpoint.parse(empty.text()) == empty


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n\n",
        EXAMPLE[:-1],
        EXAMPLE + "\n",
        EXAMPLE + "a\n\nb\n",
        EXAMPLE + "tab\there\n",
        EXAMPLE.replace("\n", "\r\n"),
        EXAMPLE.replace("20852163", "020852163"),
        EXAMPLE.replace("20852163", "+20852163"),
        EXAMPLE.replace("20852163", "-1"),
        EXAMPLE.replace("20852163", " 20852163"),
        EXAMPLE.replace("20852163", "2_0"),
        EXAMPLE.replace("20852163", "٣"),
        EXAMPLE.replace("20852163", "1e3"),
        EXAMPLE.replace("20852163", ""),
        EXAMPLE.replace("20852163", "9" * 19),
        EXAMPLE.replace("20852163", "9" * 5000),
        EXAMPLE.replace("20852163", "0"),
        EXAMPLE.replace("2I=", "2J="),
        EXAMPLE.replace("2I=", "2I"),
        EXAMPLE.replace("2I=", "2I=="),
        EXAMPLE.replace(ROOT, ROOT + " "),
        EXAMPLE.replace(ROOT, ROOT[:40]),
        EXAMPLE.replace(ROOT, "é" * 44),
        EXAMPLE.removeprefix("example.com/behind-the-sofa"),
        EXAMPLE.replace("sofa", "sofa\ud800"),
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(Untrusted) as found:
        Checkpoint.parse(text)
    assert found.value.where == "checkpoint"


@given(st.text(st.sampled_from("a0123456789=\n é+/"), max_size=80) | st.text())
def test_hostile_text(text: str) -> None:
    with contextlib.suppress(Untrusted):
        assert Checkpoint.parse(text).text() == text


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, EMPTY, ()),
        ("a\nb", 1, EMPTY, ()),
        ("a", -1, EMPTY, ()),
        ("a", 2**63, EMPTY, ()),
        ("a", 1, b"", ()),
        ("a", 0, b"\0" * 32, ()),
        ("a", 1, EMPTY, ("",)),
        ("a", 1, EMPTY, ("x\n",)),
    ],
)
def test_values_that_no_checkpoint_holds(origin: str, size: int, root: bytes, extensions: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        Checkpoint(origin, size, root, extensions)
