import zlib
from hashlib import blake2b

import pytest

from muxer.errors import SnapshotUnfit
from muxer.terminal.portable import PortableEngine
from muxer.terminal.portable_snapshot import MAGIC, packed, unpacked


def sealed(body: bytes) -> bytes:
    return MAGIC + blake2b(body, digest_size=16).digest() + body


def test_packed_and_unpacked() -> None:
    engine = PortableEngine(20, 6)
    engine.feed("\x1b[31mtext\x1b7 漢\x1b]0;cut".encode())
    state = unpacked(engine.snapshot())
    assert unpacked(packed(state)) == state
    assert state.parser[0] == "osc"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not zlib",
        zlib.compress(b"not json"),
        zlib.compress(b"{}"),
        zlib.compress(b"\xff\xfe"),
        zlib.compress(b"[1]"),
    ],
    ids=range(6),
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(SnapshotUnfit, match="start the pane afresh"):
        unpacked(sealed(body))


def test_a_cut_body_is_refused_even_with_a_right_checksum() -> None:
    body = PortableEngine(20, 6).snapshot()[len(MAGIC) + 16 :]
    with pytest.raises(SnapshotUnfit, match="cut short"):
        unpacked(sealed(body[:-5]))


def test_ten_thousand_lines_take_little_room() -> None:
    engine = PortableEngine(80, 24)
    engine.feed(b"".join(b"\x1b[32m%05d\x1b[m a line of some build log\r\n" % n for n in range(10_100)))
    snapshot = engine.snapshot()
    assert len(snapshot) < 200_000
    assert PortableEngine.restore(snapshot).lines(history=True) == engine.lines(history=True)
