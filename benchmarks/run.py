"""Run all quick benchmarks: python -m benchmarks.run"""

from __future__ import annotations

from benchmarks import valley

if __name__ == "__main__":
    valley.main()
