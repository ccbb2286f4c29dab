"""A report as text: what was compared, the table of scores, what was left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rs.validation.metrics import Metrics
from rs.validation.report import Report, Score

COLUMNS = (
    "rows", "used", "MdSA %", "95 %", "SSPB %", "log MAE", "log bias", "MAPE %", "RMSLE", "r",
    "constant", "its MdSA %", "its RMSLE",
)  # fmt: skip
LINES = {
    "chain": "chain: pixels of scenes through the whole engine",
    "formula": "formula: the compiled recipe on the table's spectra",
}


def text(report: Report) -> str:
    """The report for a terminal."""
    rows = table(report)
    widths = {c: max([len(c), *(len(row[c]) for row in rows)]) for c in COLUMNS}
    parts = [f"{report.product} {report.version} [{report.unit}] against {report.title}", *facts(report), ""]
    parts += ["  ".join(c.ljust(widths[c]) if c == "rows" else c.rjust(widths[c]) for c in COLUMNS)]
    for row in rows:
        parts.append("  ".join(row[c].ljust(widths[c]) if c == "rows" else row[c].rjust(widths[c]) for c in COLUMNS))
    return "\n".join([*parts, "", *verdict(report), *left_out(report)])


def facts(report: Report) -> list[str]:
    """How it was compared."""
    lines = [f"Line of evidence: {LINES[report.line]}", f"Correction: {report.correction}"]
    how = report.sampling
    if how is not None:
        which = "every measured pixel" if how.every_pixel else "the pixels that the product keeps"
        lines.append(
            f"Window: mean reflectance of {which} in {how.size} x {how.size} px; at most {how.hours:g} h apart"
        )
    return [*lines, f"Match-ups: sha256 {report.matchups_sha256[:12]}", *report.notes]


def table(report: Report) -> list[dict[str, str]]:
    """The scores as cells by column."""
    return [dict(zip(COLUMNS, _cells(score), strict=True)) for score in report.scores]


def markdown(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> str:
    """Cells as a Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row[c].replace("|", "\\|") for c in columns) + " |" for row in rows)])


def verdict(report: Report) -> list[str]:
    """One sentence: does it beat the constant guess."""
    score = report.score()
    if score.product is None or score.constant is None:
        return ["Nothing could be compared."]
    word = "beats" if score.beats_constant else "does NOT beat"
    return [
        f"{report.product} {word} the constant guess of {number(score.guess)} {report.unit}:"
        f" MdSA {score.product.mdsa:.0f} % against {score.constant.mdsa:.0f} % on the same rows{_on_all(score)}."
    ]


def _on_all(score: Score) -> str:
    other = score.constant_observed
    if other is None or score.used == score.observed:
        return ""
    return f" ({other.mdsa:.0f} % on all {other.n} observed)"


def left_out(report: Report) -> list[str]:
    """Rows that were not compared, by reason."""
    dropped = report.score().dropped
    return [f"Not compared: {count} x {reason}" for reason, count in sorted(dropped.items(), key=lambda p: -p[1])]


def _cells(score: Score) -> list[str]:
    name = score.subset if not score.group else f"{score.subset}, {score.group}"
    used = f"{score.used} of {score.observed}"
    if score.product is None or score.constant is None:
        return [name, used, *([""] * (len(COLUMNS) - 2))]
    return [name, used, *_agreement(score.product), number(score.guess), *_short(score.constant)]


def _agreement(m: Metrics) -> list[str]:
    between = "" if m.mdsa_low is None or m.mdsa_high is None else f"{m.mdsa_low:.0f}-{m.mdsa_high:.0f}"
    return [
        f"{m.mdsa:.0f}", between, f"{m.sspb:+.0f}", f"{m.log_mae:.2f}", f"{m.log_bias:.2f}", f"{m.mape:.0f}",
        f"{m.rmsle:.2f}", "" if m.r is None else f"{m.r:.2f}",
    ]  # fmt: skip


def _short(m: Metrics) -> list[str]:
    return [f"{m.mdsa:.0f}", f"{m.rmsle:.2f}"]


def number(value: float | None) -> str:
    """Three figures, or nothing."""
    return "" if value is None else f"{value:.3g}"
