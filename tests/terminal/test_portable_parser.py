import pytest

from muxer.terminal.portable_parser import STRING_LIMIT, Parser


class Log:
    """Writes down what the parser finds; text that comes in pieces is joined."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def draw(self, text: str) -> None:
        if self.calls and self.calls[-1][0] == "draw":
            text = f"{self.calls.pop()[1]}{text}"
        self.calls.append(("draw", text))

    def control(self, char: str) -> None:
        self.calls.append(("control", char))

    def escape(self, intermediates: str, final: str) -> None:
        self.calls.append(("escape", intermediates, final))

    def csi(self, prefix: str, parameters: str, intermediates: str, final: str) -> None:
        self.calls.append(("csi", prefix, parameters, intermediates, final))

    def string(self, kind: str, content: str, *, bel: bool) -> None:
        self.calls.append((kind, content, bel))


def found(*pieces: bytes) -> list[tuple[object, ...]]:
    log = Log()
    parser = Parser(log)
    for piece in pieces:
        parser.feed(piece)
    return log.calls


CASES: list[tuple[bytes, list[tuple[object, ...]]]] = [
    ("漢字 é".encode(), [("draw", "漢字 é")]),
    (b"a\r\nb", [("draw", "a"), ("control", "\r"), ("control", "\n"), ("draw", "b")]),
    (b"\x1b[1;2H", [("csi", "", "1;2", "", "H")]),
    (b"\x1b[?25h\x1b[>4;2m", [("csi", "?", "25", "", "h"), ("csi", ">", "4;2", "", "m")]),
    (b"\x1b[4:3m\x1b[ q\x1b[!p", [("csi", "", "4:3", "", "m"), ("csi", "", "", " ", "q"), ("csi", "", "", "!", "p")]),
    (b"\x1b[1\n;2H", [("control", "\n"), ("csi", "", "1;2", "", "H")]),
    (b"\x1b[1?2Hx", [("draw", "x")]),
    (b"\x1b[1 2Hx", [("draw", "x")]),
    (b"\x1b[1\x18x", [("draw", "x")]),
    (b"\x1b[1\x1b[2A", [("csi", "", "2", "", "A")]),
    ("\x1b[1é".encode(), [("draw", "é")]),
    (b"\x1b(0\x1b#8\x1bM", [("escape", "(", "0"), ("escape", "#", "8"), ("escape", "", "M")]),
    (b"\x1b\x18M", [("draw", "M")]),
    (b"\x1b]0;t\x07", [("osc", "0;t", True)]),
    (b"\x1b]0;t\x1b\\", [("osc", "0;t", False), ("escape", "", "\\")]),
    ("\x1b]0;é\x9c".encode(), [("osc", "0;é", False)]),
    (b"\x1b]0;t\x18x", [("draw", "x")]),
    (b"\x1bPq\x07z\x1b\\", [("dcs", "q\x07z", False), ("escape", "", "\\")]),
    (b"\x1b_a\x1b\\\x1b^p\x1b\\\x1bXs\x1b\\",
     [("apc", "a", False), ("escape", "", "\\"), ("pm", "p", False), ("escape", "", "\\"), ("sos", "s", False),
      ("escape", "", "\\")]),
    (b"a\xff\xe2\x82b", [("draw", "a\ufffd\ufffdb")]),
    ("a\x9b1mb".encode(), [("draw", "a1mb")]),
    (b"a\x7fb", [("draw", "ab")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "calls"), CASES, ids=lambda value: repr(value)[:40])
def test_found_however_it_is_cut(data: bytes, calls: list[tuple[object, ...]]) -> None:
    assert found(data) == calls
    assert found(*(data[at : at + 1] for at in range(len(data)))) == calls
    for cut in range(len(data)):
        assert found(data[:cut], data[cut:]) == calls


@pytest.mark.parametrize(("data", "calls"), CASES, ids=lambda value: repr(value)[:40])
def test_goes_on_from_what_was_saved(data: bytes, calls: list[tuple[object, ...]]) -> None:
    for cut in range(len(data)):
        log = Log()
        first = Parser(log)
        first.feed(data[:cut])
        second = Parser(log)
        second.load(*first.saved())
        second.feed(data[cut:])
        assert log.calls == calls, cut


def test_a_string_without_end_does_not_grow_for_ever() -> None:
    log = Log()
    parser = Parser(log)
    for _ in range(5):
        parser.feed(b"\x1b]0;" if not parser.collected else b"x" * STRING_LIMIT)
    assert sum(map(len, parser.collected)) <= STRING_LIMIT
    parser.feed(b"\x07after")
    assert log.calls == [("draw", "after")]


def test_a_sequence_without_end_does_not_grow_for_ever() -> None:
    log = Log()
    parser = Parser(log)
    parser.feed(b"\x1b[")
    for _ in range(100):
        parser.feed(b"1;" * 1000)
    assert sum(map(len, parser.collected)) < 10_000
    parser.feed(b"Hafter")
    assert log.calls == [("draw", "after")]


@pytest.mark.parametrize("saved", [("nowhere", "", b""), ("ground", "", b"\xf0\x9f\x9a\x80")])
def test_a_state_that_there_is_not_is_refused(saved: tuple[str, str, bytes]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Parser(Log()).load(*saved)
