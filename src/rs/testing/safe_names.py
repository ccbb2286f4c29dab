"""Names in a Sentinel-2 product: compact (since December 2016) and old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rs.testing.spec import SafeSpec


def stamp(time: datetime) -> str:
    """A time as names have it."""
    return f"{time:%Y%m%dT%H%M%S}"


@dataclass(frozen=True, slots=True)
class Names:
    """Names of a product's files, as paths below its folder with "/"; images and masks without suffix."""

    spec: SafeSpec

    @property
    def old(self) -> bool:
        """Whether the names are the long ones."""
        return self.spec.layout == "old"

    @property
    def _origin(self) -> str:
        return "OPER" if self.spec.level == "L1C" else "USER"

    @property
    def _tail(self) -> str:
        """What the old names of a granule share: centre, time, orbit, tile."""
        s = self.spec
        return f"SGS__{stamp(s.generated)}_A{s.absolute_orbit:06d}_T{s.tile}"

    @property
    def _whole(self) -> str:
        s = self.spec
        span = f"V{stamp(s.datatake)}_{stamp(s.datatake)}"
        return f"PDMC_{stamp(s.generated)}_R{s.relative_orbit:03d}_{span}"

    @property
    def product(self) -> str:
        """Name of the product without suffix."""
        s = self.spec
        if self.old:
            return f"{s.ship}_{self._origin}_PRD_MSI{s.level}_{self._whole}"
        number = s.baseline.replace(".", "")
        return (
            f"{s.ship}_MSI{s.level}_{stamp(s.datatake)}_N{number}_R{s.relative_orbit:03d}_T{s.tile}"
            f"_{stamp(s.generated)}"
        )

    @property
    def product_metadata(self) -> str:
        """The product metadata."""
        s = self.spec
        return f"{s.ship}_{self._origin}_MTD_SAF{s.level}_{self._whole}.xml" if self.old else f"MTD_MSI{s.level}.xml"

    @property
    def tile_id(self) -> str:
        """Identifier of the granule."""
        s = self.spec
        return f"{s.ship}_{self._origin}_MSI_{s.level}_TL_{self._tail}_N{s.baseline}"

    @property
    def datastrip_id(self) -> str:
        """Identifier of the datastrip."""
        s = self.spec
        return f"{s.ship}_{self._origin}_MSI_{s.level}_DS_SGS__{stamp(s.generated)}_S{stamp(s.sensed)}_N{s.baseline}"

    @property
    def granule(self) -> str:
        """Folder of the granule."""
        s = self.spec
        compact = f"{s.level}_T{s.tile}_A{s.absolute_orbit:06d}_{stamp(s.sensed)}"
        return f"GRANULE/{self.tile_id if self.old else compact}"

    @property
    def tile_metadata(self) -> str:
        """The metadata of the granule."""
        s = self.spec
        name = f"{s.ship}_{self._origin}_MTD_{s.level}_TL_{self._tail}.xml" if self.old else "MTD_TL.xml"
        return f"{self.granule}/{name}"

    @property
    def datastrip_metadata(self) -> str:
        """The metadata of the datastrip."""
        s = self.spec
        folder = self.datastrip_id if self.old else f"DS_SGS__{stamp(s.generated)}_S{stamp(s.sensed)}"
        return f"DATASTRIP/{folder}/MTD_DS.xml"

    def image(self, layer: str, pixel: int) -> str:
        """An image: a band, or SCL, TCI, AOT, WVP."""
        s = self.spec
        folder = f"{self.granule}/IMG_DATA" + ("" if s.level == "L1C" else f"/R{pixel}m")
        tail = "" if s.level == "L1C" else f"_{pixel}m"
        if not self.old:
            return f"{folder}/T{s.tile}_{stamp(s.datatake)}_{layer}{tail}"
        if layer.startswith("B") or layer == "TCI":
            return f"{folder}/{s.ship}_{self._origin}_MSI_{s.level}_TL_{self._tail}_{layer}{tail}"
        return f"{folder}/{s.ship}_{self._origin}_{layer}_{s.level}_TL_{self._tail}{tail}"

    def mask(self, kind: str, part: str = "B00") -> str:
        """A mask, such as CLOUDS or CLASSI of all bands (B00)."""
        s = self.spec
        if self.old:
            return f"{self.granule}/QI_DATA/{s.ship}_OPER_MSK_{kind}_{self._tail}_{part}_MSIL1C"
        return f"{self.granule}/QI_DATA/MSK_{kind}_{part}"
