"""Ten thousand lines are kept, in memory that can be made small."""

import psutil
import pytest

from muxer.terminal.ghostty import GhosttyEngine


def picture(terminal: GhosttyEngine) -> list[str]:
    """The whole screen as a frame gives it."""
    terminal.invalidate()
    rows = terminal.frame().rows
    assert [y for y, _ in rows] == list(range(terminal.rows))
    return [text for _, text in rows]


@pytest.mark.parametrize("cols", [80, 220])
def test_ten_thousand_lines_are_really_kept(cols: int) -> None:
    terminal = GhosttyEngine(cols, 24)
    styled = "".join(f"\x1b[38;5;{n};4m{n}\x1b[0m 漢 " for n in range(30))
    number = 0
    for _ in range(26):
        terminal.feed("".join(f"{number + n} {styled}"[: cols * 3] + "\x1b[0m\r\n" for n in range(500)).encode())
        number += 500
    everything = terminal.lines(history=True)
    first = int(next(line for line in everything if line[:1].isdigit() and " 0 漢" in line).split()[0])
    assert first <= 13_000 - 10_000
    assert len(everything) < 17_000
    assert terminal.search(f"{number - 1} 0 漢", limit=1)


def test_a_short_history_stays_short() -> None:
    terminal = GhosttyEngine(80, 24, scrollback=100)
    for _ in range(100):
        terminal.feed(b"line\r\n" * 100)
    assert 100 <= terminal.scrollback() < 1000


def test_compressing_frees_memory_and_changes_nothing() -> None:
    process = psutil.Process()
    terminals = [GhosttyEngine(80, 24) for _ in range(6)]
    for terminal in terminals:
        terminal.feed(b"".join(b"line %d \x1b[3%dmcolour\x1b[0m\r\n" % (n, n % 8) for n in range(10_000)))
    before, text = process.memory_info().rss, terminals[0].lines(history=True, ansi=True)
    for terminal in terminals:
        terminal.compress()
    assert before - process.memory_info().rss > 6 * 4_000_000
    assert terminals[0].lines(history=True, ansi=True) == text
    terminals[1].scroll_to(9000)
    assert picture(terminals[1])[0].startswith("line 9")
    terminals[2].feed(b"more\r\n" * 5000)
    assert terminals[2].search("line 9999")
    terminals[3].resize(40, 10)
    assert terminals[3].lines(history=True)[0].startswith("line ")
