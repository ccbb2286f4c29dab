"""site.toml: what it means, and what is said about each mistake in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.operate.sites import new_site

from rs.core.scene import Grade, OpenMode
from rs.errors import BadInput, UnknownName, UsageError
from rs.operate.order import order_of
from rs.operate.site import read_site
from rs.products import product, products


def test_the_shortest_site_wants_all_products_from_its_inbox(tmp_path: Path) -> None:
    site = read_site(new_site(tmp_path))
    assert site.name == "river" and site.root == tmp_path.resolve()
    assert [made.name for made in site.wanted()] == sorted(n for n, p in products().items() if p.composite is None)
    assert [source.path for source in site.sources] == ["inbox"]
    assert (site.open_mode, site.grade) == (OpenMode.CLOSED, Grade.GENERAL_1)


def test_what_it_states_reaches_the_run(tmp_path: Path) -> None:
    lines = [
        'title = "River / 河流"',
        'products = ["turbidity", "ndvi"]',
        'open_mode = "directed"',
        'grade = "general-3"',
    ]
    order = order_of(read_site(new_site(tmp_path, *lines)))
    assert [made.name for made in order.products] == ["turbidity", "ndvi"]
    assert (order.title, order.open_mode, order.grade) == ("River / 河流", OpenMode.DIRECTED, Grade.GENERAL_3)


def test_parameters_of_the_site_stand_in_place_of_the_products_own(tmp_path: Path) -> None:
    own = read_site(new_site(tmp_path / "own", 'products = ["vegetation_cover", "ndvi"]'))
    lines = ['products = ["vegetation_cover", "ndvi"]', "[parameters.vegetation_cover]", "soil = 0.1"]
    cover, ndvi = read_site(new_site(tmp_path / "tuned", *lines)).wanted()
    assert own.wanted() == (product("vegetation_cover"), ndvi)
    assert cover.parameters == {**product("vegetation_cover").parameters, "soil": 0.1}
    assert ndvi is product("ndvi")


@pytest.mark.parametrize(
    "table, words",
    [
        ("vegetation_cover]\nsand = 0.1", "parameters.vegetation_cover: unknown sand"),
        ("ndvi]\nsoil = 0.1", "parameters.ndvi: unknown soil"),
        ("vegetation]\nsoil = 0.1", "unknown product 'vegetation'"),
    ],
)
def test_a_parameter_that_no_product_has_is_named(tmp_path: Path, table: str, words: str) -> None:
    with pytest.raises(UnknownName, match=re.escape(words)) as caught:
        read_site(new_site(tmp_path, f"[parameters.{table}"))
    assert "site.toml" in str(caught.value) and caught.value.remedy


@pytest.mark.parametrize("value", ["nan", "inf", '"much"'])
def test_a_parameter_is_a_number(tmp_path: Path, value: str) -> None:
    with pytest.raises(UsageError, match=r"parameters\.vegetation_cover\.soil: "):
        read_site(new_site(tmp_path, "[parameters.vegetation_cover]", f"soil = {value}"))


def test_it_is_frozen(tmp_path: Path) -> None:
    site = read_site(new_site(tmp_path))
    with pytest.raises(ValidationError):
        site.name = "other"


def test_the_sample_site_is_one(scenes: Path) -> None:
    site = read_site(scenes.parent)
    assert len(site.wanted()) == 4


@pytest.mark.parametrize(
    ("line", "field", "said"),
    [
        ('open_mode = "open"', "open_mode", ["closed", "unconditional", "directed", "authorized"]),
        ('grade = "secret"', "grade", ["general-1", "general-4", "important", "core"]),
        ('produkts = ["ndvi"]', "produkts", ["not permitted"]),
        ('products = "ndvi"', "products", ["tuple"]),
        ("title = 3", "title", ["string"]),
        ('[[sources]]\nkind = "ftp"\npath = "x"', "sources.0.kind", ["folder"]),
        ('[[sources]]\nkind = "folder"', "sources.0.path", ["required"]),
        ('[[sources]]\npath = "inbox"\nsecret = 1', "sources.0.secret", ["not permitted"]),
    ],
)
def test_a_mistake_is_named_with_its_field_and_what_is_allowed(
    tmp_path: Path, line: str, field: str, said: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        read_site(new_site(tmp_path, line))
    assert caught.value.where == str(tmp_path / "site.toml")
    assert f"{field}: " in caught.value.what
    for words in said:
        assert words in caught.value.what
    assert caught.value.remedy and caught.value.exit_code == 2


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_site(new_site(tmp_path, 'open_mode = "open"', 'grade = "secret"'))
    assert "open_mode: " in str(caught.value) and "grade: " in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "../up", ".hidden", "x" * 65])
def test_a_name_that_is_no_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "site.toml").write_text(f'name = "{name}"')
    with pytest.raises(UsageError, match="name: "):
        read_site(tmp_path)


def test_an_unknown_product_is_named_with_the_nearest_first(tmp_path: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        read_site(new_site(tmp_path, 'products = ["ndvi", "turbidty"]'))
    assert "'turbidty'" in caught.value.what
    assert caught.value.remedy.startswith("Did you mean turbidity? ")
    for name in products():
        assert name in caught.value.remedy


@pytest.mark.parametrize("text", ["name =", "\x00", "name = 'a'\nname = 'b'"])
def test_what_is_no_toml_is_said_with_the_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "site.toml").write_text(text)
    with pytest.raises(UsageError, match="cannot be read") as caught:
        read_site(tmp_path)
    assert str(tmp_path / "site.toml") in str(caught.value)
    assert "line" in str(caught.value) or "end of document" in str(caught.value)


@pytest.mark.parametrize("folder", ["absent", "."])
def test_no_site_at_all(tmp_path: Path, folder: str) -> None:
    with pytest.raises(UsageError, match=r"there is no site\.toml") as caught:
        read_site(tmp_path / folder)
    assert caught.value.remedy


def test_a_source_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    site = read_site(new_site(tmp_path, '[[sources]]\npath = "elsewhere"'))
    with pytest.raises(BadInput, match="the source folder is not there") as caught:
        order_of(site)
    assert str(tmp_path / "elsewhere") in str(caught.value) and "site.toml" in str(caught.value)


def test_a_recipe_is_named_beside_the_product(tmp_path: Path) -> None:
    lines = ['products = ["suspended_matter:jiang2023", "ndvi"]']
    matter, ndvi = read_site(new_site(tmp_path, *lines)).wanted()
    assert [recipe.name for recipe in matter.candidates] == ["jiang2023"]
    assert ndvi is product("ndvi") and len(ndvi.candidates) > 1


def test_parameters_hold_for_a_product_whose_recipe_is_named(tmp_path: Path) -> None:
    lines = ['products = ["vegetation_cover:narrow_nir"]', "[parameters.vegetation_cover]", "soil = 0.1"]
    (cover,) = read_site(new_site(tmp_path, *lines)).wanted()
    assert (cover.only, cover.parameters["soil"]) == ("narrow_nir", 0.1)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ('"suspended_matter:jiang2032"', "unknown recipe of suspended_matter 'jiang2032'"),
        ('"suspended_matter:"', "unknown recipe of suspended_matter ''"),
        ('"suspended:jiang2023"', "unknown product 'suspended'"),
        ('"suspended_matter:jiang2023", "suspended_matter"', "by recipe jiang2023 and by the best recipe"),
        ('"ndvi:wide_nir", "ndvi:narrow_nir"', "by recipe wide_nir and by recipe narrow_nir"),
    ],
)
def test_a_recipe_that_is_unknown_or_named_twice_is_said(tmp_path: Path, names: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        read_site(new_site(tmp_path, f"products = [{names}]"))
    assert caught.value.exit_code == 2 and caught.value.remedy
    assert caught.value.where == str(tmp_path / "site.toml")


def test_parameters_belong_to_a_product_and_not_to_a_recipe(tmp_path: Path) -> None:
    lines = ['[parameters."vegetation_cover:narrow_nir"]', "soil = 0.1"]
    with pytest.raises(UnknownName, match="unknown product 'vegetation_cover:narrow_nir'") as caught:
        read_site(new_site(tmp_path, *lines))
    assert caught.value.remedy.startswith("Did you mean vegetation_cover?")
