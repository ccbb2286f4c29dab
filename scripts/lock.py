"""Resolve every dependency of the project, extras and build tools to one version each: constraints.txt.

    python scripts/lock.py [--upgrade]

Versions that constraints.txt holds are kept where they still fit; --upgrade forgets them. The file
names no host: it goes with any index.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "constraints.txt"
HEADER = """\
# Exact versions that are tested together on Python 3.11. Made by scripts/lock.py; do not edit.
# Three upper bounds in pyproject.toml keep Prefect working: fastapi < 0.151 (deploying breaks above),
# sqlalchemy < 2.1 (schedules never fire above), prefect < 3.9.
"""


def resolve(constraints: Path | None) -> list[str]:
    """Names with versions of the whole set, sorted."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        words = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet",
                 "--report", report.name, f"{ROOT}[dev,bench]"]  # fmt: skip
        if constraints is not None:
            words += ["-c", str(constraints)]
        subprocess.run(words, check=True)
        found = json.loads(Path(report.name).read_text(encoding="utf-8"))["install"]
    pairs = {part["metadata"]["name"].lower().replace("_", "-"): part["metadata"]["version"] for part in found}
    pairs.pop("rs-pipeline")
    return [f"{name}=={version}" for name, version in sorted(pairs.items())]


if __name__ == "__main__":
    keep = TARGET if TARGET.exists() and "--upgrade" not in sys.argv else None
    lines = resolve(keep)
    TARGET.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} packages")
