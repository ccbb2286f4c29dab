"""The trader's page: its commands run, its example is valid, its tables name what there is."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from rs.cli.main import app
from rs.exchange.blanks import FIELDS, todo_of
from rs.exchange.listing import write_draft
from rs.exchange.schema import check_listing, listing_schema


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "trader.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def test_commands_and_snippet_run(
    page: str, site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.rename(site.parent / "rs-demo")
    monkeypatch.chdir(site.parent)
    # the second block, about signatures, is run by tests/docs
    lines = [line.removeprefix("$ rs ") for line in blocks(page, "console")[0].splitlines()]
    assert lines[0] == "demo" and len(lines) == 5
    for line in lines[1:]:
        told = CliRunner().invoke(app, line.split())
        assert told.exit_code == 0, (line, told.output)
    (snippet,) = blocks(page, "python")
    exec(compile(snippet, "docs/trader.md", "exec"), {})
    assert capsys.readouterr().out.count("/price_plans") == 2


def test_the_example_fills_in_a_draft(page: str, published_site: Path, tmp_path: Path) -> None:
    draft: dict[str, Any] = copy.deepcopy(write_draft(published_site, "turbidity", tmp_path / "draft.json")[1])
    (example,) = blocks(page, "json")
    draft.update(json.loads(example))
    check_listing(draft, "docs/trader.md")
    assert todo_of(draft) == ["/sample", "/quality/evidence/zh", "/quality/limits/zh"]


def test_tables_name_every_field(page: str) -> None:
    named = set(re.findall(r"`/?([a-z_/]+)`", page))
    plumbing = {"schema", "id", "version", "status", "description"}
    asked = {field[1:] for field in FIELDS}
    assert set(listing_schema()["properties"]) - plumbing <= named
    assert asked <= named
