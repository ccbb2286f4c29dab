"""Scatter of estimates against observations as PNG, drawn with Pillow: logarithmic axes, 1:1, factors of two.

Pillow is here anyway for quicklooks; a plotting library would add a hundred megabytes to every
installation for one square picture. The same report gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from rs.errors import OutputError
from rs.validation.report import Report
from rs.validation.rows import Row
from rs.validation.text import number

INK, GREY, PALE, PAPER = (32, 38, 46), (120, 128, 138), (226, 229, 233), (255, 255, 255)
COLOURS = (
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (160, 120, 0), (90, 90, 90),
    (120, 60, 160),
)  # fmt: skip
"""Told apart by readers with colour blindness (Okabe and Ito); more groups share the last ones."""

BLENDS = 12
FINE = 3
"""Drawn so many times larger, then reduced: smooth lines."""

LEFT, TOP, SIDE, RIGHT, BOTTOM = 92, 84, 520, 268, 76
MARK, MARK_MANY, MANY = 5.5, 4.0, 100
FACTOR = 2.0


@dataclass(frozen=True, slots=True)
class Axes:
    """A square of logarithmic axes of equal range [unit of the product]."""

    low: float
    high: float

    def at(self, observed: float, estimated: float) -> tuple[float, float]:
        """Picture position [px] of a pair."""
        return LEFT + SIDE * self.share(observed), TOP + SIDE * (1 - self.share(estimated))

    def share(self, value: float) -> float:
        """Position along an axis, 0..1 inside."""
        return math.log(value / self.low) / math.log(self.high / self.low)

    def ticks(self) -> Iterator[tuple[float, bool]]:
        """Values 1, 2, 5 of each decade inside, and whether it bears a number."""
        decades = math.log10(self.high / self.low)
        for power in range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1):
            for step in range(1, 10):
                value = step * 10.0**power
                if self.low * 0.999 <= value <= self.high * 1.001:
                    yield value, step == 1 or (decades < 3.2 and step in (2, 5))


def scatter(report: Report) -> bytes:
    """PNG of a report's pairs: filled marks unflagged, rings flagged, one colour a day or platform.

    Raises ValueError where nothing was compared.
    """
    pairs = [(row, row.estimate) for row in report.rows if row.estimate and row.estimate > 0 < row.observation.value]
    if not pairs:
        raise ValueError("nothing was compared")
    axes = _axes([v for row, estimate in pairs for v in (row.observation.value, estimate)])
    size = (LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM)
    sheet = Image.new("RGB", (size[0] * FINE, size[1] * FINE), PAPER)
    pen = _Pen(ImageDraw.Draw(sheet), MARK if len(pairs) < MANY else MARK_MANY)
    _frame(pen, axes)
    groups = list(dict.fromkeys(sorted(_group(report, row) for row, _ in pairs)))
    colours = {name: COLOURS[min(k, len(COLOURS) - 1)] for k, name in enumerate(groups)}
    for row, estimate in pairs:
        pen.mark(axes.at(row.observation.value, estimate), colours[_group(report, row)], ring=row.flagged)
    _titles(pen, report)
    _legend(pen, report, colours, [row for row, _ in pairs])
    pen.turned(sheet, f"estimated: {report.product} [{report.unit}]", (26, TOP + SIDE / 2))
    buffer = BytesIO()
    small = sheet.resize(size, Image.Resampling.LANCZOS)
    small.quantize(palette=_palette(), dither=Image.Dither.NONE).save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def _palette() -> Image.Image:
    """Every colour that is drawn, and its blends with paper: a third of the bytes, no colour replaced."""
    shares = [k / BLENDS for k in range(1, BLENDS + 1)]
    blends = [
        round(p + share * (c - p)) for colour in (INK, GREY, *COLOURS) for share in shares
        for c, p in zip(colour, PAPER, strict=True)
    ]  # fmt: skip
    palette = Image.new("P", (1, 1))
    palette.putpalette([*PAPER, *PALE, *blends])
    return palette


def save_scatter(report: Report, path: Path) -> bool:
    """Write the PNG of a report; False, and no file, where nothing was compared. Raises OutputError."""
    if not report.score().used:
        return False
    try:
        path.write_bytes(scatter(report))
    except OSError as error:
        raise OutputError(f"cannot be written ({error.strerror})", where=str(path)) from error
    return True


def _group(report: Report, row: Row) -> str:
    return row.observation.day if report.line == "chain" else row.platform or "not stated"


def _axes(values: Sequence[float]) -> Axes:
    """A range that holds all values with a margin, at least one decade."""
    low, high = min(values) / 1.3, max(values) * 1.3
    spare = max(1.0, math.sqrt(10 * low / high))
    return Axes(low / spare, high * spare)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws in picture pixels on a sheet that is FINE times larger."""

    draw: ImageDraw.ImageDraw
    radius: float

    def line(self, ends: Sequence[tuple[float, float]], colour: tuple[int, ...], width: float = 1.0) -> None:
        self.draw.line([(x * FINE, y * FINE) for x, y in ends], fill=colour, width=max(1, round(width * FINE)))

    def dashed(self, start: tuple[float, float], end: tuple[float, float], colour: tuple[int, ...]) -> None:
        length = math.dist(start, end)
        for k in range(0, int(length), 12):
            parts = [k / length, min(k + 7, length) / length]
            ends = [(start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])) for t in parts]
            self.line(ends, colour)

    def mark(self, at: tuple[float, float], colour: tuple[int, ...], *, ring: bool) -> None:
        (x, y), r = at, self.radius
        box = [(x - r) * FINE, (y - r) * FINE, (x + r) * FINE, (y + r) * FINE]
        if ring:
            self.draw.ellipse(box, outline=colour, width=round(1.7 * FINE))
        else:
            self.draw.ellipse(box, fill=colour, outline=PAPER, width=FINE)

    def text(self, at: tuple[float, float], words: str, size: int = 13, anchor: str = "la", grey: bool = False) -> None:
        place = (at[0] * FINE, at[1] * FINE)
        self.draw.text(place, words, font=_font(size), fill=GREY if grey else INK, anchor=anchor)

    def turned(self, sheet: Image.Image, words: str, middle: tuple[float, float]) -> None:
        """Words that run upwards around a middle."""
        font = _font(14)
        box = font.getbbox(words)
        strip = Image.new("RGB", (int(box[2]) + 8, int(box[3]) + 8), PAPER)
        ImageDraw.Draw(strip).text((4, 2), words, font=font, fill=INK)
        strip = strip.rotate(90, expand=True)
        sheet.paste(strip, (round(middle[0] * FINE - strip.width / 2), round(middle[1] * FINE - strip.height / 2)))


def _font(size: int) -> ImageFont.FreeTypeFont:
    """The font of quicklooks: titles may be Chinese."""
    return ImageFont.truetype(BytesIO(_font_bytes()), size * FINE, layout_engine=ImageFont.Layout.BASIC)


@cache
def _font_bytes() -> bytes:
    return (files("rs.pipeline") / "fonts" / "legend.otf").read_bytes()


def _frame(pen: _Pen, axes: Axes) -> None:
    """Grid, numbers, the 1:1 line and the factors of two."""
    for value, numbered in axes.ticks():
        x, y = axes.at(value, value)
        if numbered:
            pen.line([(x, TOP), (x, TOP + SIDE)], PALE)
            pen.line([(LEFT, y), (LEFT + SIDE, y)], PALE)
            pen.text((x, TOP + SIDE + 10), f"{value:g}", anchor="ma")
            pen.text((LEFT - 10, y), f"{value:g}", anchor="rm")
        length = 7 if numbered else 4
        pen.line([(x, TOP + SIDE), (x, TOP + SIDE + length)], INK)
        pen.line([(LEFT - length, y), (LEFT, y)], INK)
    pen.line([axes.at(axes.low, axes.low), axes.at(axes.high, axes.high)], GREY, 1.4)
    pen.dashed(axes.at(axes.low, axes.low * FACTOR), axes.at(axes.high / FACTOR, axes.high), GREY)
    pen.dashed(axes.at(axes.low * FACTOR, axes.low), axes.at(axes.high, axes.high / FACTOR), GREY)
    corners = [(LEFT, TOP), (LEFT + SIDE, TOP), (LEFT + SIDE, TOP + SIDE), (LEFT, TOP + SIDE), (LEFT, TOP)]
    pen.line(corners, INK, 1.2)


def _titles(pen: _Pen, report: Report) -> None:
    pen.text((LEFT, 20), _cut(f"{report.product} {report.version} against {report.title}", 18), 18)
    pen.text((LEFT, 50), _cut(f"line of evidence: {report.line}; correction: {report.correction}", 13), grey=True)
    pen.text((LEFT + SIDE / 2, TOP + SIDE + 42), f"observed [{report.unit}]", 14, "ma")


def _cut(words: str, size: int) -> str:
    """Words that fit the width of the picture."""
    font, most = _font(size), (SIDE + RIGHT - 16) * FINE
    kept = words
    while font.getlength(kept if kept == words else f"{kept}...") > most:
        kept = kept[:-1]
    return words if kept == words else f"{kept.rstrip()}..."


def _legend(pen: _Pen, report: Report, colours: dict[str, tuple[int, int, int]], rows: Sequence[Row]) -> None:
    x, y = LEFT + SIDE + 24.0, TOP + 4.0
    for name, colour in colours.items():
        pen.mark((x + 6, y + 10), colour, ring=False)
        pen.text((x + 20, y), f"{name} (n {sum(_group(report, row) == name for row in rows)})")
        y += 22
    flagged = sum(row.flagged for row in rows)
    if flagged:
        pen.mark((x + 6, y + 10), INK, ring=True)
        pen.text((x + 20, y), f"ring: flagged (n {flagged})")
        y += 22
    y += 4
    pen.line([(x - 2, y + 10), (x + 14, y + 10)], GREY, 1.4)
    pen.text((x + 20, y), "1:1")
    pen.dashed((x - 2, y + 32), (x + 14, y + 32), GREY)
    pen.text((x + 20, y + 22), "factor of two")
    y += 58
    for words in _summary(report):
        pen.text((x, y), words, grey=words.startswith(" "))
        y += 19


def _summary(report: Report) -> Iterator[str]:
    """The scores in a few short lines."""
    for score in report.scores:
        if score.group or score.product is None or score.constant is None:
            continue
        m = score.product
        yield f"{score.subset}: {score.used} of {score.observed}"
        yield f"   MdSA {m.mdsa:.0f} %, SSPB {m.sspb:+.0f} %"
        yield f"   RMSLE {m.rmsle:.2f}" + ("" if m.r is None else f", r {m.r:.2f}")
        yield f"   constant {number(score.guess)}: MdSA {score.constant.mdsa:.0f} %"
