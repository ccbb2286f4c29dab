"""Write catalog/: one STAC collection a product, generated from the Product values.

python scripts/make_catalog.py [TARGET]
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from rs.catalog.derived import write_portfolio
from rs.products import products

if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "catalog")
    shutil.rmtree(target, ignore_errors=True)
    write_portfolio(target, products())
