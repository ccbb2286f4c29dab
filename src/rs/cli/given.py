"""Values that a caller gives as words: times, files, grids and bands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rs.errors import UsageError

if TYPE_CHECKING:
    from rs.core.bands import Band
    from rs.core.product import Product
    from rs.pipeline.period_choose import Wish


def moment(text: str) -> datetime:
    """A time with its zone. Raises UsageError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min
    if found.utcoffset() is None:
        raise UsageError(f"{text!r} is no time with a zone", remedy="Write it like 2026-11-24T08:00:00Z")
    return found


def day_of(text: str, timezone: str) -> datetime:
    """The first moment of a civil day in a time zone. Raises UsageError."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZoneInfo(timezone))
    except ValueError:
        raise UsageError(f"{text!r} is no day", remedy="Write it like 2026-11-24") from None


def bytes_of(path: Path) -> bytes:
    """Bytes of a file that the caller names. Raises UsageError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read ({error.strerror})", where=str(path), remedy="Name a file") from error


def wish_of(grid: str, bands: str, products: tuple[Product, ...]) -> Wish:
    """Grid and bands of composites. Raises UsageError for what is no grid or band, or holds for no product."""
    from rs.pipeline.period_choose import Wish
    from rs.raster.target import read_target

    single = next((product.name for product in products if product.composite is None), "")
    for option, words in (("--grid", grid), ("--bands", bands)):
        if words and single:
            raise UsageError(
                f"{option} holds for products of a period, and {single} is made from one scene on its own grid",
                remedy=f"Make {single} by itself without {option}",
            )
    return Wish(read_target(grid) if grid else None, _bands(bands, products) if bands else ())


def _bands(words: str, products: tuple[Product, ...]) -> tuple[Band, ...]:
    from rs.core.bands import Band
    from rs.core.discovery import unknown_name

    possible = [band.value for one in products if one.composite is not None for band in one.composite.possible]
    named = [word.strip() for word in words.split(",") if word.strip()]
    for word in named:
        if word not in possible:
            raise unknown_name("band", word, dict.fromkeys(possible))
    return tuple(Band(word) for word in dict.fromkeys(named))
