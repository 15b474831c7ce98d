from muxer.settings.keymaps import spoken
from muxer.settings.known_chords import AGENTS, CHORDS, OUTSIDE, uses_of
from muxer.terminal.keys import parse_key


def test_every_chord_is_written_as_keymaps_name_it() -> None:
    assert [spoken(parse_key(chord)) for chord in CHORDS] == [*CHORDS]


def test_agents_are_named_first() -> None:
    assert [use.owner for use in uses_of("ctrl+b")] == ["Claude Code", "shells", "vim", "tmux"]
    assert uses_of("ctrl+alt+z") == ()


def test_every_owner_that_counts_has_chords() -> None:
    owners = {use.owner for uses in CHORDS.values() for use in uses}
    assert owners >= {*AGENTS, *OUTSIDE}
