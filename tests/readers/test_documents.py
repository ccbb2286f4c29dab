"""Documents from outside: bounded JSON and XML, hrefs that stay in the folder of the scene."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import Change

from rs.core.scene import Scene
from rs.errors import BadInput, MissingPart, RsError
from rs.readers import _documents, open_scene
from rs.readers._documents import contained, read_json, read_xml

Opened = Callable[[Change], Scene]

ESCAPES = [
    "../red.tif", "sub/../../red.tif", "/etc/passwd", "/vsicurl/127.0.0.1/x.tif", "vrt:red.tif",
    "x\0.tif", "sub\\red.tif", "<VRTDataset/>", "red.tif\n", "a|b", "//host/x.tif",
    "zip/vsizip/x.tif",
]  # fmt: skip


@pytest.mark.parametrize("href", ESCAPES)
def test_an_href_that_leaves_the_folder_is_refused(opened: Opened, folder: Path, href: str) -> None:
    (folder.parent / "red.tif").write_bytes((folder / "red.tif").read_bytes())
    with pytest.raises(BadInput, match=r"is not allowed|leads out of the scene's folder") as caught:
        opened(lambda item: item["assets"]["red"].update(href=href))
    assert caught.value.where == str(folder / "item.json")


@pytest.mark.parametrize(
    "href",
    [
        "https://127.0.0.1/red.tif", "HTTP://127.0.0.1/red.tif", "s3://b/red.tif", "gs://b/red.tif", "az://b/red.tif",
        "abfs://b/red.tif", "https://x/../../red.tif",
    ],
)  # fmt: skip
def test_an_href_of_a_service_is_never_opened(opened: Opened, href: str) -> None:
    scene = opened(lambda item: item["assets"]["red"].update(href=href))
    assert scene.missing == {"red": f"listed as {href.split('://', maxsplit=1)[0].lower()} only, not held"}


@pytest.mark.parametrize(
    "href, words",
    [
        ("vrt://red.tif", "vrt is neither a service that is known .abfs, .* nor file"),
        ("zip://red.tif", "zip is neither a service"),
        ("/vsicurl/http://127.0.0.1/red.tif", "is not allowed"),
        ("vsicurl/http://127.0.0.1/../../../../etc/passwd", "leads out of the scene's folder"),
        ("../red.tif?x=http://", "leads out of the scene's folder"),
        ("file:///etc/passwd", "leads out of the scene's folder"),
        ("file://red.tif", "leads out of the scene's folder"),
        ("file://{folder}/../other/red.tif", "leads out of the scene's folder"),
        ("file://{folder}/%2e%2e/red.tif", "leads out of the scene's folder"),
        ("file://{folder}x/red.tif", "leads out of the scene's folder"),
        ("file://server{folder}/red.tif", "leads out of the scene's folder"),
        ("file://{folder}/a%00b.tif", "is not allowed"),
        ("file://{folder}//etc/passwd", "is not allowed"),
    ],
)
def test_an_href_that_is_neither_inside_nor_a_service_is_refused(
    opened: Opened, folder: Path, href: str, words: str
) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        opened(lambda item: item["assets"]["red"].update(href=href.replace("{folder}", str(folder))))
    assert caught.value.where == str(folder / "item.json")
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["red.tif", "%72ed.tif"])
@pytest.mark.parametrize("host", ["", "localhost"])
def test_a_file_href_into_the_folder_is_that_file(opened: Opened, folder: Path, name: str, host: str) -> None:
    plain = opened(lambda item: None)
    assert opened(lambda item: item["assets"]["red"].update(href=f"file://{host}{folder}/{name}")) == plain


def test_other_assets_may_lie_wherever_they_like(opened: Opened) -> None:
    plain = opened(lambda item: None)
    assert opened(lambda item: item["assets"].update(info={"href": "planet://x", "roles": ["data"]})) == plain


@pytest.mark.parametrize("target", ["../outside.tif", "/etc/hostname"])
def test_a_link_that_leaves_the_folder_is_refused(opened: Opened, folder: Path, target: str) -> None:
    (folder / "red.tif").rename(folder.parent / "outside.tif")
    (folder / "red.tif").symlink_to(target)
    with pytest.raises(BadInput, match="leads out of the scene's folder"):
        opened(lambda item: None)


def test_a_link_inside_the_folder_and_a_linked_folder_are_fine(folder: Path) -> None:
    (folder / "red.tif").rename(folder / "other.tif")
    (folder / "red.tif").symlink_to("other.tif")
    (folder.parent / "link").symlink_to(folder)
    assert open_scene(str(folder.parent / "link")).assets.keys() == open_scene(str(folder)).assets.keys()


@given(href=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_contained_is_below_the_root(href: str) -> None:
    try:
        path = contained("/some/root", href, "item.json")
    except RsError:
        return
    assert os.path.commonpath([path, "/some/root"]) == "/some/root"
    assert "\0" not in path


@pytest.mark.parametrize(
    "text, words",
    [
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not a JSON number"),
        ("[" * 65 + "]" * 65, "nested deeper than 64"),
        ('{"a":' * 70 + "1" + "}" * 70, "nested deeper than 64"),
        ("[" * 200_000, "not valid JSON"),
        ("9" * 5_000, "not valid JSON"),
        ('{"a": 1', "not valid JSON"),
        ("", "not valid JSON"),
    ],
)
def test_json_that_harms_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=words) as caught:
        read_json(str(path))
    assert caught.value.where == str(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'{"a": "\xff\xfe"}')
    with pytest.raises(BadInput, match="not valid JSON"):
        read_json(str(path))


def test_json_of_the_deepest_allowed_level_is_read(tmp_path: Path) -> None:
    value: Any = json.loads("[" * 63 + "1" + "]" * 63)
    (tmp_path / "x.json").write_text(json.dumps(value))
    assert read_json(str(tmp_path / "x.json")) == value


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        "<!DOCTYPE a><a/>",
        "<a><b></a>",
        "",
    ],
)
def test_xml_with_entities_or_damage_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.xml"
    path.write_text(text)
    with pytest.raises(BadInput, match="not valid XML") as caught:
        read_xml(str(path))
    assert caught.value.where == str(path)


def test_plain_xml_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text('<?xml version="1.0" encoding="UTF-8"?><a><b>中</b></a>', "utf-8")
    assert [(child.tag, child.text) for child in read_xml(str(tmp_path / "x.xml"))] == [("b", "中")]


def test_documents_have_a_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with path.open("wb") as stream:
        stream.truncate(_documents.MAX_JSON + 1)
    with pytest.raises(BadInput, match=f"the limit for metadata is {_documents.MAX_JSON}"):
        read_json(str(path))
    with pytest.raises(MissingPart, match="not there"):
        read_json(str(tmp_path / "no.json"))
