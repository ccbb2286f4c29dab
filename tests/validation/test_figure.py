"""The scatter: every pair has its mark at its place, rings are flagged, the same report gives the same bytes."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rs.errors import OutputError
from rs.validation.figure import COLOURS, LEFT, SIDE, TOP, Axes, save_scatter, scatter
from rs.validation.report import Report


def pixels(png: bytes) -> np.ndarray:
    """RGB [rows, cols, 3] of a PNG."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)


def near(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """Where [rows, cols] the plot itself bears a colour."""
    inside = np.zeros(picture.shape[:2], bool)
    inside[TOP : TOP + SIDE, LEFT : LEFT + SIDE] = True
    return inside & (np.abs(picture - np.array(colour)).sum(axis=-1) < 30)


def test_the_same_report_gives_the_same_bytes(parana: Report) -> None:
    assert scatter(parana) == scatter(parana)


def test_days_have_their_colours_and_unflagged_marks_are_full(parana: Report) -> None:
    picture = pixels(scatter(parana))
    areas = [int(near(picture, colour).sum()) for colour in COLOURS[:4]]
    assert all(area > 50 for area in areas)
    rings = replace(parana, rows=tuple(replace(row, flags=("low_confidence",)) for row in parana.rows))
    hollow = [int(near(pixels(scatter(rings)), colour).sum()) for colour in COLOURS[:4]]
    assert hollow[2] < 0.7 * areas[2] and hollow[1] == pytest.approx(areas[1], rel=0.05)


def test_one_pair_sits_where_it_belongs(parana: Report) -> None:
    row = next(r for r in parana.rows if r.estimate and not r.flagged)
    alone = replace(row, observation=replace(row.observation, value=10.0), estimate=40.0)
    picture = pixels(scatter(replace(parana, rows=(alone,))))
    rows, cols = np.nonzero(near(picture, COLOURS[0]))
    spare = (10 * 10 / 1.3 / (40 * 1.3)) ** 0.5
    axes = Axes(10 / 1.3 / spare, 40 * 1.3 * spare)
    x, y = axes.at(10.0, 40.0)
    assert (cols.mean(), rows.mean()) == (pytest.approx(x, abs=1), pytest.approx(y, abs=1))


def test_nothing_to_draw(parana: Report, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nothing was compared"):
        scatter(replace(parana, rows=()))
    empty = replace(parana, rows=(), scores=(replace(parana.scores[0], used=0),))
    assert not save_scatter(empty, tmp_path / "f.png") and not (tmp_path / "f.png").exists()


def test_files(parana: Report, tmp_path: Path) -> None:
    assert save_scatter(parana, tmp_path / "f.png")
    assert (tmp_path / "f.png").read_bytes() == scatter(parana)
    with pytest.raises(OutputError, match="cannot be written"):
        save_scatter(parana, tmp_path / "absent" / "f.png")


def test_wide_and_narrow_ranges_have_numbers() -> None:
    for low, high in ((1e-3, 1e3), (2.0, 20.0), (0.5, 700.0)):
        numbered = [value for value, shown in Axes(low, high).ticks() if shown]
        assert 2 <= len(numbered) <= 12 and all(low * 0.99 <= v <= high * 1.01 for v in numbered)


def test_titles_may_be_chinese_and_long(parana: Report) -> None:
    def top(title: str) -> np.ndarray:
        return pixels(scatter(replace(parana, title=title)))[: TOP - 36]

    one, other = top("珠江口"), top("深圳湾")
    assert not np.array_equal(one, other)
    long = top("珠江口采样点" * 20)
    assert (long[:, -8:] == 255).all() and (long[:, LEFT:-60] < 128).any()
