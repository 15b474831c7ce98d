import re

import pytest
from rich.cells import cell_len

from muxer.model import Exit, PaneFacts
from muxer.settings.themes import read_theme
from muxer.ui.titles import harmless, title_line

PLAIN = re.compile(r"\x1b\[[0-9;]*m")


def facts(title: str = "", how: Exit | None = None) -> PaneFacts:
    return PaneFacts(
        id="p1", name="api", tab="1", pid=1, command=("/usr/bin/vim", "x"), cwd="/", cols=80, rows=24,
        state=how.state if how else "running", title=title, exit=how,
    )  # fmt: skip


def line(cols: int, title: str = "", how: Exit | None = None, note: str = "") -> str:
    return PLAIN.sub("", title_line(facts(title, how), cols, read_theme("night"), focused=True, note=note))


@pytest.mark.parametrize("cols", [1, 2, 3, 5, 8, 13, 20, 40, 80, 200])
@pytest.mark.parametrize("title", ["", "app.py - VIM", "漢字のとても長いタイトルです" * 3])
@pytest.mark.parametrize("note", ["", "zoomed"])
def test_it_is_exactly_as_wide_as_its_pane(cols: int, title: str, note: str) -> None:
    assert cell_len(line(cols, title, note=note)) == cols


def test_it_says_what_there_is() -> None:
    assert line(40, "app.py - VIM", note="zoomed") == " ● api  app.py - VIM             zoomed "
    assert line(40, how=Exit(status=3)) == " □ api  vim                    exited 3 "
    assert line(40, how=Exit(signal=9)) == " ✕ api  vim          killed by signal 9 "


def test_a_hostile_title_moves_nothing() -> None:
    assert harmless("a\x1b[2Jb\r\n\u202ec\x07 d") == "a[2Jbc d"
