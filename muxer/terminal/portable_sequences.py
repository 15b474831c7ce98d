"""What each sequence does to the portable engine's screen, and what it answers.

The parser calls; a sequence that is in none of the tables does nothing.
"""

from collections.abc import Callable

from muxer.terminal.engine import CELL_HEIGHT, CELL_WIDTH
from muxer.terminal.portable_cells import COMMAND, styled
from muxer.terminal.portable_modes import Switches
from muxer.terminal.portable_screen import DECLRMM, DECOM, Screen
from muxer.terminal.portable_strings import Strings

Numbers = list[int]


def _numbers(parameters: str) -> Numbers:
    return [min(int(item), 65535) if item.isdigit() else 0 for item in parameters.split(";")]


class Sequences:
    """The listener of a parser: text and sequences become calls of the screen."""

    def __init__(self, screen: Screen, switches: Switches, strings: Strings) -> None:
        self._screen = screen
        self._switches = switches
        self._strings = strings
        self.last_drawn = ""
        self._controls: dict[str, Callable[[], None]] = {
            "\x07": strings.ring,
            "\x08": lambda: screen.step(-1, 0),
            "\t": screen.tab,
            "\n": screen.linefeed,
            "\v": screen.linefeed,
            "\f": screen.linefeed,
            "\r": screen.carriage_return,
            "\x0e": lambda: setattr(screen, "charset", 1),
            "\x0f": lambda: setattr(screen, "charset", 0),
        }
        self._escapes: dict[str, Callable[[], None]] = {
            "7": screen.save_cursor,
            "8": screen.restore_cursor,
            "D": screen.index,
            "E": self._next_line,
            "H": lambda: screen.tabstops.add(screen.cursor.x),
            "M": screen.reverse_index,
            "N": lambda: setattr(screen, "single_shift", 2),
            "O": lambda: setattr(screen, "single_shift", 3),
            "n": lambda: setattr(screen, "charset", 2),
            "o": lambda: setattr(screen, "charset", 3),
            "c": self._full_reset,
            "Z": lambda: self._device_attributes([0]),
            "=": lambda: switches.set_private(66, on=True),
            ">": lambda: switches.set_private(66, on=False),
            "#8": screen.alignment_display,
        }
        self._sequences: dict[str, Callable[[Numbers], None]] = self._moves() | self._edits() | self._queries()

    def _moves(self) -> dict[str, Callable[[Numbers], None]]:
        screen = self._screen
        return {
            "A": lambda n: screen.step(0, -(n[0] or 1)),
            "B": lambda n: screen.step(0, n[0] or 1),
            "C": lambda n: screen.step(n[0] or 1, 0),
            "D": lambda n: screen.step(-(n[0] or 1), 0),
            "E": lambda n: self._step_and_return(n[0] or 1),
            "F": lambda n: self._step_and_return(-(n[0] or 1)),
            "G": lambda n: screen.go(x=(n[0] or 1) - 1),
            "`": lambda n: screen.go(x=(n[0] or 1) - 1),
            "H": self._position,
            "f": self._position,
            "d": lambda n: screen.go(y=(n[0] or 1) - 1),
            "a": lambda n: screen.move(screen.cursor.x + (n[0] or 1), screen.cursor.y),
            "e": lambda n: screen.move(screen.cursor.x, screen.cursor.y + (n[0] or 1)),
            "j": lambda n: screen.step(-(n[0] or 1), 0),
            "k": lambda n: screen.step(0, -(n[0] or 1)),
            "I": lambda n: screen.tab(n[0] or 1),
            "Z": lambda n: screen.tab(-(n[0] or 1)),
            "s": self._save_or_margins,
            "u": lambda _: screen.restore_cursor(),
        }

    def _edits(self) -> dict[str, Callable[[Numbers], None]]:
        screen, switches = self._screen, self._switches
        return {
            "@": lambda n: self._settled(screen.insert_characters, n[0]),
            "P": lambda n: self._settled(screen.delete_characters, n[0]),
            "X": lambda n: self._settled(screen.erase_characters, n[0]),
            "L": lambda n: self._settled(screen.insert_lines, n[0]),
            "M": lambda n: self._settled(screen.delete_lines, n[0]),
            "J": lambda n: self._erase_display(n[0]),
            "K": lambda n: self._settled(screen.erase_in_line, n[0]),
            "?J": lambda n: screen.erase_in_display(n[0], private=True),
            "?K": lambda n: screen.erase_in_line(n[0], private=True),
            "S": lambda n: screen.scroll_up(n[0] or 1),
            "T": lambda n: screen.shift(*screen.region, -(n[0] or 1)) if len(n) < 5 else None,
            "b": self._repeat,
            "g": self._clear_tabs,
            "?W": lambda n: self._reset_tabs() if n[0] == 5 else None,
            "r": self._margins,
            "h": lambda n: switches.set_ansi(n, on=True),
            "l": lambda n: switches.set_ansi(n, on=False),
            "?h": lambda n: switches.set_privates(n, on=True),
            "?l": lambda n: switches.set_privates(n, on=False),
            "?s": switches.keep,
            "?r": switches.bring_back,
            "!p": lambda _: self._soft_reset(),
            " q": lambda n: switches.set_cursor_style(n[0]),
            '"q': lambda n: setattr(screen, "style", screen.style._replace(protected=n[0] == 1)),
            ">m": switches.set_key_format,
            ">n": lambda n: switches.set_key_format([4, 0]) if n[0] == 4 else None,
        }

    def _queries(self) -> dict[str, Callable[[Numbers], None]]:
        switches, reply = self._switches, self._strings.reply
        return {
            "c": self._device_attributes,
            ">c": lambda n: reply("\x1b[>1;10;0c") if n[0] == 0 else None,
            "=c": lambda n: reply("\x1bP!|00000000\x1b\\") if n[0] == 0 else None,
            "n": self._status,
            "?n": self._private_status,
            "$p": lambda n: reply(f"\x1b[{n[0]};{switches.report_ansi(n[0])}$y"),
            "?$p": lambda n: reply(f"\x1b[?{n[0]};{switches.report_private(n[0])}$y"),
            ">q": lambda n: self._strings.report_version() if n[0] == 0 else None,
            # Kitty's keyboard protocol is not spoken here, and a program that asks is told so.
            "?u": lambda _: reply("\x1b[?0u"),
            "t": self._window,
        }

    # -- what the parser calls -------------------------------------------------------------------------------------

    def draw(self, text: str) -> None:
        """Printable characters."""
        self._screen.draw(text)
        self.last_drawn = text[-1]
        if self._strings.in_command:
            self._strings.mark(COMMAND)

    def control(self, char: str) -> None:
        """A C0 control."""
        if action := self._controls.get(char):
            action()

    def escape(self, intermediates: str, final: str) -> None:
        """ESC with what follows it."""
        if len(intermediates) == 1 and intermediates in "()*+":
            self._screen.sets["()*+".index(intermediates)] = final
        elif action := self._escapes.get(intermediates + final):
            action()

    def csi(self, prefix: str, parameters: str, intermediates: str, final: str) -> None:
        """A control sequence."""
        name = prefix + intermediates + final
        if name == "m":
            self._screen.style = styled(self._screen.style, parameters)
        elif (action := self._sequences.get(name)) and ":" not in parameters:
            action(_numbers(parameters))

    def string(self, kind: str, content: str, *, bel: bool) -> None:
        """An OSC, DCS, APC, PM or SOS."""
        self._strings.take(kind, content, bel=bel)

    # -- moves -----------------------------------------------------------------------------------------------------

    def _next_line(self) -> None:
        self._screen.index()
        self._screen.carriage_return()

    def _step_and_return(self, rows: int) -> None:
        self._screen.step(0, rows)
        self._screen.carriage_return()

    def _position(self, numbers: Numbers) -> None:
        column = numbers[1] if len(numbers) > 1 else 1
        self._screen.go((column or 1) - 1, (numbers[0] or 1) - 1)

    def _save_or_margins(self, numbers: Numbers) -> None:
        screen = self._screen
        if DECLRMM not in screen.mode:
            screen.save_cursor()
            return
        left, right = self._span(numbers, screen.columns)
        if left < right:
            screen.sides = (left, right)
            screen.go(0, 0)

    def _margins(self, numbers: Numbers) -> None:
        screen = self._screen
        top, bottom = self._span(numbers, screen.lines)
        if top < bottom:
            screen.set_region(top, bottom)
            screen.go(0, 0)

    @staticmethod
    def _span(numbers: Numbers, size: int) -> tuple[int, int]:
        last = numbers[1] if len(numbers) > 1 else 0
        return (numbers[0] or 1) - 1, min(last or size, size) - 1

    # -- edits -----------------------------------------------------------------------------------------------------

    def _settled(self, edit: Callable[[int], None], number: int) -> None:
        """Edit; the wrap that was due is not any more."""
        self._screen.due = False
        edit(number)

    def _erase_display(self, how: int) -> None:
        if how == 3:
            self._switches.forget_history()
            return
        self._screen.due = False
        self._screen.erase_in_display(how)

    def _repeat(self, numbers: Numbers) -> None:
        if self.last_drawn:
            self._screen.draw(self.last_drawn * min(numbers[0] or 1, self._screen.columns * self._screen.lines))

    def _clear_tabs(self, numbers: Numbers) -> None:
        if numbers[0] == 0:
            self._screen.tabstops.discard(self._screen.cursor.x)
        elif numbers[0] == 3:
            self._screen.tabstops.clear()

    def _reset_tabs(self) -> None:
        self._screen.tabstops = set(range(8, self._screen.columns, 8))

    def _soft_reset(self) -> None:
        self._screen.soft_reset()
        self._switches.soft_reset()

    def _full_reset(self) -> None:
        self._switches.full_reset()
        self._strings.full_reset()
        self.last_drawn = ""

    # -- answers ---------------------------------------------------------------------------------------------------

    def _device_attributes(self, numbers: Numbers) -> None:
        if numbers[0] == 0:
            # A VT220 with colour and a clipboard.
            self._strings.reply("\x1b[?62;22;52c")

    def _place(self) -> str:
        screen = self._screen
        x, y = screen.cursor.x, screen.cursor.y
        if DECOM in screen.mode:
            x, y = x - screen.sides[0], y - screen.region[0]
        return f"{y + 1};{x + 1}"

    def _status(self, numbers: Numbers) -> None:
        if numbers[0] == 5:
            self._strings.reply("\x1b[0n")
        elif numbers[0] == 6:
            self._strings.reply(f"\x1b[{self._place()}R")

    def _private_status(self, numbers: Numbers) -> None:
        if numbers[0] == 6:
            self._strings.reply(f"\x1b[?{self._place()};1R")
        elif numbers[0] == 996:
            self._strings.report_scheme()

    def _window(self, numbers: Numbers) -> None:
        screen, reply = self._screen, self._strings.reply
        if numbers[0] == 14:
            reply(f"\x1b[4;{screen.lines * CELL_HEIGHT};{screen.columns * CELL_WIDTH}t")
        elif numbers[0] == 16:
            reply(f"\x1b[6;{CELL_HEIGHT};{CELL_WIDTH}t")
        elif numbers[0] == 18:
            reply(f"\x1b[8;{screen.lines};{screen.columns}t")
