"""What was measured, what was to be reached, and the table of both."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A bound, on muxer's own value or on its relation to tmux's."""

    bound: float
    of: Literal["value", "ratio"] = "value"
    at_least: bool = False

    def reached(self, figure: "Figure") -> bool | None:
        """None when there is nothing to judge."""
        measured = figure.muxer if self.of == "value" else figure.ratio
        if measured is None:
            return None
        return measured >= self.bound if self.at_least else measured <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:.3g}{' x' if self.of == 'ratio' else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. The ratio is muxer to tmux, or how many times faster muxer is where `speed` is set."""

    subject: str
    name: str
    unit: str
    muxer: float | None
    tmux: float | None = None
    target: Target | None = None
    speed: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        over, under = (self.tmux, self.muxer) if self.speed else (self.muxer, self.tmux)
        return over / under if over is not None and under else None

    @property
    def reached(self) -> bool | None:
        return self.target.reached(self) if self.target else None

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {
            "ratio": self.ratio,
            "target": str(self.target) if self.target else None,
            "reached": self.reached,
        }


def times_at_most(bound: float) -> Target:
    return Target(of="ratio", bound=bound)


def times_at_least(bound: float) -> Target:
    return Target(of="ratio", bound=bound, at_least=True)


def median(values: Iterable[float]) -> float | None:
    values = list(values)
    return statistics.median(values) if values else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


HEADINGS = ("figure", "unit", "muxer", "tmux", "ratio", "target", "")


def table(figures: Sequence[Figure]) -> str:
    """The figures for a person, a block for each subject."""
    rows = [HEADINGS]
    rows += [
        (
            figure.name,
            figure.unit,
            _number(figure.muxer),
            _number(figure.tmux),
            f"{figure.ratio:.2f}" if figure.ratio is not None else "-",
            str(figure.target or ""),
            "  ".join(filter(None, (_verdict(figure), figure.note))),
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    lines = []
    subject = None
    for figure, row in zip([None, *figures], rows, strict=True):
        if figure and figure.subject != subject:
            subject = figure.subject
            lines += ["", subject]
        name, unit, *numbers = row[:-1]
        cells = [name.ljust(widths[0]), unit.ljust(widths[1])]
        cells += [cell.rjust(width) for cell, width in zip(numbers, widths[2:], strict=True)]
        lines.append(f"  {'  '.join(cells)}  {row[-1]}".rstrip())
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"


def _verdict(figure: Figure) -> str:
    return {None: "", True: "reached", False: "MISSED"}[figure.reached]
