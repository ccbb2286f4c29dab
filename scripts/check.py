"""Everything that has to hold: format, lint, layers, types, tests by group. Prints minutes of each.

    python scripts/check.py [GROUP ...]

Groups: style, unit, services, clients, faults. All run even when one fails.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = ("src", "flows")
BUDGET = {"style": 2.0, "unit": 4.0, "services": 5.0, "clients": 6.0, "faults": 3.0}
MARKED = ("services", "clients", "faults")
DEBIAN = ("clients", "services")
"""Groups that use programs of Debian, which scripts/debian.py installs first where it may."""
JUNIT = ROOT / ".pytest_cache"


@dataclass
class Outcome:
    """Minutes, failed commands, and pytest's counts of a group."""

    minutes: float = 0.0
    failed: list[str] = field(default_factory=list)
    passed: int = 0
    broken: int = 0
    skipped: list[str] = field(default_factory=list)


def style(outcome: Outcome) -> None:
    """Format, lint, layers, types; the portfolio and the generated tables are current."""
    for words in (
        ["ruff", "format", "--check", "--quiet", "."],
        ["ruff", "check", "--quiet", "."],
        ["lint-imports"],
        ["mypy"],
    ):
        done = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True)
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {' '.join(words)}", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr)
            outcome.failed.append(words[0])


def tests(group: str) -> Callable[[Outcome], None]:
    """A runner of the tests of a group."""

    def run(outcome: Outcome) -> None:
        JUNIT.mkdir(exist_ok=True)
        report = JUNIT / f"{group}.xml"
        if group in DEBIAN and subprocess.run([str(BIN / "python"), "scripts/debian.py", group], cwd=ROOT).returncode:
            outcome.failed.append(f"Debian's packages of {group}")
        marks = group if group in MARKED else " and ".join(f"not {name}" for name in MARKED)
        words = [str(BIN / "python"), "-m", "pytest", "-q", "-m", marks, f"--junit-xml={report}"]
        words += ["-n", "2"] if group in ("unit", "faults") else []
        if subprocess.run(words, cwd=ROOT).returncode:
            outcome.failed.append(f"pytest {group}")
        _count(report, outcome)

    return run


def _count(report: Path, outcome: Outcome) -> None:
    for case in ET.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.broken += 1
        elif (skip := case.find("skipped")) is not None:
            outcome.skipped.append(f"{case.get('classname')}.{case.get('name')}: {skip.get('message')}")
        else:
            outcome.passed += 1


def longest() -> tuple[str, str]:
    """The longest file and the longest function of the shipped code."""
    files: list[tuple[int, str]] = []
    functions: list[tuple[int, str]] = []
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(ROOT).as_posix()
            files.append((text.count("\n"), name))
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    length = (node.end_lineno or node.lineno) - node.lineno + 1
                    functions.append((length, f"{name}:{node.lineno} {node.name}"))
    (lines, file), (length, function) = max(files), max(functions)
    return f"{file} ({lines} lines)", f"{function} ({length} lines)"


def main(wanted: list[str]) -> int:
    """Run the groups and print the summary."""
    runners: dict[str, Callable[[Outcome], None]] = {"style": style}
    runners |= {group: tests(group) for group in ("unit", *MARKED)}
    outcomes: dict[str, Outcome] = {}
    for group in wanted or list(runners):
        print(f"== {group}", flush=True)
        outcomes[group] = Outcome()
        start = time.monotonic()
        runners[group](outcomes[group])
        outcomes[group].minutes = (time.monotonic() - start) / 60
    print("\ngroup      minutes  budget  passed  failed  skipped")
    for group, o in outcomes.items():
        print(f"{group:<10} {o.minutes:7.1f} {BUDGET[group]:7.1f} {o.passed:7} {o.broken:7} {len(o.skipped):8}")
        for skip in o.skipped:
            print(f"  skipped: {skip}")
    file, function = longest()
    print(f"longest file: {file}; longest function: {function}")
    failed = [name for o in outcomes.values() for name in o.failed]
    print(f"FAILED: {', '.join(failed)}" if failed else "all checks hold")
    passed, broken = sum(o.passed for o in outcomes.values()), sum(o.broken for o in outcomes.values())
    skipped = sum(len(o.skipped) for o in outcomes.values())
    print(f"{passed} passed, {broken} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
