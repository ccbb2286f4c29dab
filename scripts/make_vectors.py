"""Make tests/data/vectors.json: the published test vectors that the products here have to meet.

    python scripts/make_vectors.py SOURCE [TARGET]

SOURCE is the list of vectors that was collected from public code and tables (science/test-vectors.json).
Only those whose formula is built here are taken, unchanged and in their order, so that a vector
changes when its source does and for no other reason.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

BUILT = {
    "NDVI", "NDWI", "MNDWI", "dogliotti2015", "T_nechad2009_665", "SPM_nechad2010_665", "SPM_nechad2010_655",
    "SPM_nechad2010_865", "T_nechad2016_MSI_B4", "T_nechad2016_MSI_B8A", "hue_fui", "hue_fui_oli",
    "qa_pixel", "scl_clear", "s2_boa", "landsat_sr",
}  # fmt: skip
KEPT = ("formula_id", "sensor", "inputs", "expected", "tolerance", "source")


def main(source: Path, target: Path) -> None:
    """Write the chosen vectors and say how many there are."""
    chosen = [vector for vector in json.loads(source.read_text("utf-8")) if vector["formula_id"] in BUILT]
    absent = BUILT - {vector["formula_id"] for vector in chosen}
    if absent:
        raise SystemExit(f"{source} has no vector for {', '.join(sorted(absent))}")
    lines = [json.dumps({name: vector[name] for name in KEPT}, ensure_ascii=False) for vector in chosen]
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")
    print(f"{target}: {len(chosen)} vectors")


if __name__ == "__main__":
    here = Path(__file__).resolve().parent.parent
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else here / "tests" / "data" / "vectors.json")
