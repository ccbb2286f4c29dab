"""What came of a unit of work: files and evidence, or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rs.core.grid import Grid
from rs.core.period import Observation
from rs.core.product import Product
from rs.errors import BadInput, Conflict, OutputError, RsError


class SkipClass(StrEnum):
    """Why a slot stays empty.

    expected: nothing is wrong (no clear pixel, outside the area). unsupported: the scene cannot
    give this product (a band, coefficients or a reflectance is missing). The others are failures.
    """

    EXPECTED = "expected"
    UNSUPPORTED = "unsupported"
    BAD_INPUT = "bad-input"
    MISSING_ANCILLARY = "missing-ancillary"
    CONFLICT = "conflict"
    RESOURCE = "resource"
    OURS = "ours"

    @property
    def is_failure(self) -> bool:
        """True where someone has to act."""
        return self not in (SkipClass.EXPECTED, SkipClass.UNSUPPORTED)


_KINDS: tuple[tuple[type[RsError], SkipClass], ...] = (
    (BadInput, SkipClass.BAD_INPUT), (Conflict, SkipClass.CONFLICT), (OutputError, SkipClass.RESOURCE),
)  # fmt: skip


def class_of(error: RsError) -> SkipClass:
    """The class of failure that an error is."""
    return next((kind for base, kind in _KINDS if isinstance(error, base)), SkipClass.OURS)


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a result, below the staging folder until it is placed.

    digest: SHA-256 of the bytes (integrity). content: SHA-256 of decoded pixels, georeference and
    tags (sameness). size [bytes].
    """

    asset: str
    name: str
    digest: str
    content: str
    size: int
    media_type: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayerStatistics:
    """Exact statistics of a layer [unit], from its counts. below, above, invalid: pixels refused."""

    count: int
    minimum: float
    maximum: float
    mean: float
    stddev: float
    median: float
    below: int
    above: int
    invalid: int


@dataclass(frozen=True, slots=True)
class Result:
    """A product of a scene, or of the scenes of a period: the files, and all that an item says about them."""

    product: Product
    scene: Observation
    grid: Grid
    recipe: str
    slot: str
    key: str
    item_id: str
    staging: str
    files: tuple[FileRecord, ...]
    statistics: Mapping[str, LayerStatistics]
    valid_fraction: float
    clear_fraction: float
    footprint: Mapping[str, Any]
    correction: str
    notes: tuple[str, ...]
    inputs: Mapping[str, str]
    parameters: Mapping[str, float]
    versions: Mapping[str, str]
    class_counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    cloud_fraction: float | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A slot that stays empty, and why: reason is one sentence with place and remedy."""

    product: str
    scene: str
    slot: str
    reason: str
    kind: SkipClass


Outcome = Result | Skipped
