"""Tables of match-ups: CSV in, observations with place, time and unit out. Nothing is guessed."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

from rs.core.bands import Band
from rs.core.scene import TimeSpan
from rs.errors import BadInput, UsageError
from rs.validation.translation import Quantity, Role, Translation, own_names

SAME_UNITS = (("g m-3", "g/m3", "mg/l", "g m^-3"), ("mg m-3", "mg/m3", "ug/l", "mg m^-3"), ("m-1", "1/m", "m^-1"))
"""Spellings of one unit. NTU and FNU are not among them: equal in number, not in what they measure."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One measured value [unit of the product] with what else its row says.

    id: the row's own, or its line. day: civil day as the table has it, "" where there is none. time:
    an instant, or the span of the civil day. spectrum: rho_w by band [1], only finite ones.
    """

    id: str
    value: float
    day: str
    time: TimeSpan | None
    lon: float | None
    lat: float | None
    platform: str
    sun_zenith: float | None
    spectrum: Mapping[Band, float]


@dataclass(frozen=True, slots=True)
class Matchups:
    """The observations of one quantity in a table, and how the table is to be read."""

    path: Path
    translation: Translation
    quantity: Quantity
    observations: tuple[Observation, ...]


def read_matchups(path: Path, translation: Translation | None, product: str, unit: str) -> Matchups:
    """Observations of a product from a CSV file. unit: what they must be in.

    Raises UsageError where columns or the product are not there or the unit is another one, BadInput
    with line and column where a cell is not what its column holds.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            header = list(reader.fieldnames or ())
            how = translation or own_names(header, product, str(path))
            quantity = _quantity(how, product, path)
            absent = [name for name in how.needed(quantity) if name not in header]
            if absent:
                raise UsageError(f"has no column {', '.join(absent)}", where=str(path), remedy="Mend the mapping file")
            found = [
                one for row in _rows(reader, how, quantity, path) for one in _observation(row, how, quantity, unit)
            ]
    except FileNotFoundError:
        raise UsageError("there is no such file", where=str(path)) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"cannot be read as CSV ({error})", where=str(path)) from error
    return Matchups(path, how, quantity, tuple(found))


def _quantity(how: Translation, product: str, path: Path) -> Quantity:
    if product not in how.quantities:
        raise UsageError(
            f"the mapping names no observations of {product}",
            where=str(path),
            remedy=f"It has {', '.join(how.quantities) or 'none'}; add [quantities.{product}]",
        )
    return how.quantities[product]


@dataclass(frozen=True, slots=True)
class _Row:
    """Cells of a row by column; `text` and `number` know fillers and what stands for missing."""

    where: str
    cells: Mapping[str, str | None]
    how: Translation

    def text(self, column: str) -> str:
        cell = (self.cells[column] or "").strip()
        return "" if cell in self.how.missing else cell

    def number(self, column: str) -> float | None:
        text = self.text(column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            raise BadInput(f"{text[:40]!r} is not a number", where=f"{self.where}, column {column}") from None
        return None if not math.isfinite(value) or self._fills(column, value) else value

    def _fills(self, column: str, value: float) -> bool:
        return any(
            filler.column == column
            and filler.value == value
            and all(self.text(other) in texts for other, texts in filler.where.items())
            for filler in self.how.fillers
        )

    def role(self, role: Role) -> str:
        return self.text(self.how.columns[role]) if role in self.how.columns else ""

    def role_number(self, role: Role) -> float | None:
        return self.number(self.how.columns[role]) if role in self.how.columns else None


def _rows(reader: csv.DictReader[str], how: Translation, quantity: Quantity, path: Path) -> Iterator[_Row]:
    for cells in reader:
        where = f"{path}, line {reader.line_num}"
        if None in cells or None in cells.values():
            raise BadInput("has another number of cells than the header", where=where)
        row = _Row(where, cells, how)
        if how.long is None or row.text(how.long.name) == quantity.label:
            yield row


def _observation(row: _Row, how: Translation, quantity: Quantity, unit: str) -> Iterator[Observation]:
    value = row.number(how.long.value if how.long else quantity.column)
    if value is None:
        return
    _check_unit(quantity.unit or row.role("unit"), unit, row.where)
    day, span = _when(row, how)
    lon, lat = row.role_number("lon"), row.role_number("lat")
    if how.form == "points" and (lon is None or lat is None or span is None or not _on_earth(lon, lat)):
        raise BadInput("a point needs time, lon -180..180 and lat -90..90", where=row.where)
    platform = row.role("platform")
    spectrum = {band: _rho_w(row.number(c.column), c.to_rho_w) for band, c in how.bands.items()}
    yield Observation(
        row.role("id") or row.where.rpartition(", ")[2], value * quantity.factor, day, span, lon, lat,
        how.platforms.get(platform, platform), row.role_number("sun_zenith"),
        {band: rho for band, rho in spectrum.items() if rho is not None},
    )  # fmt: skip


def _rho_w(number: float | None, factor: float) -> float | None:
    return None if number is None else number * factor


def _on_earth(lon: float, lat: float) -> bool:
    return -180 <= lon <= 180 and -90 <= lat <= 90


def _check_unit(stated: str, wanted: str, where: str) -> None:
    def plain(text: str) -> str:
        low = text.strip().lower().replace("µ", "u").replace("μ", "u")
        return next((group[0] for group in SAME_UNITS if low in group), low)

    if plain(stated) != plain(wanted):
        raise UsageError(
            f"observed values are in {stated or 'no stated unit'} and the product is in {wanted}",
            where=where,
            remedy="Name unit and factor of the quantity in a mapping file (--mapping)",
        )


def _when(row: _Row, how: Translation) -> tuple[str, TimeSpan | None]:
    """Civil day and span of a row: a date is the whole civil day, a time is an instant."""
    text = row.role("time")
    if not text:
        return "", None
    zone = timezone(timedelta(hours=how.utc_offset)) if how.utc_offset is not None else None
    try:
        if how.time_format:
            moment = datetime.strptime(text, how.time_format)
            only_date = not any(f"%{letter}" in how.time_format for letter in "HIMSXTc")
        else:
            moment, only_date = datetime.fromisoformat(text), len(text) <= len("2023-05-11")
    except ValueError:
        raise BadInput(
            f"{text[:40]!r} is not a time", where=row.where, remedy="Use ISO 8601, or state time_format in a mapping"
        ) from None
    if only_date:
        return _civil_day(moment.date(), zone or UTC)
    if moment.tzinfo is None and zone is None:
        raise BadInput(f"{text!r} has no time zone", where=row.where, remedy="Add Z or +08:00, or state utc_offset")
    at = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return f"{at.date()}", TimeSpan.at(at)


def _civil_day(day: date, zone: timezone) -> tuple[str, TimeSpan]:
    start = datetime.combine(day, time(), zone)
    return day.isoformat(), TimeSpan(start.astimezone(UTC), (start + timedelta(days=1, seconds=-1)).astimezone(UTC))
