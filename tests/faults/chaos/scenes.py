"""The site that is disturbed: made-up scenes in an inbox that all trials share, one pair of keys."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rs.testing import SafeSpec, coast, write_safe
from rs.trust.keystore import create_key

SEEN = (("49QGF", 3), ("49QGE", 8), ("49QHF", 13))
"""Tile and day of the scenes: no two have the same pixels in the same place, so that all keys differ."""
PRODUCTS = ("ndvi", "turbidity", "water_colour", "water_extent")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the site is: scenes, pixels of a side, products of each."""

    scenes: int
    pixels: int
    products: int

    @property
    def items(self) -> int:
        """Items that an undisturbed run publishes."""
        return self.scenes * self.products


LARGE = Size(scenes=3, pixels=240, products=4)
SMALL = Size(scenes=1, pixels=120, products=2)


@dataclass(frozen=True, slots=True)
class Ground:
    """What every trial starts from: `fresh` copies site.toml and keys, scenes stay where they are."""

    folder: Path
    size: Size

    @classmethod
    def make(cls, folder: Path, size: Size) -> Ground:
        """Write scenes, site and keys."""
        inbox, pattern = folder / "inbox", folder / "pattern"
        inbox.mkdir(parents=True)
        pattern.mkdir()
        for tile, day in SEEN[: size.scenes]:
            spec = SafeSpec(tile=tile, size=size.pixels, sensed=datetime(2024, 11, day, 3, 0, 46, tzinfo=UTC))
            write_safe(inbox, coast(spec.extent), spec)
        names = ", ".join(f'"{name}"' for name in PRODUCTS[: size.products])
        text = f'name = "chaos"\nproducts = [{names}]\n[[sources]]\nkind = "folder"\npath = "{inbox}"\n'
        (pattern / "site.toml").write_text(text, encoding="utf-8")
        create_key(pattern / "keys", "rs/chaos", datetime.now(UTC))
        return cls(folder, size)

    def fresh(self, name: str) -> Path:
        """A site where nothing has run."""
        site = self.folder / "sites" / name
        shutil.rmtree(site, ignore_errors=True)
        return Path(shutil.copytree(self.folder / "pattern", site))
