from muxer.ui.harmless import harmless


def test_hostile_text_moves_nothing() -> None:
    assert harmless("a\x1b[2Jb\r\n\u202ec\x07 d") == "a[2Jbc d"
