"""The checks that departments and traders are told to run are run; every command that a guide names is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.catalog.small import Small, signed_site
from tests.cli.command import RS

from rs.cli.main import GROUPS, commands

GUIDES = ("trust.md", "department.md", "trader.md", "operator.md")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """What a consumer has: a catalogue, a delivered item, the publisher's keyring."""
    site = signed_site(tmp_path / "bay", 2)
    entry = next(site.register.read())
    (tmp_path / "delivered").mkdir()
    data = (site.root / "data" / "ndvi" / entry.fact.slot).iterdir()
    for path in (site.item(entry), site.attestation(entry), *data):
        shutil.copy(path, tmp_path / "delivered")
    shutil.copy(site.layout.keys / "keyring.json", tmp_path)
    return tmp_path


def calls(root: Path, guide: str, heading: str) -> list[str]:
    """The commands of a section."""
    text = (root / "docs" / guide).read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\$ (.+)$", section, re.MULTILINE)


def call(words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command as a shell runs it."""
    path = f"{RS.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(words, shell=True, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("guide", "heading"), [("department.md", "Check what you got"), ("trader.md", "Show that it is genuine")]
)
def test_the_three_commands(root: Path, desk: Path, guide: str, heading: str) -> None:
    listed = calls(root, guide, heading)
    assert len(listed) == 3
    for words in listed:
        done = call(words, desk)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    site = Small(desk / "bay")
    entry = next(site.register.read())
    for place in (
        *(desk / "delivered").glob("ndvi.*"),
        *(site.root / "data" / "ndvi" / entry.fact.slot).glob("ndvi.*"),
    ):
        place.write_bytes(b"other pixels")
    # every rs verify of the section notices
    for words in (words for words in listed if "verify" in words):
        assert call(words, desk).returncode == 1, words


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_a_guide_is_there(root: Path, guide: str) -> None:
    text = (root / "docs" / guide).read_text(encoding="utf-8")
    known = {row["command"] for row in commands()}
    groups = "|".join(prefix.removeprefix("rs ") for _, prefix in GROUPS if prefix != "rs")
    named = set(re.findall(rf"(?:`|^|\$ )(rs (?:(?:{groups}) )?[a-z]+)", text, re.MULTILINE))
    assert named and named <= known
