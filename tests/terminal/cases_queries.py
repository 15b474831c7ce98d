"""Conformance cases: what a terminal answers."""

from tests.terminal.cases import query

_NO_KITTY = "kitty's keyboard protocol is not spoken, and the engine says so"

QUERIES = (
    query("DA1", "\x1b[c", r"\x1b\[\?\d[\d;]*c"),
    query("DA1 with zero", "\x1b[0c", r"\x1b\[\?\d[\d;]*c"),
    query("DECID", "\x1bZ", r"\x1b\[\?\d[\d;]*c"),
    query("DA2", "\x1b[>c", r"\x1b\[>\d+;\d+;\d+c"),
    query("DA3", "\x1b[=c", r"\x1bP!\|[0-9A-F]{8}\x1b\\"),
    query("DSR", "\x1b[5n", r"\x1b\[0n"),
    query("CPR", "\x1b[2;3H\x1b[6n", r"\x1b\[2;3R"),
    query("CPR at due wrap", "1234567890\x1b[6n", r"\x1b\[1;10R"),
    query("CPR in origin mode", "\x1b[2;4r\x1b[?6h\x1b[2;1H\x1b[6n", r"\x1b\[2;1R"),
    query("DECXCPR", "\x1b[2;3H\x1b[?6n", r"\x1b\[\?2;3(;1)?R", ghostty="libghostty does not answer it"),
    query("ENQ", "\x05", ""),
    query("XTVERSION", "\x1b[>q", r"\x1bP>\|muxer [\w.]+\x1b\\"),
    *(
        query(
            f"DECRQM {mode} {state}",
            f"\x1b[?{mode}{'h' if state == 'set' else 'l'}\x1b[?{mode}$p",
            rf"\x1b\[\?{mode};{number}\$y",
        )
        for mode in (1, 6, 7, 25, 1000, 1002, 1003, 1004, 1006, 1049, 2004, 2026, 2027, 2031)
        for state, number in (("set", 1), ("reset", 2))
    ),
    query("DECRQM of an unknown mode", "\x1b[?9999$p", r"\x1b\[\?9999;0\$y"),
    query("DECRQM of insert mode", "\x1b[4h\x1b[4$p", r"\x1b\[4;1\$y"),
    query("DECRQM of new line mode", "\x1b[20$p", r"\x1b\[20;2\$y"),
    query("DECRQM of an unknown ANSI mode", "\x1b[99$p", r"\x1b\[99;0\$y"),
    query("kitty keyboard, nothing asked for", "\x1b[?u", r"\x1b\[\?0u"),
    query("kitty keyboard pushed", "\x1b[>5u\x1b[?u", r"\x1b\[\?5u", portable=_NO_KITTY),
    query("kitty keyboard set", "\x1b[=3;1u\x1b[?u", r"\x1b\[\?3u", portable=_NO_KITTY),
    query("kitty keyboard popped", "\x1b[>5u\x1b[<u\x1b[?u", r"\x1b\[\?0u"),
    query("OSC 10", "\x1b]10;?\x07", r"\x1b\]10;rgb:d0d0/d1d1/d2d2\x07"),
    query("OSC 11", "\x1b]11;?\x1b\\", r"\x1b\]11;rgb:1010/1111/1212\x1b\\"),
    query("OSC 11 changed", "\x1b]11;rgb:ff/00/80\x07\x1b]11;?\x07", r"\x1b\]11;rgb:ffff/0000/8080\x07"),
    query("OSC 111 changes back", "\x1b]11;#ff0080\x07\x1b]111\x07\x1b]11;?\x07", r"\x1b\]11;rgb:1010/1111/1212\x07"),
    query("OSC 12", "\x1b]12;?\x07", r"\x1b\]12;rgb:[0-9a-f/]{14}\x07"),
    query("OSC 4", "\x1b]4;1;?\x07", r"\x1b\]4;1;rgb:[0-9a-f/]{14}\x07"),
    query("OSC 4 of the cube", "\x1b]4;196;?\x07", r"\x1b\]4;196;rgb:ffff/0000/0000\x07"),
    query("OSC 4 changed", "\x1b]4;7;#102030\x07\x1b]4;7;?\x07", r"\x1b\]4;7;rgb:1010/2020/3030\x07"),
    query("DECRQSS of SGR", "\x1b[1;31m\x1bP$qm\x1b\\", r"\x1bP1\$r0;1;(31|38[;:]5[;:]1)m\x1b\\"),
    query("DECRQSS of the region", "\x1b[2;4r\x1bP$qr\x1b\\", r"\x1bP1\$r2;4r\x1b\\"),
    query("DECRQSS of the cursor", "\x1b[4 q\x1bP$q q\x1b\\", r"\x1bP1\$r4 q\x1b\\"),
    query("DECRQSS of nonsense", "\x1bP$qzz\x1b\\", r"\x1bP0\$r(zz)?\x1b\\"),
    query("XTGETTCAP TN", "\x1bP+q544e\x1b\\", r"\x1bP1\+r544[eE]=787465726D2D323536636F6C6F72\x1b\\"),
    query("XTGETTCAP Co", "\x1bP+q436f\x1b\\", r"\x1bP1\+r436[fF]=323536\x1b\\"),
    query("XTGETTCAP of nonsense", "\x1bP+q5a5a5a\x1b\\", r"(\x1bP0\+r(5[aA]){0,3}\x1b\\)?"),
    query("CSI 14 t", "\x1b[14t", r"\x1b\[4;80;80t"),
    query("CSI 16 t", "\x1b[16t", r"\x1b\[6;16;8t"),
    query("CSI 18 t", "\x1b[18t", r"\x1b\[8;5;10t"),
    query("CSI 21 t tells no title", "\x1b]2;secret\x07\x1b[21t", r"(\x1b\]l\x1b\\)?"),
    query("colour scheme", "\x1b[?996n", r"\x1b\[\?997;1n"),
    query("in-band size", "\x1b[?2048h", r"\x1b\[48;5;10;80;80t"),
    query("clipboard is not told", "\x1b]52;c;?\x07", r"(\x1b\]52;c;\x07)?"),
    query("checksum of the screen is not told", "secret\x1b[1;1;1;1;5;10*y", ""),
    query("two at once", "\x1b[5n\x1b[6n", r"\x1b\[0n\x1b\[1;1R"),
)
