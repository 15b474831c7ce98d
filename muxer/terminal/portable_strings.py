"""What the portable engine makes of OSC, DCS and APC: notices, answers, links and colours.

Nothing that a program sends can make the replies or the notices grow without bound.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from binascii import hexlify, unhexlify
from collections.abc import Callable
from typing import Literal

from muxer import __version__
from muxer.terminal.engine import (
    CopyAsked,
    FolderSet,
    Notice,
    Notified,
    Progressed,
    Rang,
    TitleSet,
    UnknownSequence,
)
from muxer.terminal.portable_cells import COMMAND, PROMPT, parameters
from muxer.terminal.portable_screen import Screen

Color = tuple[int, int, int]

REPLY_LIMIT = 1 << 20
NOTICE_LIMIT = 256
COPY_LIMIT = 1 << 20
TEXT_LIMIT = 4096
_CAPABILITIES = {"TN": "xterm-256color", "name": "xterm-256color", "Co": "256", "colors": "256", "RGB": "8"}
_PROGRESS: tuple[Literal["none", "set", "error", "indeterminate", "paused"], ...] = (
    "none",
    "set",
    "error",
    "indeterminate",
    "paused",
)
_BASIC = (
    (0x1D, 0x1F, 0x21), (0xCC, 0x66, 0x66), (0xB5, 0xBD, 0x68), (0xF0, 0xC6, 0x74),
    (0x81, 0xA2, 0xBE), (0xB2, 0x94, 0xBB), (0x8A, 0xBE, 0xB7), (0xC5, 0xC8, 0xC6),
    (0x66, 0x66, 0x66), (0xD5, 0x4E, 0x53), (0xB9, 0xCA, 0x4A), (0xE7, 0xC5, 0x47),
    (0x7A, 0xA6, 0xDA), (0xC3, 0x97, 0xD8), (0x70, 0xC0, 0xB1), (0xEA, 0xEA, 0xEA),
)  # fmt: skip
_DYNAMIC = {10: "foreground", 11: "background", 12: "cursor"}


def palette_color(index: int) -> Color:
    """The colour that a palette entry has when nobody changed it."""
    if index < 16:
        return _BASIC[index]
    if index >= 232:
        return (8 + 10 * (index - 232),) * 3
    steps = (0, 95, 135, 175, 215, 255)
    index -= 16
    return steps[index // 36], steps[index // 6 % 6], steps[index % 6]


def parsed_color(text: str) -> Color | None:
    """`rgb:ffff/0000/0000` or `#ff0000`, in the lengths that X knows."""
    if match := re.fullmatch(r"rgb:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})", text):
        red, green, blue = (round(int(part, 16) * 255 / (16 ** len(part) - 1)) for part in match.groups())
        return red, green, blue
    if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
    return None


class Strings:
    """Collects replies and notices, and keeps the colours that programs ask about."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.replies = bytearray()
        self.notices: list[Notice] = []
        self.theme: dict[str, Color] = {"foreground": (255, 255, 255), "background": (0, 0, 0)}
        self.dark = True
        self.palette: tuple[Color, ...] = ()
        """The first entries, where a theme has its own."""
        self.colors: dict[int | str, Color] = {}
        """What the program changed: palette entries by number, the others by name."""
        self._unfinished: dict[str, tuple[str, str]] = {}
        """Title and body of kitty notifications of which more is to come."""
        self.cursor_style: Callable[[], int] = lambda: 0
        self.in_command = False
        """Is what is drawn a shell's prompt, or a command that is typed after it?"""

    def full_reset(self) -> None:
        """RIS."""
        self.colors = {}
        self.in_command = False

    def reply(self, text: str) -> None:
        """Answer the program."""
        data = text.encode("utf-8", "replace")
        if len(self.replies) + len(data) <= REPLY_LIMIT:
            self.replies += data

    def notice(self, notice: Notice) -> None:
        """Announce something."""
        if self.notices and self.notices[-1] == notice == Rang():
            return
        if len(self.notices) < NOTICE_LIMIT:
            self.notices.append(notice)

    def ring(self) -> None:
        """BEL."""
        self.notice(Rang())

    def report_version(self) -> None:
        """XTVERSION."""
        self.reply(f"\x1bP>|muxer {__version__}\x1b\\")

    def report_scheme(self) -> None:
        """Is the terminal dark or light?"""
        self.reply(f"\x1b[?997;{1 if self.dark else 2}n")

    def take(self, kind: str, content: str, *, bel: bool) -> None:
        """A whole string."""
        if kind == "osc":
            self._osc(content, "\x07" if bel else "\x1b\\")
        elif kind == "dcs":
            self._dcs(content)
        elif kind == "apc" and not content.startswith("G"):
            self.notice(UnknownSequence("apc", content.encode("utf-8", "replace")))

    # -- OSC -------------------------------------------------------------------------------------------------------

    def _osc(self, content: str, end: str) -> None:
        number, _, rest = content.partition(";")
        if not self._say(number, rest) and not self._color(number, rest, end) and number != "1":
            self.notice(UnknownSequence("osc", content.encode("utf-8", "replace")))

    def _say(self, number: str, rest: str) -> bool:
        """The sequences that tell something; False for all others."""
        if number in ("0", "2"):
            self.notice(TitleSet(rest))
        elif number == "7":
            self.notice(FolderSet(rest))
        elif number == "8":
            link = rest.partition(";")[2]
            self._screen.style = self._screen.style._replace(link=link.replace("\x1b", ""))
        elif number == "52":
            self._copy(rest)
        elif number == "9":
            self._nine(rest)
        elif number == "99":
            self._kitty(rest)
        elif number == "777" and rest.startswith("notify;"):
            title, _, body = rest.removeprefix("notify;").partition(";")
            self.notice(Notified(title, body))
        elif number == "133":
            self._shell(rest)
        else:
            return False
        return True

    def _shell(self, rest: str) -> None:
        """What a shell says of itself: a prompt begins (A; P where it is), a command's output begins or ended."""
        what, _, options = rest.partition(";")
        if what in ("A", "P"):
            if what == "A" and self._screen.cursor.x:
                self._screen.carriage_return()
                self._screen.index()
            self.in_command = True
            self.mark(COMMAND if re.search(r"\bk=[sc]", options) else PROMPT)
        elif what in ("C", "D"):
            self.in_command = False

    def mark(self, mark: str) -> None:
        """Say what the cursor's row is, if it is not known yet; a prompt is one whatever it was before."""
        row = self._screen.buffer[self._screen.cursor.y]
        row.mark = mark if mark == PROMPT else row.mark or mark

    def _nine(self, rest: str) -> None:
        if match := re.fullmatch(r"4;([0-4])(?:;(\d*))?;?", rest):
            percent = min(int(match[2]), 100) if match[2] else None
            state = _PROGRESS[int(match[1])]
            self.notice(Progressed(state, None if state in ("none", "indeterminate") else percent))
        elif rest:
            self.notice(Notified("", rest))

    def _kitty(self, rest: str) -> None:
        """One part of a notification; `d=0` says that more of it follows under the same name."""
        facts, _, text = rest.partition(";")
        fields = dict(field.partition("=")[::2] for field in facts.split(":"))
        if fields.get("e") == "1":
            text = (_decoded(text) or b"").decode("utf-8", "replace")
        name, part = fields.get("i", "")[:64], fields.get("p", "title")
        title, body = self._unfinished.pop(name, ("", ""))
        if part == "title":
            title = (title + text)[:TEXT_LIMIT]
        elif part == "body":
            body = (body + text)[:TEXT_LIMIT]
        if fields.get("d") == "0":
            if len(self._unfinished) < NOTICE_LIMIT:
                self._unfinished[name] = (title, body)
        elif title or body:
            self.notice(Notified(title, body))

    def _copy(self, rest: str) -> None:
        text = rest.partition(";")[2]
        if text == "?" or len(text) > COPY_LIMIT * 4 // 3 + 4:
            return
        if (data := _decoded(text)) is not None and len(data) <= COPY_LIMIT:
            self.notice(CopyAsked(data.decode("utf-8", "replace")))

    # -- colours ---------------------------------------------------------------------------------------------------

    def _color(self, number: str, rest: str, end: str) -> bool:
        if number == "4":
            fields = rest.split(";")
            for index, value in zip(fields[::2], fields[1::2], strict=False):
                if index.isdigit() and int(index) < 256:
                    self._set_or_tell(int(index), value, f"4;{int(index)}", end)
        elif number in ("10", "11", "12"):
            for which, value in enumerate(rest.split(";"), int(number)):
                if which in _DYNAMIC:
                    self._set_or_tell(_DYNAMIC[which], value, str(which), end)
        elif number == "104":
            for entry in [int(field) for field in rest.split(";") if field.isdigit()] or range(256):
                self.colors.pop(entry, None)
        elif number in ("110", "111", "112"):
            self.colors.pop(_DYNAMIC[int(number) - 100], None)
        else:
            return False
        return True

    def _set_or_tell(self, key: int | str, value: str, name: str, end: str) -> None:
        if value != "?":
            if (color := parsed_color(value)) is not None:
                self.colors[key] = color
            return
        red, green, blue = self.colors.get(key) or self._unchanged(key)
        self.reply(f"\x1b]{name};rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}{end}")

    def _unchanged(self, key: int | str) -> Color:
        if isinstance(key, int):
            return self.palette[key] if key < len(self.palette) else palette_color(key)
        return self.theme["foreground" if key == "cursor" else key]

    # -- DCS -------------------------------------------------------------------------------------------------------

    def _dcs(self, content: str) -> None:
        if content.startswith("$q"):
            value = self._setting(content[2:])
            self.reply(f"\x1bP1$r{value}\x1b\\" if value else "\x1bP0$r\x1b\\")
        elif content.startswith("+q"):
            for name in content[2:].split(";"):
                self._capability(name)

    def _setting(self, name: str) -> str:
        screen = self._screen
        if name == "m":
            return f"{parameters(screen.style)}m"
        if name == "r":
            top, bottom = screen.region
            return f"{top + 1};{bottom + 1}r"
        if name == "s":
            return f"{screen.sides[0] + 1};{screen.sides[1] + 1}s"
        return f"{self.cursor_style()} q" if name == " q" else ""

    def _capability(self, name: str) -> None:
        try:
            value = _CAPABILITIES.get(unhexlify(name).decode("ascii", "replace"))
        except (NotBase64, ValueError):
            value = None
        if value is None:
            self.reply(f"\x1bP0+r{name if name.isalnum() else ''}\x1b\\")
        else:
            self.reply(f"\x1bP1+r{name}={hexlify(value.encode()).decode().upper()}\x1b\\")


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return None
