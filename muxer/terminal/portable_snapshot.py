"""The portable engine's state as bytes: JSON, made small, under a checksum. Nothing in it is ever run."""

import hashlib
import zlib
from typing import Literal

import msgspec

from muxer.errors import SnapshotUnfit
from muxer.terminal.engine import MIN_COLS, MIN_ROWS
from muxer.terminal.portable_cells import Saved, Style

MAGIC = b"muxer-portable-1\n"
LIMIT = 1 << 30
_DIGEST = 16


class State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that an engine is made of."""

    cols: int
    rows: int
    history_limit: int
    history: list[str]
    screen: list[str]
    stashed: list[str] | None
    stashed_saved: Saved
    cursor: tuple[int, int]
    style: Style
    due: bool
    saved: Saved
    region: tuple[int, int] | None
    sides: tuple[int, int]
    tabs: list[int]
    modes: list[int]
    kept: dict[int, bool]
    charset: int
    sets: tuple[str, str, str, str]
    shape: Literal["block", "underline", "bar"]
    blinks: bool
    key_format: int
    last_drawn: str
    parser: tuple[str, str, bytes]
    colors: list[tuple[int | str, tuple[int, int, int]]]
    theme: dict[str, tuple[int, int, int]]
    dark: bool
    in_command: bool = False


def packed(state: State) -> bytes:
    """The state as bytes."""
    body = zlib.compress(msgspec.json.encode(state), 6)
    return MAGIC + hashlib.blake2b(body, digest_size=_DIGEST).digest() + body


def unpacked(snapshot: bytes) -> State:
    """The state that the bytes hold. Raises SnapshotUnfit."""
    head = len(MAGIC) + _DIGEST
    body = snapshot[head:]
    if not snapshot.startswith(MAGIC):
        raise SnapshotUnfit("this is no snapshot of a portable terminal: start the pane afresh")
    if hashlib.blake2b(body, digest_size=_DIGEST).digest() != snapshot[len(MAGIC) : head]:
        raise SnapshotUnfit("the snapshot is damaged: start the pane afresh")
    try:
        expander = zlib.decompressobj()
        text = expander.decompress(body, LIMIT)
        if expander.unconsumed_tail or not expander.eof:
            raise SnapshotUnfit("the snapshot is too large or cut short: start the pane afresh")
        state = msgspec.json.decode(text, type=State)
    except (zlib.error, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SnapshotUnfit(f"the snapshot cannot be read ({error}): start the pane afresh") from None
    if not _is_sound(state):
        raise SnapshotUnfit("the snapshot contradicts itself: start the pane afresh")
    return state


def _is_sound(state: State) -> bool:
    """Do the numbers fit each other? A checksum says only that nobody changed them."""
    columns, lines = max(state.cols, MIN_COLS), max(state.rows, MIN_ROWS)
    x, y = state.cursor
    top, bottom = state.region or (0, lines - 1)
    left, right = state.sides
    return (
        1 <= state.cols <= 10_000
        and 1 <= state.rows <= 10_000
        and len(state.screen) == lines
        and (state.stashed is None or len(state.stashed) == lines)
        and 0 <= x < columns
        and 0 <= y < lines
        and 0 <= top < bottom < lines
        and 0 <= left < right < columns
        and 0 <= state.charset < 4
    )
