"""Write docs/img/: pictures of real output of the sample scenes.

python scripts/make_pictures.py [TARGET]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from rs.catalog.layout import Layout
from rs.operate.order import Order
from rs.operate.run import run
from rs.products import product
from rs.raster.env import prepare

SCENES = Path(__file__).resolve().parent.parent / "sample_data" / "scenes"
RIVER = "LC09_L2SP_231062_20230723_20230802_02_T1"
VALLEY = "S2_bolzano_2023"
GAP = 16


def quicklook(root: Path, scene: str, name: str) -> Image.Image:
    """The quicklook of a product of a sample scene."""
    out = root / scene
    run(Order(Layout(out), (product(name),), paths=(str(SCENES / scene),)))
    return Image.open(next(out.glob(f"data/{name}/*/quicklook.*.png"))).convert("RGB")


def beside(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two pictures of one height side by side on white."""
    height = max(left.height, right.height)
    sheet = Image.new("RGB", (left.width + right.width + GAP, height), "white")
    sheet.paste(left, (0, (height - left.height) // 2))
    sheet.paste(right, (left.width + GAP, (height - right.height) // 2))
    return sheet


def main(target: Path) -> None:
    """Turbidity where two rivers meet, and the vegetation of a valley."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        river, valley = quicklook(Path(folder), RIVER, "turbidity"), quicklook(Path(folder), VALLEY, "ndvi")
        beside(river, valley).save(target / "river_and_valley.png", optimize=True)


if __name__ == "__main__":
    prepare()
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/img"))
