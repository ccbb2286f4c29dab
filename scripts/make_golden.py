"""Write tests/golden/samples.json: what every product of the sample scenes holds, in numbers.

    python scripts/make_golden.py [TARGET]

Run it when a formula, mask or correction is meant to change, look at the difference, and say in the commit why.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from rs.core.product import Takes
from rs.core.result import Result
from rs.pipeline.choose import Job, choose
from rs.pipeline.prepare import prepare
from rs.pipeline.produce import Unit, produce
from rs.products import products
from rs.raster.env import prepare as prepare_gdal

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "tests" / "golden" / "samples.json"
SCENES = (
    "S2A_33TWM_20230818_0_L2A",
    "S2_bolzano_2023",
    "S2_parana_20230511",
    "S2_parana_20241216",
    "LC09_L2SP_231062_20230723_20230802_02_T1",
)


def golden(folder: Path, scenes: Path) -> dict[str, Any]:
    """Per scene, product and layer: values, extremes, mean, spread, median, refused; why a product is empty."""
    return {name: _scene(folder / name, scenes / name) for name in SCENES}


def _scene(folder: Path, path: Path) -> dict[str, Any]:
    scene = prepare(str(path))
    wanted = {name: product for name, product in products().items() if product.takes is Takes.SCENE}
    chosen = {name: choose(scene, product) for name, product in wanted.items()}
    jobs = tuple(job for job in chosen.values() if isinstance(job, Job))
    found: dict[str, Any] = {name: None for name, job in chosen.items() if not isinstance(job, Job)}
    for outcome in produce(Unit(scene, jobs, str(folder), threads=2)):
        if isinstance(outcome, Result):
            found[outcome.product.name] = _product(outcome)
        else:
            found[outcome.product] = outcome.reason
    return dict(sorted(found.items()))


def _product(result: Result) -> dict[str, Any]:
    layers = {
        name: [s.count, *(float(f"{v:.9g}") for v in (s.minimum, s.maximum, s.mean, s.stddev, s.median)),
               [s.below, s.above, s.invalid]]
        for name, s in result.statistics.items()
    }  # fmt: skip
    return {"recipe": result.recipe, "layers": layers, "classes": {k: dict(v) for k, v in result.class_counts.items()}}


if __name__ == "__main__":
    prepare_gdal()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    with tempfile.TemporaryDirectory() as work:
        body = golden(Path(work), ROOT / "sample_data" / "scenes")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
