"""The page without a server: it asks no other host, its links lead to files, it speaks two languages."""

from __future__ import annotations

import hashlib
import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.catalog.sample import FOUR, items

from rs.catalog.layout import Layout
from rs.operate.page import write_page
from rs.products import products

LOADING = ("src", "href", "srcset", "action", "data", "poster")


class Page(HTMLParser):
    """Links, anchors, pictures and texts by language of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.words: dict[str, list[str]] = {"en": [], "zh": []}
        self._language: str | None = None
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.links += [str(found[name]) for name in LOADING if name in found]
        self.ids += [str(found["id"])] if "id" in found else []
        self._language = found.get("data-l")

    def handle_data(self, data: str) -> None:
        if self._language:
            self.words[self._language].append(data)
        self._language = None


@pytest.fixture(scope="module")
def page(sample: Path) -> Page:
    """The page of the sample catalogue."""
    return Page(sample / "index" / "index.html")


def test_it_asks_no_other_host(page: Page) -> None:
    assert len(page.links) > 100
    assert not [link for link in page.links if "://" in link or link.startswith(("//", "/", "data:", "javascript:"))]
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|<iframe|<script", page.text)


def test_every_link_leads_to_a_file_or_a_section(page: Page, sample: Path) -> None:
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        else:
            assert (sample / "index" / link).resolve().is_file(), link


def test_every_item_has_its_card_with_files_and_numbers(page: Page, sample: Path) -> None:
    found, told = [item for _, item in items(sample)], html.unescape(page.text)
    assert page.tags.count("article") == page.tags.count("img") == len(found) == 25
    for item in found:
        assert f"../items/{item['collection']}/{item['id']}.json" in page.links
        for asset in item["assets"].values():
            shown = asset["href"].removeprefix("../") in page.links
            assert shown or "thumbnail" in asset["roles"], (item["id"], asset["href"])
        assert f"{item['properties']['rs:valid_fraction']:.1%}" in page.text
        date = (item["properties"]["datetime"] or item["properties"]["start_datetime"])[:10]
        assert date in page.text
        for note in item["properties"]["rs:notes"]:
            assert note in told


def test_it_speaks_english_and_chinese(page: Page) -> None:
    assert len(page.words["en"]) == len(page.words["zh"]) > 100
    assert not [word for word in page.words["en"] if re.search(r"[\u4e00-\u9fff]", word)]
    assert all(re.search(r"[\u4e00-\u9fff]", word) for word in page.words["zh"])
    for product in map(products().__getitem__, FOUR):
        assert any(product.title in word for word in page.words["en"])
        assert any(product.title_zh in word for word in page.words["zh"])


def written(layout: Layout, title: str) -> Path:
    """The page of a site, written."""
    write_page(layout, layout.open_register(), title)
    return layout.index / "index.html"


def test_the_same_register_gives_the_same_page(sample: Path, tmp_path: Path) -> None:
    for name in ("items", "register"):
        (tmp_path / name).symlink_to(sample / name)
    layout = Layout(tmp_path)
    first = written(layout, "sample").read_bytes()
    assert first == written(layout, "sample").read_bytes()
    assert first == (sample / "index" / "index.html").read_bytes()


def test_an_empty_register_says_so(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    page = Page(written(layout, ""))
    assert "Nothing is published yet." in page.words["en"]
    assert "article" not in page.tags


def test_words_from_outside_are_no_markup(sample: Path, tmp_path: Path) -> None:
    """Titles and notes come from site.toml and from scenes."""
    layout = Layout(tmp_path)
    register = layout.open_register()
    facts = {e.fact.item: e.fact for e in Layout(sample).open_register().read()}
    for path, item in items(sample):
        item["properties"]["rs:notes"] = ['<img src="http://evil.example/x">']
        item["properties"]["grid:code"] = '"><script>alert(1)</script>'
        target = tmp_path / path.relative_to(sample)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(item), encoding="utf-8")
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        register.commit(replace(facts[item["id"]], item_digest=digest))
    page = Page(written(layout, "<script>alert(2)</script>"))
    assert "script" not in page.tags
    assert page.tags.count("img") == 25
    assert not [link for link in page.links if "evil" in link]
