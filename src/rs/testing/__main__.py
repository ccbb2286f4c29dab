"""Synthetic scenes from the command line.

python -m rs.testing safe OUT --size 10980      a full Sentinel-2 tile: land, coast, turbid water, clouds
python -m rs.testing landsat OUT --level L1     a Landsat folder
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from rs.raster.env import prepare


def main(words: list[str] | None = None) -> int:
    """Write one scene of the made-up coast and print its path."""
    prepare()
    options = _parser().parse_args(words)
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        path = _safe(options) if options.kind == "safe" else _landsat(options)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{path}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rs.testing", description=(__doc__ or "").splitlines()[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    safe = kinds.add_parser("safe", help="a Sentinel-2 SAFE product")
    safe.add_argument("--level", choices=("L1C", "L2A"), default="L2A")
    safe.add_argument("--platform", default="sentinel-2b")
    safe.add_argument("--tile", default="49QGF")
    safe.add_argument("--baseline", default="05.11")
    safe.add_argument("--layout", choices=("compact", "old"), default="compact")
    safe.add_argument(
        "--pixel", type=float, default=10.0, help="size of the finest pixel [m]; more is a decimated copy"
    )
    safe.add_argument("--complete", action="store_true", help="all copies and side layers, as delivered")
    safe.add_argument("--no-masks", dest="masks", action="store_false", help="without flaws and detectors of the bands")
    safe.add_argument("--zip", action="store_true", help="pack the product into an archive beside it")
    landsat = kinds.add_parser("landsat", help="a Landsat folder")
    landsat.add_argument("--level", choices=("L1", "L2"), default="L2")
    landsat.add_argument("--platform", default="landsat-9")
    landsat.add_argument("--collection", type=int, choices=(0, 1, 2), default=2)
    landsat.add_argument("--tar", action="store_true", help="pack the folder into a tar beside it")
    for part, size in ((safe, 1098), (landsat, 600)):
        part.add_argument("out", type=Path)
        part.add_argument("--size", type=int, default=size, help="pixels on a side of the finest band")
        part.add_argument(
            "--sensed", type=_time, default=None, help="when it was taken (UTC), such as 2024-11-05T03:00:46"
        )
    return parser


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _safe(options: argparse.Namespace) -> Path:
    from rs.testing import SafeSpec, coast, write_safe, zip_product

    names = ("level", "platform", "tile", "baseline", "layout", "pixel", "complete", "masks", "size")
    stated = {name: getattr(options, name) for name in names}
    spec = SafeSpec(**stated, **({"sensed": options.sensed} if options.sensed else {}))
    root = write_safe(options.out, coast(spec.extent, toa=spec.level == "L1C"), spec)
    return zip_product(root, root.with_suffix(".zip")) if options.zip else root


def _landsat(options: argparse.Namespace) -> Path:
    from rs.testing import LandsatSpec, coast, tar_product, write_landsat

    stated = {name: getattr(options, name) for name in ("level", "platform", "collection")}
    taken = {"sensed": options.sensed} if options.sensed else {}
    spec = LandsatSpec(**stated, size=(options.size, options.size), **taken)
    root = write_landsat(options.out, coast(spec.extent, toa=spec.level == "L1"), spec)
    return tar_product(root, root.with_suffix(".tar")) if options.tar else root


if __name__ == "__main__":
    sys.exit(main())
