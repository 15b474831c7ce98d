"""Adds the conformance score of each engine to the end of a run, also when workers share it."""

from collections import Counter

import pytest

SCORED = "conformance"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line an engine: how many cases of the table it gets right."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in ("passed", "failed", "xfailed", "xpassed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, engine in getattr(report, "user_properties", []):
                if name == SCORED:
                    total[engine] += 1
                    right[engine] += outcome in ("passed", "xpassed")
    for engine in sorted(total):
        terminalreporter.write_line(f"conformance: {engine} {right[engine]}/{total[engine]}")
