"""Pages for the tests of copy mode, made by a real engine."""

from muxer.terminal.portable import PortableEngine
from muxer.ui.copying.page import Page


def page_of(text: str, cols: int = 20, rows: int = 5) -> Page:
    """What a terminal of that size holds once the text was printed."""
    engine = PortableEngine(cols, rows)
    engine.feed(text.replace("\n", "\r\n").encode())
    return Page.of(engine)
