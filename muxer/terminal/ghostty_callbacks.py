"""What libghostty calls while it reads output: each callback puts what happened into the terminal's mailbox.

They exist once for all terminals and find the mailbox by a handle. None of them raises: cffi would print it on the
screen.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from muxer import __version__
from muxer.terminal.engine import CELL_HEIGHT, CELL_WIDTH, CopyAsked, FolderSet, Notified, Progressed, Rang, TitleSet
from muxer.terminal.ghostty_mailbox import MAX_COPY, MAX_TEXT, Mailbox
from muxer.terminal.libghostty import load

_STATES: dict[str, Literal["none", "set", "error", "indeterminate", "paused"]] = {
    "REMOVE": "none",
    "SET": "set",
    "ERROR": "error",
    "INDETERMINATE": "indeterminate",
    "PAUSE": "paused",
}


@cache
def callbacks() -> dict[str, Any]:
    """The callbacks, by the terminal option that each belongs to."""
    kinds: dict[str, tuple[str, Callable[..., Any]]] = {
        "WRITE_PTY": ("WritePty", _write_pty),
        "BELL": ("Bell", _bell),
        "TITLE_CHANGED": ("TitleChanged", _title),
        "PWD_CHANGED": ("PwdChanged", _folder),
        "XTVERSION": ("Xtversion", _xtversion),
        "SIZE": ("Size", _size),
        "COLOR_SCHEME": ("ColorScheme", _scheme),
        "DEVICE_ATTRIBUTES": ("DeviceAttributes", _attributes),
        "CLIPBOARD_WRITE": ("ClipboardWrite", _clipboard_write),
        "CLIPBOARD_READ": ("ClipboardRead", _clipboard_read),
        "DESKTOP_NOTIFICATION": ("DesktopNotification", _notification),
        "PROGRESS_REPORT": ("ProgressReport", _progress),
        "UNKNOWN_SEQUENCE": ("UnknownSequence", _unknown),
    }
    ffi = load().ffi
    return {option: ffi.callback(f"GhosttyTerminal{kind}Fn", made) for option, (kind, made) in kinds.items()}


def _box(user: Any) -> Mailbox:
    box: Mailbox = load().ffi.from_handle(user)
    return box


def _data(value: Any) -> bytes:
    return bytes(load().ffi.buffer(value.ptr, value.len)) if value.len else b""


def _text(value: Any, most: int = MAX_TEXT) -> str:
    return _data(value)[:most].decode("utf-8", "replace")


def _write_pty(_terminal: Any, user: Any, start: Any, length: int) -> None:
    _box(user).reply(bytes(load().ffi.buffer(start, length)))


def _bell(_terminal: Any, user: Any) -> None:
    _box(user).announce(Rang())


def _title(terminal: Any, user: Any) -> None:
    _box(user).announce(TitleSet(_current(terminal, "TITLE")))


def _folder(terminal: Any, user: Any) -> None:
    _box(user).announce(FolderSet(_current(terminal, "PWD")))


def _current(terminal: Any, what: str) -> str:
    library = load()
    string = library.ffi.new("GhosttyString*")
    library.lib.ghostty_terminal_get(terminal, getattr(library.lib, f"GHOSTTY_TERMINAL_DATA_{what}"), string)
    return _text(string)


@cache
def _version() -> Any:
    return load().ffi.new("uint8_t[]", f"muxer {__version__}".encode())


def _xtversion(_terminal: Any, _user: Any) -> Any:
    return {"ptr": _version(), "len": len(_version()) - 1}


def _size(_terminal: Any, user: Any, out: Any) -> bool:
    box = _box(user)
    out.rows, out.columns = box.rows, box.cols
    out.cell_width, out.cell_height = CELL_WIDTH, CELL_HEIGHT
    return True


def _scheme(_terminal: Any, user: Any, out: Any) -> bool:
    lib = load().lib
    out[0] = lib.GHOSTTY_COLOR_SCHEME_DARK if _box(user).dark else lib.GHOSTTY_COLOR_SCHEME_LIGHT
    return True


def _attributes(_terminal: Any, _user: Any, out: Any) -> bool:
    """A VT220 with colours (22) that takes text for the clipboard (52)."""
    primary, secondary = out.primary, out.secondary
    primary.conformance_level, primary.num_features = 62, 2
    primary.features[0], primary.features[1] = 22, 52
    secondary.device_type, secondary.firmware_version, secondary.rom_cartridge = 1, 0, 0
    out.tertiary.unit_id = 0
    return True


@cache
def _copied() -> Any:
    reply = load().sized("GhosttyClipboardWriteReply")
    reply.result = load().lib.GHOSTTY_CLIPBOARD_WRITE_RESULT_SUCCESS
    return reply


@cache
def _withheld() -> Any:
    reply = load().sized("GhosttyClipboardReadReply")
    reply.result = load().lib.GHOSTTY_CLIPBOARD_READ_RESULT_DENIED
    return reply


def _clipboard_write(_terminal: Any, user: Any, write: Any) -> None:
    for i in range(write.contents_len):
        content = write.contents[i]
        if _data(content.mime).startswith(b"text/plain") and content.data.len <= MAX_COPY:
            _box(user).announce(CopyAsked(_text(content.data, MAX_COPY)))
            break
    if write.reply:
        write.reply(write, _copied())


def _clipboard_read(_terminal: Any, _user: Any, read: Any) -> None:
    if read.reply:
        read.reply(read, _withheld())


def _notification(_terminal: Any, user: Any, said: Any) -> None:
    _box(user).announce(Notified(_text(said.title), _text(said.body)))


@cache
def _states() -> dict[int, Literal["none", "set", "error", "indeterminate", "paused"]]:
    lib = load().lib
    return {getattr(lib, f"GHOSTTY_TERMINAL_PROGRESS_STATE_{name}"): state for name, state in _STATES.items()}


def _progress(_terminal: Any, user: Any, report: Any) -> None:
    state = _states().get(report.state, "none")
    _box(user).announce(Progressed(state, report.progress if 0 <= report.progress <= 100 else None))


def _unknown(_terminal: Any, user: Any, sequence: Any) -> None:
    is_osc = sequence.tag == load().lib.GHOSTTY_TERMINAL_UNKNOWN_SEQUENCE_OSC
    content = sequence.value.osc if is_osc else sequence.value.apc
    if not content.truncated:
        _box(user).unknown("osc" if is_osc else "apc", _data(content.content))
