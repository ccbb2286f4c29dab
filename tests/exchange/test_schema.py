"""The schema: valid itself, in two languages, in step with the code, and strict where it counts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rs.core.product import Family, Maturity, Theme
from rs.core.scene import Grade, OpenMode, Reflectance
from rs.errors import CheckFailed
from rs.exchange.blanks import FIELDS, todo_of
from rs.exchange.listing import SCHEMA, write_draft
from rs.exchange.schema import check_listing, listing_schema

PLAN = {
    "id": "industry", "title": {"en": "Industry", "zh": "产业用途"}, "unit": "km2", "amount_fen": 120,
    "currency": "CNY", "purposes": ["industry"],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(published_site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return write_draft(published_site, "turbidity", tmp_path_factory.mktemp("drafts") / "draft.json")[1]


@pytest.fixture
def draft(made: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(made)


def fields(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """All declared fields. Conditions repeat fields and are passed over."""
    if isinstance(schema, dict):
        for name, one in schema.get("properties", {}).items():
            yield f"{path}/{name}", one
        for key, part in schema.items():
            if key == "properties":
                for name, one in part.items():
                    yield from fields(one, f"{path}/{name}")
            elif key not in ("if", "then", "else"):
                yield from fields(part, f"{path}/{key}")


def test_the_schema_is_valid() -> None:
    schema = listing_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["$id"] == schema["properties"]["schema"]["const"] == SCHEMA


def test_every_field_is_explained_in_both_languages() -> None:
    found = list(fields(listing_schema()))
    assert len(found) > 80
    for path, one in found:
        for key in ("title", "description"):
            english, chinese = one[key].split(" / ")
            assert english.isascii() and any("一" <= letter <= "鿿" for letter in chinese), (path, key)


def test_words_are_those_of_the_code() -> None:
    schema = listing_schema()
    properties, definitions = schema["properties"], schema["$defs"]
    what, quality = properties["what"]["properties"], properties["quality"]["properties"]
    assert properties["themes"]["items"]["enum"] == [theme.value for theme in Theme]
    assert properties["family"]["enum"] == [family.value for family in Family]
    assert definitions["grade"]["enum"] == [grade.value for grade in Grade]
    assert definitions["open_mode"]["enum"] == [mode.value for mode in OpenMode]
    assert quality["maturity"]["enum"] == [maturity.value for maturity in Maturity]
    assert what["reflectance"]["enum"] == [reflectance.value for reflectance in Reflectance]


def test_what_is_left_to_a_person_is_named_and_empty(draft: dict[str, Any]) -> None:
    assert draft["todo"] == todo_of(draft)
    assert {pointer for pointer in draft["todo"] if pointer.count("/") == 1} == {
        pointer for pointer in FIELDS if pointer.count("/") == 1
    }
    assert "/quality/limits/zh" in draft["todo"] and "/quality/limits/en" not in draft["todo"]
    assert set(draft["rights"]) == {"holding", "use", "operation"}


def fill_in(draft: dict[str, Any]) -> None:
    text = {"en": "text", "zh": "文字"}
    draft["high_value"] = False
    draft["rights"] = {right: {"party": "Sea office", "basis": "Contract 7"} for right in draft["rights"]}
    free = {**PLAN, "id": "governance", "amount_fen": 0, "purposes": ["governance", "public_benefit"]}
    draft["price_plans"] = [
        {**PLAN, "minimum_fen": 5000, "ceiling_fen": 200, "valid_from": "2026-01-01", "valid_until": "2026-12-31"},
        free,
    ]
    draft["service_level"] = {"delivery_days": 0, "acceptance_days": 5, "support": text}
    draft["source_statement"] = text
    draft["contact"] = {"name": "Sea office", "email": "sea@example.org"}
    draft["sample"] = {"path": "listings/turbidity/sample.tif", "sha256": "0" * 64}
    draft["quality"]["evidence"]["zh"] = ["证据"]
    draft["quality"]["limits"]["zh"] = ["局限"]


def test_a_filled_in_draft_is_valid_and_leaves_nothing_to_do(draft: dict[str, Any]) -> None:
    fill_in(draft)
    check_listing(draft, "draft")
    assert todo_of(draft) == []


def test_what_is_half_filled_in_is_named_by_part(draft: dict[str, Any]) -> None:
    draft["rights"]["use"] = {"party": "Sea office", "basis": ""}
    draft["price_plans"] = [{**PLAN, "title": {"en": "Industry", "zh": ""}}]
    draft["service_level"]["delivery_days"] = 0
    asked = ("/rights", "/price_plans", "/service_level")
    assert [pointer for pointer in todo_of(draft) if pointer.startswith(asked)] == [
        "/rights/holding",
        "/rights/use/basis",
        "/rights/operation",
        "/price_plans/0/title/zh",
        "/service_level/acceptance_days",
        "/service_level/support",
    ]


def plan(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda draft: draft["price_plans"].append({**PLAN, **changes})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.pop("title"), "'title' is a required property"),
        (lambda d: d["title"].update(zh=""), "/title/zh"),
        (lambda d: d["description"].pop("zh"), "/description: 'zh'"),
        (lambda d: d["themes"].append("weather"), "/themes/3: 'weather'"),
        (lambda d: d["themes"].clear(), "/themes"),
        (lambda d: d.update(open_mode="public"), "/open_mode: 'public'"),
        (lambda d: d.pop("open_mode"), "open_mode"),
        (lambda d: d.update(grade="secret"), "/grade"),
        (lambda d: d.update(status="listed"), "/status"),
        (lambda d: d.update(version="1"), "/version"),
        (lambda d: d.update(note="x"), "'note' was unexpected"),
        (lambda d: d["licences"].clear(), "/licences"),
        (lambda d: d["rights"].pop("use"), "/rights: 'use'"),
        (lambda d: d["where"].update(bbox=[0, 1, 2]), "/where/bbox"),
        (lambda d: d["where"].update(bbox=[0, 1, 2, float("nan")]), "/where/bbox/3"),
        (lambda d: d["when"]["interval"].__setitem__(0, "2023-05-11"), "/when/interval/0"),
        (lambda d: d["preview"].update(path="../secret.png"), "/preview/path"),
        (lambda d: d["preview"].update(path="/etc/passwd"), "/preview/path"),
        (lambda d: d["preview"].update(sha256="abc"), "/preview/sha256"),
        (lambda d: d["sample"].update(path="a/../../b"), "/sample/path"),
        (lambda d: d["checks"][0].update(threshold=True), "/checks/0/threshold"),
        (lambda d: d["checks"][0].update(threshold=[0]), "/checks/0/threshold"),
        (lambda d: d["checks"][0].update(bound="one_of"), "/checks/0/threshold"),
        (lambda d: d["checks"][0].update(check="looks_nice"), "/checks/0/check"),
        (lambda d: d["quality"]["valid_fraction"].update(minimum=1.5), "/quality/valid_fraction/minimum"),
        (plan(amount_fen=1.5), "/price_plans/0/amount_fen"),
        (plan(amount_fen=100.0), "/price_plans/0/amount_fen: 100.0 is not of type 'integer'"),
        (plan(amount_fen=True), "/price_plans/0/amount_fen"),
        (plan(amount_fen=-1), "/price_plans/0/amount_fen"),
        (plan(amount_fen="100"), "/price_plans/0/amount_fen"),
        (plan(currency="USD"), "/price_plans/0/currency"),
        (plan(unit="pixel"), "/price_plans/0/unit"),
        (plan(purposes=["war"]), "/price_plans/0/purposes/0"),
        (plan(purposes=["industry", "governance"]), "/price_plans/0/amount_fen: 0 was expected"),
        (plan(purposes=["public_benefit"], amount_fen=0, minimum_fen=1), "/price_plans/0/minimum_fen"),
    ],
)  # fmt: skip
def test_what_the_schema_refuses(draft: dict[str, Any], change: Callable[[dict[str, Any]], None], says: str) -> None:
    change(draft)
    with pytest.raises(CheckFailed) as caught:
        check_listing(draft, "draft.json")
    assert says in str(caught.value) and "draft.json" in str(caught.value)


def test_many_mistakes_are_told_in_short() -> None:
    with pytest.raises(CheckFailed, match=r"and \d+ more") as caught:
        check_listing({"todo": "x" * 10_000}, "draft")
    assert len(str(caught.value)) < 1500
