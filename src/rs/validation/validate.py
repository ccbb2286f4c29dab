"""One comparison of a product with a table of match-ups, from files to report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rs.core.product import Product
from rs.core.slot import sha256_of
from rs.errors import RsError, UsageError
from rs.pipeline.workers import workers
from rs.validation.matchups import Matchups, read_matchups
from rs.validation.points import Note, rows_of_points
from rs.validation.report import Report, scores_of
from rs.validation.rows import USUAL, Row, Sampling
from rs.validation.spectra import rows_of_spectra
from rs.validation.translation import Translation, read_translation


@dataclass(frozen=True, slots=True)
class Order:
    """What to compare: a product, a CSV file, the folder of scenes of its points, a mapping file, how."""

    product: Product
    matchups: Path
    scenes: Path | None = None
    mapping: Path | None = None
    sampling: Sampling = USUAL


def validate(order: Order) -> Report:
    """Compare a product with in-situ data; the constant guess stands beside every score.

    Raises UsageError where table, mapping and product do not fit together, BadInput where a cell is
    not what its column holds.
    """
    product, layer = order.product, order.product.layers[0]
    if layer.classes:
        raise UsageError(f"{product.name} gives classes, which have no ratio to a measured value")
    how = read_translation(order.mapping) if order.mapping else None
    table = read_matchups(order.matchups, how, product.name, layer.unit)
    if table.translation.form == "spectra":
        rows, notes = rows_of_spectra(product, table.observations), list[Note]()
        correction = "as given" + (f": {table.translation.correction}" if table.translation.correction else "")
        groups = [row.platform or "not stated" for row in rows]
    else:
        rows, notes = rows_of_points(product, table.observations, str(_scenes(order, how)), order.sampling)
        correction = _levels(rows)
        groups = [row.observation.day for row in rows]
    chain = table.translation.form == "points"
    return Report(
        product.name, product.version, layer.unit, table.translation.title or order.matchups.name,
        "chain" if chain else "formula", order.matchups.name, sha256_of(str(order.matchups)), correction,
        order.sampling if chain else None, _notes(table, notes), scores_of(rows, groups), tuple(rows),
    )  # fmt: skip


def validate_apart(order: Order, cache: Path | None) -> Report:
    """The same in a child process, as files of others are read: a crash there is an error here.

    cache: folder of compiled formulas. Raises what `validate` raises, and WorkerLost.
    """
    with workers(1, cache=cache) as pool:
        ((_, report),) = pool.map(validate, [order])
    if isinstance(report, RsError):
        raise report
    return report


def _scenes(order: Order, how: Translation | None) -> Path:
    if order.scenes is not None:
        return order.scenes
    if how is not None and how.scenes and order.mapping is not None:
        return Path(os.path.normpath(order.mapping.parent / how.scenes))
    raise UsageError("points are looked up in scenes", where=str(order.matchups), remedy="Name their folder: --scenes")


def _levels(rows: Sequence[Row]) -> str:
    levels = sorted({row.window.level for row in rows if row.window})
    return f"level {', '.join(levels)}" if levels else "none: no scene fits"


def _notes(table: Matchups, notes: Sequence[Note]) -> tuple[str, ...]:
    """What is known of the observations and of the scenes, scenes of the same note together."""
    first = [f"Observed: {table.quantity.note}"] if table.quantity.note else []
    scenes: dict[str, list[str]] = {}
    for note in notes:
        scenes.setdefault(note.text, []).append(note.scene)
    return (*first, *(f"{', '.join(names)}: {text}" for text, names in scenes.items()))


def evidence(product: Product, folder: Path) -> list[Order]:
    """The comparisons of a product that the mapping files of a folder describe, by file name."""
    orders = []
    for path in sorted(folder.glob("*.toml")):
        how = read_translation(path)
        if how.csv and product.name in how.quantities:
            orders.append(Order(product, folder / how.csv, None, path))
    return orders


def evident(folder: Path) -> dict[str, list[str]]:
    """Names of products by mapping file that a folder has observations for, whether or not they are built."""
    return {path.name: sorted(read_translation(path).quantities) for path in sorted(folder.glob("*.toml"))}
