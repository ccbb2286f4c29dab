"""Make tests/data/vectors_products.json: published test vectors of the products added after the first four.

    python scripts/make_product_vectors.py SOURCE [TARGET]

SOURCE is the list of vectors that was collected from public code and tables (science/test-vectors.json).
Vectors of the formulas below are taken unchanged and in their order, so that a vector changes when its
source does and for no other reason.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

BUILT = {
    "EVI", "EVI2", "SAVI", "NDMI", "LSWI", "NBR", "NDBI", "BSI", "fvc_dimidiate", "landsat_st",
    "SPM_nechad2010_665", "SPM_nechad2010_655", "SPM_nechad2010_865", "SPM_nechad2016_MSI_B4",
    "SPM_nechad2016_OLI_B4", "novoa_switch_nechad", "jiang2023", "p3qaa_zsd", "qaa_v6_kd13_zsd15", "kd490_kd2",
    "OC3", "OC3_franz", "OC2_franz", "OC4", "OC4ME", "OC3M", "OCI_hu2019", "gons", "moses3b", "gilerson_g2b",
    "smith2018_weight", "ndci_mishra", "NDCI", "carlson_tsi", "tli_china", "FAI",
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
    default = here / "tests" / "data" / "vectors_products.json"
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else default)
