"""A ghostty terminal as bytes and back: a header of ours around libghostty's own snapshot.

libghostty is never shown bytes that were not whole when they were written: a checksum stands before them.
"""

import re
import struct
import zlib
from typing import Any, NamedTuple

from muxer.errors import SnapshotUnfit
from muxer.terminal.libghostty import Library

LONGEST_CUT = 2 << 20
"""How much of a sequence cut in the middle is kept; the longest that means anything is an OSC 52."""

_MAGIC = b"muxer-ghostty"
_VERSION = 1
_HEAD = struct.Struct(">13sBI")
_FACTS = struct.Struct(">HHQ???")
_END_STRING = b"\x1b\\"
_IGNORE_STRING = b"\x1b]99;"
"""One that libghostty knows and does nothing with."""
_UNKNOWN_STRING = re.compile(rb"\x1b(?:\][0-9]{4,}|_[^G])")


class Facts(NamedTuple):
    """What we know of a terminal and libghostty does not."""

    cols: int
    rows: int
    scrollback: int
    dark: bool
    ignores: bool = False
    """Was the program inside of a sequence that is longer than anything could mean?"""
    replays: bool = False
    """Is it no snapshot of libghostty's but output that draws the same? The state can be one that it cannot encode."""


def pack(library: Library, terminal: Any, facts: Facts) -> bytes:
    """The terminal as bytes."""
    lib = library.lib
    body = _encode(library, terminal)
    if body is None:
        # In the middle of an endless string no snapshot can be taken, so it is ended, and what follows is another one.
        lib.ghostty_terminal_vt_write(terminal, _END_STRING, len(_END_STRING))
        body, facts = _encode(library, terminal), facts._replace(ignores=True)
        lib.ghostty_terminal_vt_write(terminal, _IGNORE_STRING, len(_IGNORE_STRING))
    if body is None:
        body, facts = _redrawn(library, terminal), facts._replace(replays=True)
    content = _FACTS.pack(*facts) + body
    return _HEAD.pack(_MAGIC, _VERSION, zlib.crc32(content)) + content


def _encode(library: Library, terminal: Any) -> bytes | None:
    return _taken(library, library.lib.ghostty_snapshot_encode_alloc, terminal)


def _redrawn(library: Library, terminal: Any) -> bytes:
    """Output that makes an empty terminal look and behave like this one, as far as can be."""
    ffi, lib = library.ffi, library.lib
    options = library.sized("GhosttyFormatterTerminalOptions")
    options.emit, options.unwrap = lib.GHOSTTY_FORMATTER_FORMAT_VT, True
    for extra in (options.extra, options.extra.screen):
        for name, field in ffi.typeof(extra).fields:
            if field.type.kind == "primitive" and name != "size":
                setattr(extra, name, True)
    made = ffi.new("GhosttyFormatter*")
    library.check(lib.ghostty_formatter_terminal_new(ffi.NULL, made, terminal, options[0]), "make a formatter")
    try:
        return _taken(library, lib.ghostty_formatter_format_alloc, made[0]) or b""
    finally:
        lib.ghostty_formatter_free(made[0])


def _taken(library: Library, make: Any, source: Any) -> bytes | None:
    """What a function of the library allocates, made ours; None if it cannot."""
    ffi = library.ffi
    start, length = ffi.new("uint8_t**"), ffi.new("size_t*")
    if make(source, ffi.NULL, start, length):
        return None
    try:
        return bytes(ffi.buffer(start[0], length[0])) if length[0] else b""
    finally:
        library.lib.ghostty_free(ffi.NULL, start[0], length[0])


def unpack(library: Library, snapshot: bytes) -> tuple[Any, Facts, bytes]:
    """The terminal, which is the caller's now; what was known of it; and output to feed once it is set up.

    There is no terminal if all of it is in the output.
    Raises SnapshotUnfit.
    """
    if len(snapshot) < _HEAD.size + _FACTS.size or not snapshot.startswith(_MAGIC):
        raise SnapshotUnfit("this is no snapshot of a ghostty terminal: its history is lost, the program goes on")
    _, version, checksum = _HEAD.unpack_from(snapshot)
    if version != _VERSION:
        raise SnapshotUnfit(f"the snapshot is of version {version}: its history is lost, the program goes on")
    content = snapshot[_HEAD.size :]
    if zlib.crc32(content) != checksum:
        raise SnapshotUnfit("the snapshot is damaged: its history is lost, the program goes on")
    facts = Facts(*_FACTS.unpack_from(content))
    if facts.replays:
        return None, facts, content[_FACTS.size :]
    terminal = _decode(library, content[_FACTS.size :])
    return terminal, facts, _IGNORE_STRING if facts.ignores else _cut_string(library, terminal)


def _decode(library: Library, body: bytes) -> Any:
    ffi, lib = library.ffi, library.lib
    decoder, terminal = ffi.new("GhosttySnapshotDecoder*"), ffi.new("GhosttyTerminal*")
    source = ffi.from_buffer(body)
    library.check(lib.ghostty_snapshot_decoder_new_buf(ffi.NULL, decoder, source, len(body)), "read a snapshot")
    try:
        most = ffi.new("size_t*", LONGEST_CUT)
        lib.ghostty_snapshot_decoder_set(decoder[0], lib.GHOSTTY_SNAPSHOT_DECODER_OPT_MAX_CONTINUATION_BYTES, most)
        retain = ffi.new("bool*", True)
        lib.ghostty_snapshot_decoder_set(decoder[0], lib.GHOSTTY_SNAPSHOT_DECODER_OPT_RETAIN_CONTINUATION, retain)
        if result := lib.ghostty_snapshot_decoder_decode(decoder[0], terminal):
            raise SnapshotUnfit(f"libghostty cannot read the snapshot (error {result}): the program goes on without it")
    finally:
        lib.ghostty_snapshot_decoder_free(decoder[0])
    return terminal[0]


def _cut_string(library: Library, terminal: Any) -> bytes:
    """Take back a sequence that libghostty does not know: it began it before it was told to report such ones."""
    cut = _taken(library, library.lib.ghostty_terminal_continuation_alloc, terminal) or b""
    if not _UNKNOWN_STRING.match(cut):
        return b""
    library.lib.ghostty_terminal_vt_write(terminal, _END_STRING, len(_END_STRING))
    return cut
