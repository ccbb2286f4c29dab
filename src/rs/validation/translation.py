"""What the columns of a table of match-ups mean: our own names, or a small TOML file for foreign ones."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rs.core.bands import Band
from rs.errors import UsageError

Role = Literal["id", "time", "lon", "lat", "platform", "sun_zenith", "unit"]

PREFIXES: dict[str, Literal["rrs", "rho_w"]] = {"rrs_": "rrs", "rho_w_": "rho_w"}
POINTS = ("time", "lon", "lat", "value", "unit")
SPECTRA = ("platform", "observed", "unit")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quantity(_Part):
    """Where the observed values of a product are: a column, or a label of a long table.

    unit: of value * factor; "" takes the unit column. note: printed with every table.
    """

    column: str = ""
    label: str = ""
    unit: str = ""
    factor: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    note: str = ""


class BandColumn(_Part):
    """A column of a spectrum: remote-sensing reflectance Rrs [1/sr] after the factor, or rho_w = pi * Rrs [1]."""

    column: str
    kind: Literal["rrs", "rho_w"]
    factor: float = Field(default=1.0, gt=0, allow_inf_nan=False)

    @property
    def to_rho_w(self) -> float:
        """Factor from the table's number to rho_w [1]."""
        return self.factor * (math.pi if self.kind == "rrs" else 1.0)


class Filler(_Part):
    """A number that stands for "not measured" in a column, in rows where other columns bear one of the texts."""

    column: str
    value: float
    where: dict[str, tuple[str, ...]] = {}


class Long(_Part):
    """A table with one row a measured parameter: the column of its label and the column of its value."""

    name: str
    value: str


class Translation(_Part):
    """How a table says what we need to know. With bands it holds spectra, without it holds points.

    csv, scenes: the table and the scenes that it belongs to, relative to the file. utc_offset [h]:
    of local days and times. correction: what is known of the spectra's own atmospheric correction.
    """

    title: str = ""
    csv: str = ""
    scenes: str = ""
    correction: str = ""
    attribution: str = ""
    utc_offset: float | None = Field(default=None, ge=-14, le=14)
    time_format: str = ""
    missing: tuple[str, ...] = ("", "NA", "NaN", "nan")
    columns: dict[Role, str] = {}
    long: Long | None = None
    platforms: dict[str, str] = {}
    bands: dict[Band, BandColumn] = {}
    fillers: tuple[Filler, ...] = ()
    quantities: dict[str, Quantity] = {}

    @property
    def form(self) -> Literal["points", "spectra"]:
        """Points are looked up in scenes; spectra bear the reflectance themselves."""
        return "spectra" if self.bands else "points"

    def needed(self, quantity: Quantity) -> tuple[str, ...]:
        """Columns that must be there."""
        value = (self.long.name, self.long.value) if self.long else (quantity.column,)
        spectrum = [band.column for band in self.bands.values()]
        return tuple(dict.fromkeys([*self.columns.values(), *value, *spectrum, *(f.column for f in self.fillers)]))


def read_translation(path: Path) -> Translation:
    """The mapping file at a path. Raises UsageError that names field and reason."""
    try:
        return Translation(**tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read ({error})", where=str(path)) from error
    except ValidationError as error:
        lines = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise UsageError("; ".join(lines), where=str(path), remedy="Mend these fields") from error


def own_names(header: Sequence[str], product: str, where: str) -> Translation:
    """The translation of a table that uses our names. Raises UsageError where columns are missing."""
    names = [name for name in header if any(name.startswith(prefix) for prefix in PREFIXES)]
    wanted = SPECTRA if names else POINTS
    absent = [name for name in wanted if name not in header]
    if absent:
        raise UsageError(
            f"has no column {', '.join(absent)}; it has {', '.join(header)}",
            where=where,
            remedy=f"Points need {', '.join(POINTS)}; spectra need rrs_<band> or rho_w_<band>, {', '.join(SPECTRA)};"
            " or name the columns in a mapping file (--mapping)",
        )
    roles: tuple[Role, ...] = ("id", "time", "lon", "lat", "platform", "sun_zenith", "unit")
    return Translation(
        columns={role: role for role in roles if role in header},
        bands=_own_bands(names, where),
        quantities={product: Quantity(column="observed" if names else "value")},
    )


def _own_bands(names: Sequence[str], where: str) -> dict[Band, BandColumn]:
    bands: dict[Band, BandColumn] = {}
    for name in names:
        prefix = next(p for p in PREFIXES if name.startswith(p))
        text = name.removeprefix(prefix)
        if text not in Band._value2member_map_:
            raise UsageError(
                f"column {name}: no band is named {text!r}", where=where, remedy=f"Bands: {', '.join(Band)}"
            )
        if Band(text) in bands:
            raise UsageError(f"columns {name} and {bands[Band(text)].column} are the same band", where=where)
        bands[Band(text)] = BandColumn(column=name, kind=PREFIXES[prefix])
    return bands
