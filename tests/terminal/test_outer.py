"""Bytes of many terminals become tokens; however they are cut, the same ones; and none is lost."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muxer.terminal.keys import Action, Button, Key, Mods, Motion, Mouse, key_name
from muxer.terminal.outer import (
    PASTE_END,
    PASTE_START,
    PATIENCE,
    Focused,
    Moused,
    OuterDecoder,
    Pasted,
    Pressed,
    Reported,
    Token,
    Typed,
)

SHIFT, ALT, CTRL, SUPER = Mods.SHIFT, Mods.ALT, Mods.CTRL, Mods.SUPER


def drain(decoder: OuterDecoder) -> list[Token]:
    """Everything that time brings."""
    tokens: list[Token] = []
    for _ in range(10 * PATIENCE):
        if not decoder.pending:
            break
        tokens += decoder.flush()
    assert not decoder.pending
    return tokens


def decode(*pieces: bytes) -> list[Token]:
    decoder = OuterDecoder()
    tokens = [token for piece in pieces for token in decoder.feed(piece)]
    return tokens + drain(decoder)


def merged(tokens: list[Token]) -> list[Token]:
    """Neighbouring pieces of text, and of one paste, as one."""
    out: list[Token] = []
    for token in tokens:
        last = out[-1] if out else None
        if isinstance(token, Typed) and isinstance(last, Typed):
            out[-1] = Typed(last.text + token.text, last.raw + token.raw)
        elif isinstance(token, Pasted) and isinstance(last, Pasted) and not last.last:
            out[-1] = Pasted(last.data + token.data, token.last)
        else:
            out.append(token)
    return out


def raw(tokens: list[Token]) -> bytes:
    """What the tokens were made of; pastes get their frame back."""
    out, inside = b"", False
    for token in tokens:
        if isinstance(token, Pasted):
            out += (b"" if inside else PASTE_START) + token.data + (PASTE_END if token.last else b"")
            inside = not token.last
        else:
            out += token.raw
    return out


KEYS = [
    # control characters
    (b"\r", "enter"), (b"\t", "tab"), (b"\x7f", "backspace"), (b"\x08", "ctrl+h"), (b"\n", "ctrl+j"),
    (b"\x00", "ctrl+space"), (b"\x01", "ctrl+a"), (b"\x1a", "ctrl+z"), (b"\x1c", "ctrl+\\"), (b"\x1d", "ctrl+]"),
    (b"\x1e", "ctrl+^"), (b"\x1f", "ctrl+_"), (b"\x1b", "escape"),
    # alt
    (b"\x1ba", "alt+a"), (b"\x1bA", "alt+shift+a"), (b"\x1b1", "alt+1"), (b"\x1b ", "alt+space"),
    (b"\x1b\r", "alt+enter"),
    (b"\x1b\x7f", "alt+backspace"), (b"\x1b\x01", "ctrl+alt+a"), ("\x1bé".encode(), "alt+é"), (b"\x1b\t", "alt+tab"),
    (b"\x1b[", "alt+["), (b"\x1bO", "alt+shift+o"), (b"\x1b]", "alt+]"), (b"\x1bP", "alt+shift+p"), (b"\x1b_", "alt+_"),
    # xterm
    (b"\x1b[A", "up"), (b"\x1bOA", "up"), (b"\x1b[1;5A", "ctrl+up"), (b"\x1b[1;8D", "ctrl+alt+shift+left"),
    (b"\x1b[H", "home"), (b"\x1bOF", "end"), (b"\x1b[1~", "home"), (b"\x1b[4~", "end"), (b"\x1b[Z", "shift+tab"),
    (b"\x1b[2~", "insert"), (b"\x1b[3;5~", "ctrl+delete"), (b"\x1b[5;2~", "shift+pageup"), (b"\x1b[6~", "pagedown"),
    (b"\x1bOP", "f1"), (b"\x1b[1;2P", "shift+f1"), (b"\x1b[1;5R", "ctrl+f3"), (b"\x1b[13;2~", "shift+f3"),
    (b"\x1b[15~", "f5"), (b"\x1b[24;6~", "ctrl+shift+f12"), (b"\x1b[29~", "menu"), (b"\x1b[34~", "f20"),
    (b"\x1b[E", "kp_begin"), (b"\x1bOM", "kp_enter"), (b"\x1bOp", "kp_0"), (b"\x1bOy", "kp_9"),
    (b"\x1bOk", "kp_add"), (b"\x1bO5j", "ctrl+kp_multiply"), (b"\x1bOI", "tab"),
    (b"\x1b[27;5;13~", "ctrl+enter"), (b"\x1b[27;2;13~", "shift+enter"), (b"\x1b[27;6;65~", "ctrl+shift+a"),
    (b"\x1b[27;5;105~", "ctrl+i"), (b"\x1b[27;6;33~", "ctrl+!"),
    # rxvt, PuTTY, the Linux console
    (b"\x1b[11~", "f1"), (b"\x1b[7~", "home"), (b"\x1b[8~", "end"), (b"\x1b[a", "shift+up"), (b"\x1bOd", "ctrl+left"),
    (b"\x1b[3$", "shift+delete"), (b"\x1b[3^", "ctrl+delete"), (b"\x1b[3@", "ctrl+shift+delete"),
    (b"\x1b[[A", "f1"), (b"\x1b[[E", "f5"), (b"\x1b\x1b[A", "alt+up"), (b"\x1b\x1bOD", "alt+left"),
    (b"\x1b\x1b[3~", "alt+delete"),
    # kitty
    (b"\x1b[27u", "escape"), (b"\x1b[97;5u", "ctrl+a"), (b"\x1b[97;6u", "ctrl+shift+a"), (b"\x1b[105;5u", "ctrl+i"),
    (b"\x1b[13;2u", "shift+enter"), (b"\x1b[9;5u", "ctrl+tab"), (b"\x1b[127;3u", "alt+backspace"),
    (b"\x1b[32;5u", "ctrl+space"), (b"\x1b[57399u", "kp_0"), (b"\x1b[57414;5u", "ctrl+kp_enter"),
    (b"\x1b[57376u", "f13"), (b"\x1b[57398;9u", "super+f35"), (b"\x1b[57427~", "kp_begin"),
    (b"\x1b[57430u", "media_play_pause"),
    (b"\x1b[97;17u", "hyper+a"), (b"\x1b[97;33u", "meta+a"), (b"\x1b[47:63;6u", "ctrl+?"),
    (b"\x1b[233;7u", "ctrl+alt+é"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "name"), KEYS, ids=[repr(sent)[2:-1] for sent, _ in KEYS])
def test_a_key_of_some_terminal(sent: bytes, name: str) -> None:
    for tokens in (decode(sent), decode(*[sent[at : at + 1] for at in range(len(sent))])):
        assert len(tokens) == 1
        assert isinstance(tokens[0], Pressed)
        assert tokens[0].raw == sent
        assert key_name(tokens[0].key) == name
        assert tokens[0].key.action is Action.PRESS


def test_text_after_a_key_is_text() -> None:
    assert decode(b"\x1b[Aq\x1bOPq\x1b[3$q\x1b[97;5uq\rq")[1::2] == [Typed("q", b"q")] * 5


EVENTS = [
    (b"\x1b[97;1:1u", Key("a", text="a")),
    (b"\x1b[97;1:2u", Key("a", text="a", action=Action.REPEAT)),
    (b"\x1b[97;5:3u", Key("a", CTRL, "a", Action.RELEASE)),
    (b"\x1b[97:65;2;65u", Key("a", SHIFT, "A")),
    (b"\x1b[49:33;2u", Key("1", SHIFT, "!")),
    (b"\x1b[38:49;2u", Key("&", SHIFT, "1")),
    (b"\x1b[97;65u", Key("a", Mods.CAPS_LOCK, "A")),
    (b"\x1b[97;129u", Key("a", Mods.NUM_LOCK, "a")),
    (b"\x1b[1089::99;5u", Key("с", CTRL, "с", base="c")),
    (b"\x1b[1089:1057:99;6u", Key("с", CTRL | SHIFT, "С", base="c")),
    (b"\x1b[97;;229u", Key("a", text="å")),
    (b"\x1b[57400;129;49u", Key("kp_1", Mods.NUM_LOCK, "1")),
    (b"\x1b[1;1:3A", Key("up", action=Action.RELEASE)),
    (b"\x1b[3;5:2~", Key("delete", CTRL, action=Action.REPEAT)),
    (b"\x1b[1;2:3P", Key("f1", SHIFT, action=Action.RELEASE)),
    (b"\x1b[57441;2u", Key("left_shift", SHIFT)),
    (b"\x1b[57442;1:3u", Key("left_ctrl", action=Action.RELEASE)),
    (b"\x1b[13;1:3u", Key("enter", action=Action.RELEASE)),
]


@pytest.mark.parametrize(("sent", "key"), EVENTS, ids=[repr(sent)[2:-1] for sent, _ in EVENTS])
def test_kittys_events_alternates_and_texts(sent: bytes, key: Key) -> None:
    assert decode(sent) == [Pressed(key, sent)]


def test_text_of_an_input_method_in_kittys_mode_is_typed() -> None:
    sent = b"\x1b[0;;20320:22909u"
    assert decode(sent) == [Typed("你好", sent)]


MICE = [
    (b"\x1b[<0;1;1M", Mouse(Motion.PRESS, Button.LEFT, 0, 0)),
    (b"\x1b[<2;300;200m", Mouse(Motion.RELEASE, Button.RIGHT, 299, 199)),
    (b"\x1b[<1;5;6M", Mouse(Motion.PRESS, Button.MIDDLE, 4, 5)),
    (b"\x1b[<32;5;6M", Mouse(Motion.MOVE, Button.LEFT, 4, 5)),
    (b"\x1b[<35;5;6M", Mouse(Motion.MOVE, Button.NONE, 4, 5)),
    (b"\x1b[<64;5;6M", Mouse(Motion.PRESS, Button.WHEEL_UP, 4, 5)),
    (b"\x1b[<65;5;6M", Mouse(Motion.PRESS, Button.WHEEL_DOWN, 4, 5)),
    (b"\x1b[<66;5;6M", Mouse(Motion.PRESS, Button.WHEEL_LEFT, 4, 5)),
    (b"\x1b[<67;5;6M", Mouse(Motion.PRESS, Button.WHEEL_RIGHT, 4, 5)),
    (b"\x1b[<85;5;6M", Mouse(Motion.PRESS, Button.WHEEL_DOWN, 4, 5, SHIFT | CTRL)),
    (b"\x1b[<8;5;6M", Mouse(Motion.PRESS, Button.LEFT, 4, 5, ALT)),
    (b"\x1b[<128;5;6M", Mouse(Motion.PRESS, Button.BACK, 4, 5)),
    (b"\x1b[<129;5;6m", Mouse(Motion.RELEASE, Button.FORWARD, 4, 5)),
    (b"\x1b[<131;5;6M", Mouse(Motion.PRESS, Button.ELEVENTH, 4, 5)),
    (b"\x1b[M !!", Mouse(Motion.PRESS, Button.LEFT, 0, 0)),
    (b"\x1b[M#&'", Mouse(Motion.RELEASE, Button.NONE, 5, 6)),
    (b"\x1b[M`\xff\xff", Mouse(Motion.PRESS, Button.WHEEL_UP, 222, 222)),
    (b"\x1b[32;50;6M", Mouse(Motion.PRESS, Button.LEFT, 49, 5)),
    (b"\x1b[35;50;6M", Mouse(Motion.RELEASE, Button.NONE, 49, 5)),
    (b"\x1b[97;50;6M", Mouse(Motion.PRESS, Button.WHEEL_DOWN, 49, 5)),
]


@pytest.mark.parametrize(("sent", "mouse"), MICE, ids=[repr(sent)[2:-1] for sent, _ in MICE])
def test_the_mouse(sent: bytes, mouse: Mouse) -> None:
    assert decode(sent) == [Moused(mouse, sent)]
    assert decode(*[sent[at : at + 1] for at in range(len(sent))]) == [Moused(mouse, sent)]


REPORTS = [
    b"\x1b[?62;22c", b"\x1b[>1;10;0c", b"\x1b[?2026;2$y", b"\x1b[?2027;1$y", b"\x1b[?2048;0$y", b"\x1b[4;1$y",
    b"\x1b[48;24;80;480;800t", b"\x1b[4;600;800t", b"\x1bP>|kitty(0.40.1)\x1b\\", b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", b"\x1b]10;rgb:ffff/ffff/ffff\x07", b"\x1b[?31u", b"\x1b[12;40R",
    b"\x1b[?997;1n", b"\x1b[0n", b"\x1b_Gi=31;OK\x1b\\", b"\x1b[201~", b"\x1b[1;99R", b"\x1b[<0;0;1M", b"\x1b[99~",
    b"\x1b[>4;2m", b"\x1b[57364u", b"\x1b[97;1:9u", b"\x1b[0;1:3;97u", b"\x1b[97;999u", b"\x1b[55296u",
]  # fmt: skip


@pytest.mark.parametrize("sent", REPORTS, ids=[repr(sent)[2:-1] for sent in REPORTS])
def test_answers_and_unknown_sequences_are_reported_whole(sent: bytes) -> None:
    assert decode(sent) == [Reported(sent)]
    assert decode(b"x" + sent + b"y") == [Typed("x", b"x"), Reported(sent), Typed("y", b"y")]
    assert merged(decode(*[sent[at : at + 1] for at in range(len(sent))])) == [Reported(sent)]


def test_focus() -> None:
    assert decode(b"\x1b[I\x1b[O") == [Focused(True, b"\x1b[I"), Focused(False, b"\x1b[O")]


def test_escape_waits_for_its_moment() -> None:
    decoder = OuterDecoder()
    assert decoder.feed(b"\x1b") == []
    assert decoder.pending
    assert decoder.flush() == [Pressed(Key("escape"), b"\x1b")]
    assert not decoder.pending
    assert decoder.feed(b"[A") == [Typed("[A", b"[A")], "too late to be an arrow"


def test_escape_and_what_follows_at_once() -> None:
    escape = Pressed(Key("escape"), b"\x1b")
    assert decode(b"\x1b\x1b") == [escape, escape]
    assert decode(b"\x1b\x1bb") == [escape, Pressed(Key("b", ALT, "b"), b"\x1bb")]
    assert decode(b"\x1b\x1b[<0;1;1M")[0] == escape
    assert decode(b"\x1b\x1b[200~x\x1b[201~") == [escape, Pasted(b"x", last=True)]
    assert decode(b"\x1b\xe4\xbd\xa0") == [Pressed(Key("你", ALT, "你"), b"\x1b\xe4\xbd\xa0")]


def test_a_slow_line_may_pause_inside_an_answer() -> None:
    decoder = OuterDecoder()
    sent = b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\"
    tokens: list[Token] = []
    for before, after in pairwise([0, 5, 9, 20, len(sent) - 1, len(sent)]):
        tokens += decoder.feed(sent[before:after])
        tokens += decoder.flush()
    assert tokens == [Reported(sent)]


def test_a_sequence_that_breaks_off_was_a_key_or_is_reported() -> None:
    enter = Pressed(Key("enter"), b"\r")
    assert decode(b"\x1b[\r") == [Pressed(Key("[", ALT, "["), b"\x1b["), enter]
    assert decode(b"\x1b[1;5\r") == [Reported(b"\x1b[1;5"), enter]
    assert decode(b"\x1b[M \r") == [Reported(b"\x1b[M"), Typed(" ", b" "), enter]


def test_a_control_character_ends_what_was_no_answer() -> None:
    """Somebody who typed alt+] and went on typing gets his keys back at enter."""
    tokens = decode(b"\x1b]hello", b"\r")
    assert tokens == [Reported(b"\x1b]hello"), Pressed(Key("enter"), b"\r")]


def test_bytes_that_are_no_text_are_reported_one_by_one() -> None:
    assert decode(b"a\xe1b\xff") == [Typed("a", b"a"), Reported(b"\xe1"), Typed("b", b"b"), Reported(b"\xff")]
    assert decode(b"\xc2\x9b1m")[0] == Reported(b"\xc2"), "a C1 control is not text"


IME = "你好，世界 👩‍👩‍👧‍👦 🇩🇪 ñ é नमस्ते 한글"


def test_composed_text_is_one_token_and_exact() -> None:
    sent = IME.encode()
    assert decode(sent) == [Typed(IME, sent)]
    for cut in range(1, len(sent)):
        assert merged(decode(sent[:cut], sent[cut:])) == [Typed(IME, sent)]


def test_a_paste_arrives_in_pieces_and_exact() -> None:
    data = b"line\x1b[A\x1b[20 \r\n\x00\xff" * 50
    sent = PASTE_START + data + PASTE_END
    for cut in range(1, len(sent)):
        assert merged(decode(sent[:cut], sent[cut:])) == [Pasted(data, last=True)]
    assert decode(PASTE_START + PASTE_END) == [Pasted(b"", last=True)]


def test_a_paste_has_no_moment() -> None:
    decoder = OuterDecoder()
    assert decoder.feed(PASTE_START + b"abc\x1b") == [Pasted(b"abc", last=False)]
    assert not decoder.pending
    assert decoder.flush() == []
    assert decoder.feed(b"[201~z") == [Pasted(b"", last=True), Typed("z", b"z")]


def test_five_megabytes_are_pasted_in_a_moment() -> None:
    data = (b"x" * 78 + b"\x1b\n") * (5_000_000 // 80)
    sent = PASTE_START + data + PASTE_END
    best = 1.0
    for _ in range(3):
        decoder, started = OuterDecoder(), time.process_time()
        tokens = [token for at in range(0, len(sent), 65536) for token in decoder.feed(sent[at : at + 65536])]
        best = min(best, time.process_time() - started)
    assert b"".join(token.data for token in tokens if isinstance(token, Pasted)) == data
    assert isinstance(tokens[-1], Pasted)
    assert tokens[-1].last
    assert best < 0.05, f"{best * 1000:.0f} ms"


def test_a_long_unfinished_answer_costs_no_more_per_byte() -> None:
    decoder, piece = OuterDecoder(), b"A" * 1000
    decoder.feed(b"\x1b]52;c;")
    started = time.process_time()
    for _ in range(500):
        assert decoder.feed(piece) == []
    assert time.process_time() - started < 1
    tokens = decoder.feed(b"\x07")
    assert tokens == [Reported(b"\x1b]52;c;" + piece * 500 + b"\x07")]


PIECES = st.sampled_from(
    [
        *[sent for sent, _ in KEYS], *[sent for sent, _ in EVENTS], *[sent for sent, _ in MICE], *REPORTS,
        PASTE_START, PASTE_END, IME.encode(), b"hello", b"\xe4\xbd", b"\x1b[", b"\x1bO", b"\x1b]", b"\x1b[M", b"\x9b",
    ]
)  # fmt: skip
STREAMS = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=12).map(b"".join))


@settings(deadline=None, database=None)
@given(STREAMS, st.data())
def test_however_it_is_cut_the_same_tokens_come_and_nothing_is_lost(sent: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent)), max_size=20)))
    pieces = [sent[before:after] for before, after in pairwise([0, *cuts, len(sent)])]
    whole, cut = OuterDecoder(), OuterDecoder()
    expected = merged(whole.feed(sent))
    assert merged([token for piece in pieces for token in cut.feed(piece)]) == expected
    assert cut._held == whole._held
    ended = expected + drain(whole)
    unfinished = PASTE_START * (sent.endswith(PASTE_START) and whole._pasting)
    held = whole._held
    assert raw(ended) + held in {sent, sent.removesuffix(unfinished)}


@settings(deadline=None, database=None)
@given(STREAMS)
def test_moments_between_bytes_lose_nothing(sent: bytes) -> None:
    decoder = OuterDecoder()
    tokens: list[Token] = []
    for byte in sent:
        tokens += decoder.feed(bytes([byte]))
        tokens += decoder.flush()
    tokens += drain(decoder)
    if PASTE_START not in sent:
        assert raw(tokens) == sent
