"""Install Debian packages that tests of a group need, where that may be done: as root, with apt-get.

    python scripts/debian.py GROUP

Elsewhere it says what to install, and the tests that need it are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = {"clients": ("python3-gdal", "python3-qgis"), "services": ("postgresql",)}
"""GDAL's own check of files, and QGIS without its window (130 MB where nothing of them is there); a database."""


def missing(names: tuple[str, ...]) -> list[str]:
    """Packages that are not installed."""
    words = ["dpkg-query", "--show", "--showformat=${binary:Package} ${db:Status-Status}\n", *names]
    done = subprocess.run(words, capture_output=True, text=True)
    there = {line.split()[0].split(":")[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in there]


def main(group: str) -> int:
    """Install what is missing; 0 also where that may not be done."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        print("no Debian: tests that need its packages are skipped")
        return 0
    wanted = missing(PACKAGES[group])
    if not wanted:
        return 0
    if os.geteuid():
        print(f"not installed, tests are skipped: apt-get install {' '.join(wanted)}")
        return 0
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *wanted]):
        done = subprocess.run(["apt-get", "--quiet", *words], env=environment, capture_output=True, text=True)
        if done.returncode:
            print(f"apt-get {' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
            return 1
    print(f"installed {' '.join(wanted)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
