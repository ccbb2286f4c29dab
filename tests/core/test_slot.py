"""Slots, keys and ids: stable, safe as file names, and different where the thing is different."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import grid_of

from rs.core.scene import Correction, Platform, Reflectance, Scene, TimeSpan
from rs.core.slot import ID_PATTERN, canonical_json, item_id_of, key_of, safe_id, sha256_of, slot_of, unit_of
from rs.products import product

DAY = datetime(2023, 8, 15, 10, tzinfo=UTC)
SCENE = Scene(
    "S2A_33TWM", "/x", Platform("sentinel-2a", "msi"), TimeSpan.at(DAY), {}, Reflectance.SURFACE,
    Correction.AS_DELIVERED, {}, datatake="20230815T095031", tile="33TWM",
)  # fmt: skip
GRID = grid_of(10, 20)
INPUTS = {"red": "aa", "nir": "bb"}
PARAMETERS = {"recipe": "ndvi", "offset": -0.1}
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("abcé中"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé中", max_size=3), inner, max_size=4),
    max_leaves=12,
)


def test_slot_names_what_should_exist() -> None:
    assert slot_of("ndvi", SCENE) == "ndvi_sentinel-2a_20230815T095031_33TWM"
    assert unit_of(SCENE) == "quality_sentinel-2a_20230815T095031_33TWM"


def test_slot_without_datatake_or_tile_is_the_source_id() -> None:
    assert slot_of("ndvi", replace(SCENE, datatake="")) == "ndvi_S2A_33TWM"
    assert slot_of("ndvi", replace(SCENE, tile="")) == "ndvi_S2A_33TWM"


def test_slot_of_an_interval_bears_its_start_day_once() -> None:
    loose = replace(SCENE, datatake="", time=TimeSpan(DAY, DAY + timedelta(days=1)))
    assert slot_of("ndvi", loose) == "ndvi_S2A_33TWM_20230815"
    assert slot_of("ndvi", replace(loose, id="S2A_20230815")) == "ndvi_S2A_20230815"


@pytest.mark.parametrize(
    "change", [{"platform": Platform("sentinel-2b", "msi")}, {"datatake": "20230815T095032"}, {"tile": "33TWN"}]
)
def test_another_observation_is_another_slot(change: dict[str, Any]) -> None:
    other = replace(SCENE, **change)
    assert slot_of("ndvi", other) != slot_of("ndvi", SCENE)
    assert slot_of("ndvi", SCENE) != slot_of("turbidity", SCENE)


@given(text=st.text(max_size=400))
def test_safe_ids_are_safe(text: str) -> None:
    try:
        made = safe_id(text)
    except ValueError:
        return
    assert ID_PATTERN.match(made)
    assert len(made) <= 110
    assert Path(made).name == made


@given(tails=st.lists(st.text("ab", min_size=1, max_size=30), min_size=2, max_size=2, unique=True))
def test_long_ids_that_differ_late_stay_different(tails: list[str]) -> None:
    one, other = (safe_id("x" * 120 + tail) for tail in tails)
    assert one != other


def test_key_is_the_same_in_another_process() -> None:
    key = key_of(product("ndvi"), GRID, INPUTS, PARAMETERS)
    code = (
        "from scenes import grid_of; from rs.core.slot import key_of; from rs.products import product;"
        f"print(key_of(product('ndvi'), grid_of(10, 20), {dict(reversed(INPUTS.items()))!r}, {PARAMETERS!r}))"
    )
    path = str(Path(__file__).parent.parent / "support")
    done = subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r});{code}"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.strip() == key


@pytest.mark.parametrize(
    "change",
    [
        {"product": replace(product("ndvi"), version="1.0.1")},
        {"product": replace(product("ndvi"), recipes=product("ndvi").recipes[:1])},
        {"grid": grid_of(10, 21)},
        {"grid": grid_of(10, 20, left=500_010.0)},
        {"grid": grid_of(10, 20, crs="EPSG:32632")},
        {"inputs": {"red": "aa", "nir": "bc"}},
        {"inputs": {"red": "aa", "nir": "bb", "scl": "cc"}},
        {"parameters": {"recipe": "ndvi", "offset": 0.0}},
    ],
)
def test_key_changes_with_what_it_names(change: dict[str, Any]) -> None:
    base: dict[str, Any] = {"product": product("ndvi"), "grid": GRID, "inputs": INPUTS, "parameters": PARAMETERS}
    assert key_of(**{**base, **change}) != key_of(**base)


def test_item_id_is_slot_and_start_of_key() -> None:
    assert item_id_of("ndvi_x", "0123456789abcdef") == "ndvi_x_01234567"


@given(value=plain)
def test_canonical_json_reads_back_and_is_compact(value: Any) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


@given(value=st.dictionaries(st.text("abcd", max_size=3), st.integers(), max_size=6))
def test_canonical_json_does_not_see_the_order_of_keys(value: dict[str, int]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), {"a": [float("inf")]}])
def test_canonical_json_refuses_what_json_has_not(value: Any) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(value)


def test_sha256_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"some bytes")
    assert sha256_of(str(path)) == hashlib.sha256(b"some bytes").hexdigest()
