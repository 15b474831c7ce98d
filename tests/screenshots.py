"""Builds screenshots/: the real program at a real terminal, drawn as SVG. Run `python -m tests.screenshots`.

What the terminal received is read by muxer's engine and drawn cell by cell: a picture is what a person would see.
`python -m tests.screenshots FOLDER [COLSxROWS…] [THEME…] [SCENE…]` draws others, to be looked at.
"""

import re
import sys
import tempfile
from html import escape
from itertools import product
from pathlib import Path

from rich.cells import cell_len
from rich.color import ColorType
from rich.color_triplet import ColorTriplet
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from muxer.terminal.choice import open_engine
from tests.scenes import SCENES, SHOWN
from tests.seat import Seat, muxer_home
from tests.workshop import at_work

FOLDER = Path(__file__).parent.parent / "screenshots"
CELL_WIDTH, CELL_HEIGHT, SIZE = 8.4, 17, 14
FONT = f'font-family="\'DejaVu Sans Mono\', Menlo, Consolas, monospace" font-size="{SIZE}"'
TANGO = TerminalTheme(
    (23, 20, 33), (208, 207, 204),
    [(23, 20, 33), (192, 28, 40), (38, 162, 105), (162, 115, 76), (18, 72, 139), (163, 71, 186), (42, 161, 179),
     (208, 207, 204)],
    [(94, 92, 100), (246, 97, 81), (51, 218, 122), (233, 173, 12), (42, 123, 222), (192, 97, 203), (51, 199, 222),
     (255, 255, 255)],
)  # fmt: skip
"""What a terminal has of its own, until a theme tells it otherwise."""
TOLD = re.compile(rb"\x1b\](?:(104)|(4;\d+|1[01]);rgb:(..)/(..)/(..))\x1b").findall


def colors(raw: bytes) -> TerminalTheme:
    """The colours that a terminal has after all that it was told."""
    own = {b"10": TANGO.foreground_color, b"11": TANGO.background_color}
    own |= {b"4;%d" % at: TANGO.ansi_colors[at] for at in range(16)}
    now = dict(own)
    for reset, what, *parts in TOLD(raw):
        if reset:
            now = dict(own)
        else:
            red, green, blue = (int(part, 16) for part in parts)
            now[what] = ColorTriplet(red, green, blue)
    entries: list[tuple[int, int, int]] = [now[b"4;%d" % at] for at in range(16)]
    return TerminalTheme(now[b"11"], now[b"10"], entries[:8], entries[8:])


def _hex(style: Style, theme: TerminalTheme, *, ground: bool) -> str:
    color = style.bgcolor if ground else style.color
    if style.reverse:
        color = style.color if ground else style.bgcolor
    if color is None or color.type is ColorType.DEFAULT:
        own = theme.background_color if ground != bool(style.reverse) else theme.foreground_color
        return own.hex
    return color.get_truecolor(theme, foreground=not ground).hex


def drawn(rows: list[str], cols: int, cursor: tuple[int, int] | None, theme: TerminalTheme) -> str:
    """Rows with SGR, as SVG."""
    width, height = cols * CELL_WIDTH + 16, len(rows) * CELL_HEIGHT + 16
    ground = theme.background_color.hex
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" {FONT}>',
        f'<rect width="100%" height="100%" rx="8" fill="{ground}"/>',
    ]
    for y, row in enumerate(rows):
        top, x = 8 + y * CELL_HEIGHT, 0
        for segment in Text.from_ansi(row).render(_console()):
            cells, style = cell_len(segment.text), segment.style or Style.null()
            if segment.text == "\n" or not cells:
                continue
            left = 8 + x * CELL_WIDTH
            fill = _hex(style, theme, ground=True)
            if fill != ground:
                out.append(
                    f'<rect x="{left:.1f}" y="{top}" width="{cells * CELL_WIDTH + 0.3:.1f}" height="{CELL_HEIGHT}" '
                    f'fill="{fill}"/>'
                )
            if segment.text.strip():
                look = ' font-weight="bold"' * bool(style.bold) + ' font-style="italic"' * bool(style.italic)
                look += ' opacity="0.6"' * bool(style.dim) + ' text-decoration="underline"' * bool(style.underline)
                look += f' fill="{_hex(style, theme, ground=False)}" textLength="{cells * CELL_WIDTH:.1f}"'
                place = f'x="{left:.1f}" y="{top + 13}" xml:space="preserve" lengthAdjust="spacingAndGlyphs"'
                out.append(f"<text {place}{look}>{escape(segment.text)}</text>")
            x += cells
    if cursor:
        out.append(
            f'<rect x="{8 + cursor[0] * CELL_WIDTH:.1f}" y="{8 + cursor[1] * CELL_HEIGHT}" width="{CELL_WIDTH}" '
            f'height="{CELL_HEIGHT}" fill="{theme.foreground_color.hex}" opacity="0.5"/>'
        )
    return "\n".join([*out, "</svg>"]) + "\n"


def _console() -> Console:
    return Console(color_system="truecolor", width=1000)


def picture(seat: Seat) -> str:
    """What a seat's terminal shows now, as SVG."""
    engine = open_engine(seat.cols, seat.rows)
    engine.feed(bytes(seat.raw))
    frame = engine.frame()
    cursor = (frame.cursor.x, frame.cursor.y) if frame.cursor else None
    rows = engine.lines(ansi=True)
    return drawn([*rows, *[""] * (seat.rows - len(rows))], seat.cols, cursor, colors(bytes(seat.raw)))


def build(file: Path, name: str, *, theme: str = "night", cols: int = 110, rows: int = 30) -> None:
    """One picture."""
    with (
        tempfile.TemporaryDirectory() as place,
        muxer_home(place) as env,
        at_work(env, name, theme=theme, cols=cols, rows=rows) as seat,
    ):
        SCENES[name](seat)
        file.write_text(picture(seat))


def main() -> None:
    """Those that the README shows; or all scenes, into a folder, in the sizes and themes that are named."""
    words = sys.argv[2:]
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    folder.mkdir(exist_ok=True)
    if folder == FOLDER:
        for old in folder.glob("*.svg"):
            old.unlink()
        for file, name, options in SHOWN:
            build(folder / f"{file}.svg", name, **options)
        return
    sizes = [word for word in words if word[0].isdigit()] or ["80x24", "200x50"]
    themes = [word for word in words if not word[0].isdigit() and word not in SCENES] or ["night"]
    for size, theme, name in product(sizes, themes, [word for word in words if word in SCENES] or SCENES):
        cols, _, rows = size.partition("x")
        build(folder / f"{name}-{theme}-{size}.svg", name, theme=theme, cols=int(cols), rows=int(rows))


if __name__ == "__main__":
    main()
