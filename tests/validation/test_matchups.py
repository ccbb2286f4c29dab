"""Tables of match-ups: our names, foreign names, fillers, units, times; errors name line and column."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rs.core.bands import Band
from rs.errors import BadInput, UsageError
from rs.validation.matchups import Matchups, read_matchups
from rs.validation.translation import Translation, read_translation

FOREIGN = """
csv = "t.csv"
utc_offset = 8
time_format = "%d.%m.%Y"
columns = { id = "station", time = "Tag", platform = "sat", lon = "x", lat = "y" }
platforms = { A = "sentinel-2a" }
fillers = [{ column = "R443", value = 0.01, where = { sat = ["B", "C"] } }]
[bands]
coastal = { column = "R443", kind = "rrs" }
red = { column = "R665", kind = "rho_w", factor = 0.0001 }
[quantities.turbidity]
column = "turb"
unit = "FNU"
factor = 0.5
"""
HEADER = "station,Tag,sat,x,y,R443,R665,turb\n"


def table(folder: Path, text: str, mapping: str = "", unit: str = "FNU") -> Matchups:
    """A table read from text, with a mapping file from text."""
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    how: Translation | None = None
    if mapping:
        (folder / "m.toml").write_text(mapping, encoding="utf-8")
        how = read_translation(folder / "m.toml")
    return read_matchups(path, how, "turbidity", unit)


def test_points_by_our_names(tmp_path: Path) -> None:
    found = table(tmp_path, "time,lon,lat,value,unit\n2023-05-11,113.5,22.1,7.5,FNU\n2023-05-12T02:30:00Z,1,2,NA,FNU\n")
    assert found.translation.form == "points"
    (one,) = found.observations
    assert (one.id, one.value, one.lon, one.lat, one.day) == ("line 2", 7.5, 113.5, 22.1, "2023-05-11")
    assert one.time is not None and not one.time.is_instant
    assert (one.time.start, one.time.end) == (
        datetime(2023, 5, 11, tzinfo=UTC), datetime(2023, 5, 11, 23, 59, 59, tzinfo=UTC)
    )  # fmt: skip


def test_spectra_by_our_names(tmp_path: Path) -> None:
    text = "platform,observed,unit,rrs_red,rho_w_nir08\nsentinel-2a,3,FNU,0.01,0.02\nsentinel-2b,4,FNU,0.01,\n"
    first, second = table(tmp_path, text).observations
    assert first.spectrum == {Band.RED: pytest.approx(0.01 * math.pi), Band.NIR08: 0.02}
    assert set(second.spectrum) == {Band.RED}
    assert (first.platform, first.time, first.lon) == ("sentinel-2a", None, None)


def test_an_instant_keeps_its_hour(tmp_path: Path) -> None:
    found = table(tmp_path, "time,lon,lat,value,unit\n2023-05-12T01:30:00+08:00,1,2,3,FNU\n")
    time = found.observations[0].time
    assert time is not None and time.is_instant and time.start == datetime(2023, 5, 11, 17, 30, tzinfo=UTC)
    assert found.observations[0].day == "2023-05-12"


def test_foreign_names_factors_and_fillers(tmp_path: Path) -> None:
    rows = "s1,05.03.2024,A,1,2,0.01,300,8\ns2,05.03.2024,B,1,2,0.01,300,8\ns3,05.03.2024,B,1,2,0.02,NA,8\n"
    first, filled, third = table(tmp_path, HEADER + rows, FOREIGN).observations
    assert (first.id, first.value, first.platform) == ("s1", 4.0, "sentinel-2a")
    assert first.spectrum[Band.COASTAL] == pytest.approx(0.01 * math.pi)
    assert first.spectrum[Band.RED] == pytest.approx(0.03)
    assert first.time is not None and first.time.start == datetime(2024, 3, 4, 16, tzinfo=UTC)
    assert set(filled.spectrum) == {Band.RED} and set(third.spectrum) == {Band.COASTAL}
    assert filled.platform == "B"


def test_a_long_table_gives_one_parameter(tmp_path: Path) -> None:
    mapping = (
        'columns = { time = "d", lon = "x", lat = "y" }\nlong = { name = "what", value = "v" }\n'
        '[quantities.turbidity]\nlabel = "turb"\nunit = "FNU"\n'
    )
    text = "d,x,y,what,v\n2024-01-01,1,2,ph,7\n2024-01-01,1,2,turb,12\n2024-01-02,1,2,turb,\n"
    assert [o.value for o in table(tmp_path, text, mapping).observations] == [12.0]


@pytest.mark.parametrize(
    "text, words",
    [
        ("time,lon,lat,value\n", "no column unit"),
        ("platform,observed,rrs_red\n", "no column unit"),
        ("platform,observed,unit,rrs_crimson\n", "no band is named 'crimson'"),
        ("platform,observed,unit,rrs_red,rho_w_red\n", "the same band"),
        ("time,lon,lat,value,unit\n2023-05-11,1,2,3,NTU\n", "line 2: observed values are in NTU"),
        ("time,lon,lat,value,unit\n2023-05-11,1,2,3,\n", "no stated unit"),
    ],
)
def test_tables_that_do_not_fit(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        table(tmp_path, text)


@pytest.mark.parametrize(
    "row, words",
    [
        ("2023-05-11,1,2,many,FNU", "line 2, column value: 'many' is not a number"),
        ("2023-05-11,1,2", "line 2: has another number of cells"),
        ("2023-05-11,1,2,3,FNU,5", "line 2: has another number of cells"),
        ("11/5/23,1,2,3,FNU", "line 2: '11/5/23' is not a time"),
        ("2023-05-11T10:00,1,2,3,FNU", "has no time zone"),
        ("2023-05-11,,2,3,FNU", "a point needs time"),
        ("2023-05-11,1,95,3,FNU", "a point needs time"),
        (",1,2,3,FNU", "a point needs time"),
    ],
)
def test_cells_that_are_not_what_the_column_holds(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        table(tmp_path, f"time,lon,lat,value,unit\n{row}\n")


def test_spellings_of_one_unit_are_equal(tmp_path: Path) -> None:
    text = "time,lon,lat,value,unit\n2023-05-11,1,2,3,mg/L\n"
    assert table(tmp_path, text, unit="g m-3").observations[0].value == 3.0
    assert table(tmp_path, text.replace("mg/L", "µg/l"), unit="mg m-3").observations[0].value == 3.0


def test_mapping_files_that_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column turb"):
        table(tmp_path, HEADER.replace(",turb", ",ntu"), FOREIGN)
    with pytest.raises(UsageError, match=r"names no observations of turbidity.*It has chlorophyll"):
        table(tmp_path, HEADER, FOREIGN.replace("quantities.turbidity", "quantities.chlorophyll"))
    with pytest.raises(UsageError, match=r"m.toml.*quantities.turbidity.factor"):
        table(tmp_path, HEADER, FOREIGN.replace("factor = 0.5", "factor = -1"))
    with pytest.raises(UsageError, match="cannot be read"):
        table(tmp_path, HEADER, "columns = {")
    with pytest.raises(UsageError, match="no such file"):
        read_matchups(tmp_path / "absent.csv", None, "turbidity", "FNU")


def test_bytes_that_are_no_csv(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"time,lon,lat,value,unit\n\xff\xfe,1,2,3,FNU\n")
    with pytest.raises(BadInput, match="cannot be read as CSV"):
        read_matchups(path, None, "turbidity", "FNU")


@pytest.mark.parametrize("variant", ["insitu", "satellite"])
def test_landsat_matchups_are_read_whole(root: Path, variant: str) -> None:
    folder = root / "sample_data" / "reference"
    how = read_translation(folder / f"landsat_matchups_{variant}.toml")
    for name, unit, number in (
        ("suspended_matter", "g m-3", 267), ("chlorophyll", "mg m-3", 391), ("secchi_depth", "m", 334),
    ):  # fmt: skip
        found = read_matchups(folder / how.csv, how, name, unit).observations
        assert len(found) == number
        assert {o.platform for o in found} <= {"landsat-5", "landsat-7", "landsat-8", "landsat-9"}
        with_coastal = {o.platform for o in found if Band.COASTAL in o.spectrum}
        assert with_coastal <= {"landsat-8", "landsat-9"}
        assert max(o.spectrum[Band.GREEN] for o in found) == pytest.approx(
            {"insitu": 0.070128, "satellite": 0.073716}[variant] * math.pi, rel=0.35
        )


def test_parana_is_read_whole(root: Path) -> None:
    folder = root / "sample_data" / "reference"
    how = read_translation(folder / "parana_lab.toml")
    held = {
        name: read_matchups(folder / how.csv, how, name, unit).observations
        for name, unit in (("turbidity", "FNU"), ("suspended_matter", "g m-3"), ("secchi_depth", "m"))
    }
    assert {name: len(found) for name, found in held.items()} == {
        "turbidity": 38, "suspended_matter": 38, "secchi_depth": 37
    }  # fmt: skip
    assert (min(o.value for o in held["turbidity"]), max(o.value for o in held["turbidity"])) == (2, 382)
    assert max(o.value for o in held["secchi_depth"]) == pytest.approx(1.8)
