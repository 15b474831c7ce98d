"""What stands on a pane's title line: its state's glyph, its name, its state, and what its program calls itself.

Every line is exactly as wide as it is asked to be; what does not fit goes whole, or ends in an ellipsis.
"""

import os
import re
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from muxer.model import PaneFacts
from muxer.paths import homely
from muxer.ui.harmless import harmless
from muxer.ui.look import Look
from muxer.ui.states import SIGNS, Sight, glyph_of, plainly, settled_age


def cut(text: str, cols: int, *, plain: bool = False) -> str:
    """The text, or as much of it as fits with an ellipsis; a path loses its middle, never its last part."""
    if cell_len(text) <= cols:
        return text
    mark = ".." if plain else "…"
    if cols <= len(mark):
        return mark[: max(0, cols)]
    head, slash, tail = text.rpartition("/")
    room = cols - len(mark) - len(slash) - cell_len(tail)
    if slash and tail and " " not in text and room >= 0:
        return f"{set_cell_size(head, room).rstrip()}{mark}/{tail}"
    return set_cell_size(text, cols - len(mark)).rstrip() + mark


_SPINNER = re.compile(r"^[\u2800-\u28ff·✢✳✶✻✽✦◇✋] +(?=\S)")
"""What turns at the head of a title says less than the state beside it, and would be drawn again with each turn."""


def title_of(facts: PaneFacts, busy: str = "") -> str:
    """What the program calls itself, else what runs, else, where that is the pane's name already, its folder."""
    title = " ".join(harmless(facts.title).split())
    if title:
        return _SPINNER.sub("", title)
    command = harmless(busy or (os.path.basename(facts.command[0]) if facts.command else ""))
    if not command or facts.name.startswith(command.lstrip("-")):
        return harmless(homely(facts.cwd))
    return command


def filler(look: Look) -> str:
    """What the empty part of a bar is made of: a line, where the theme's bars lie on the terminal's own ground."""
    return plainly("─", plain=look.ascii) if look.theme.colors["ground"] == "default" else " "


_BAR, _FRAME = ("", " ", ""), ("┌─", "─", "─┐")


def title_line(
    sight: Sight, cols: int, look: Look, *, focused: bool, now: float, notes: Sequence[str] = (), alarm: str = "",
    framed: bool = False,
) -> str:  # fmt: skip
    """The line as text with SGR: a bar, or a frame's upper edge. An alarm is a note that nobody should overlook."""
    plain, on = look.ascii, None if framed else "line"
    start, fill, end = (plainly(part, plain=plain) for part in (_FRAME if framed and cols > 4 else _BAR))
    fill = fill if framed else filler(look)
    cols -= len(start) + len(end)
    left = f" {glyph_of(sight.state, plain=plain)} {sight.name or 'starting'} "
    left = set_cell_size(left, cols) if cell_len(left) > cols else left
    room = cols - cell_len(left)
    told = [(alarm, "wait"), *((note, "accent") for note in notes)]
    ways = [sight.said, sight.state] if sight.note else [""]
    joined = (_joined([*told, (way, SIGNS[sight.state].role)], room, look, on) for way in ways)
    note, taken = next((way for way in joined if way[1]), ("", 0))
    room -= taken
    rest = _fitting(sight, room, now, plain=plain)
    loud = focused and sight.state in ("working", "idle", "starting")
    glyph = look.ink("accent" if loud else SIGNS[sight.state].role, on=on)
    name = look.ink("accent" if focused else "quiet", on=on, bold=focused)
    words = look.ink("text" if focused else "quiet", on=on)
    edge = look.ink("accent" if focused else "quiet", on=on)
    gap = f"{edge}{fill * (room - cell_len(rest))}"
    return f"{edge * framed}{start}{glyph}{left[:3]}{name}{left[3:]}{words}{rest}{gap}{note}{edge * framed}{end}"


def _joined(told: Sequence[tuple[str, str]], room: int, look: Look, on: str | None) -> tuple[str, int]:
    """Words, each in its role, if there is room for all of them; and how wide they are together."""
    told = [(words, role) for words, role in told if words]
    words = [plainly(one, plain=look.ascii) for one, _ in told]
    dot = plainly(" · ", plain=look.ascii)
    cells = cell_len(dot.join(words)) + 2
    if not told or cells > room:
        return "", 0
    quiet = look.ink("quiet", on=on)
    inked = (f"{look.ink(role, on=on)}{one}" for one, (_, role) in zip(words, told, strict=True))
    return f"{quiet} {f'{quiet}{dot}'.join(inked)}{quiet} ", cells


def _fitting(sight: Sight, room: int, now: float, *, plain: bool) -> str:
    """State, age and what it is about, as far as there is room; only the last of them may be cut."""
    age = settled_age(now - sight.since) if sight.since else ""
    word = f" {sight.state}" if sight.name and not sight.note else ""
    if word and age and len(word) + len(age) + 2 <= room:
        word += f" {age}"
    if len(word) >= room:
        return ""
    dot = " · " if word else " "
    about = cut(sight.title, room - len(word) - len(dot) - 1, plain=plain) if sight.title else ""
    if len(about) < min(4, len(sight.title)):
        about = ""
    return plainly(f"{word}{dot if about else ' '}", plain=plain) + (f"{about} " if about else "")


def strip_line(sights: Sequence[Sight], focus: int, cols: int, look: Look) -> tuple[str, list[tuple[int, int]]]:
    """All panes of a tab in one line, for a screen that shows one at a time; and where each lies: from, to."""
    plain = look.ascii
    labels = [f" {glyph_of(sight.state, plain=plain)} {harmless(sight.name) or 'starting'} " for sight in sights]
    first, last = window([cell_len(label) for label in labels], focus, cols - 4)
    out, spans, at = [look.ink("quiet", on="line")], [(0, 0)] * len(labels), 0
    if first > 0 and cols > 4:
        out.append(plainly("‹ ", plain=plain))
        at = 2
    for n in range(first, last):
        label, sight = labels[n], sights[n]
        room = cols - at - (2 if last < len(labels) else 0)
        label = cut(label, room, plain=plain) if cell_len(label) > room else label
        ink = look.ink("line", on="accent", bold=True) if n == focus else look.ink("text", on="line")
        sign = ink if n == focus else look.ink(SIGNS[sight.state].role, on="line")
        out.append(f"{sign}{label[:2]}{ink}{label[2:]}")
        spans[n] = at, at + cell_len(label)
        at += cell_len(label)
    tail = plainly("›", plain=plain) if last < len(labels) and at < cols else ""
    said = plainly(f" {sights[focus].said} ", plain=plain) if sights[focus].note else ""
    said = said if at + cell_len(said) + len(tail) < cols else ""
    gap = filler(look) * max(0, cols - at - cell_len(said) - len(tail))
    quiet, loud = look.ink("quiet", on="line"), look.ink(SIGNS[sights[focus].state].role, on="line")
    return "".join([*out, quiet, gap, f"{loud}{said}{quiet}" if said else "", tail]), spans


def window(widths: Sequence[int], shown: int, cols: int) -> tuple[int, int]:
    """Which of a row of labels can be seen: from, to; the shown one always, its neighbours as far as they fit."""
    if not widths:
        return 0, 0
    first, last = shown, shown + 1
    left = cols - widths[shown]
    while True:
        if first > 0 and widths[first - 1] <= left:
            first -= 1
            left -= widths[first]
        elif last < len(widths) and widths[last] <= left:
            left -= widths[last]
            last += 1
        else:
            return first, last
