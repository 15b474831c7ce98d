import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.wire.frames import CALL, FROM_CLIENT, HELLO, INPUT, OPENINGS, Broken, Unpacker, pack

FRAMES = st.lists(st.tuples(st.sampled_from([bytes([kind]) for kind in FROM_CLIENT]), st.binary(max_size=300)))


@given(FRAMES, st.data())
def test_frames_survive_any_cut(frames: list[tuple[bytes, bytes]], data: st.DataObject) -> None:
    stream = b"".join(pack(kind, payload) for kind, payload in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    unpacker = Unpacker(kinds=FROM_CLIENT)
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += unpacker.feed(stream[start:end])
    assert found == frames


def test_an_unknown_kind_is_not_waited_for() -> None:
    with pytest.raises(Broken, match="unknown kind b'z'"):
        Unpacker(kinds=FROM_CLIENT).feed(b"z")


def test_what_may_follow_an_opening_may_not_open() -> None:
    assert Unpacker(kinds=FROM_CLIENT, first=OPENINGS).feed(pack(HELLO) + pack(INPUT, b"x")) == [
        (HELLO, b""),
        (INPUT, b"x"),
    ]
    with pytest.raises(Broken):
        Unpacker(kinds=FROM_CLIENT, first=OPENINGS).feed(pack(INPUT, b"x"))


def test_a_frame_beyond_the_limit_is_refused_before_it_is_here() -> None:
    assert Unpacker(limit=4).feed(pack(CALL, b"four")) == [(CALL, b"four")]
    with pytest.raises(Broken, match="5 bytes"):
        Unpacker(limit=4).feed(CALL + (5).to_bytes(4, "big"))
