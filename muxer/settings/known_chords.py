"""Chords that others have a use for: agents, shells, editors, terminals, desktops. What a keymap takes, they lose.

Only what their manuals name or what was seen; keys without ctrl, alt or a function key are not listed, since no keymap
takes those.
"""

from typing import NamedTuple


class Use(NamedTuple):
    """What a chord does elsewhere."""

    owner: str
    words: str


AGENTS = ("Claude Code", "Codex", "Gemini CLI", "opencode")
OUTSIDE = ("desktops", "terminals")
"""They take the key before muxer sees it."""

_BY_OWNER: dict[str, dict[str, str]] = {
    "Claude Code": {
        "ctrl+b": "run the task in the background",
        "ctrl+g": "edit the prompt in an editor",
        "ctrl+o": "show the whole transcript",
        "ctrl+r": "search earlier prompts",
        "ctrl+s": "stash the draft",
        "ctrl+t": "show the task list",
        "ctrl+v": "paste a picture",
        "ctrl+x": "commands of the agent view",
        "ctrl+j": "a new line in the prompt",
        "alt+enter": "a new line in the prompt",
        "shift+enter": "a new line in the prompt",
        "shift+tab": "change the permission mode",
        "alt+p": "choose a model",
        "alt+t": "thinking on or off",
        "escape": "interrupt; twice: go back in the conversation",
    },
    "Codex": {
        "ctrl+c": "stop, or quit",
        "ctrl+g": "edit the prompt in an editor",
        "ctrl+j": "a new line in the prompt",
        "ctrl+t": "show the transcript",
        "ctrl+v": "paste a picture",
        "shift+tab": "change the mode",
        "escape": "interrupt; twice: go back in the conversation",
    },
    "Gemini CLI": {
        "ctrl+s": "show long answers whole",
        "ctrl+t": "show the tools' descriptions",
        "ctrl+v": "paste a picture",
        "ctrl+x": "edit the prompt in an editor",
        "ctrl+y": "run every tool without asking",
        "shift+tab": "accept edits without asking",
    },
    "opencode": {
        "ctrl+p": "its palette",
        "ctrl+t": "change the model's variant",
        "ctrl+x": "its leader key",
        "shift+tab": "change the agent",
    },
    "shells": {
        "ctrl+a": "start of the line",
        "ctrl+b": "a character back",
        "ctrl+c": "interrupt",
        "ctrl+d": "end of input",
        "ctrl+e": "end of the line",
        "ctrl+f": "a character forward",
        "ctrl+g": "leave the search",
        "ctrl+h": "backspace",
        "ctrl+k": "cut to the end",
        "ctrl+l": "clear the screen",
        "ctrl+n": "next line of history",
        "ctrl+o": "run and fetch the next line",
        "ctrl+p": "line of history before",
        "ctrl+q": "the next key as it is",
        "ctrl+r": "search in history",
        "ctrl+s": "search forward, or stop output",
        "ctrl+t": "swap characters",
        "ctrl+u": "cut the line",
        "ctrl+v": "the next key as it is",
        "ctrl+w": "cut a word",
        "ctrl+x": "begins longer commands",
        "ctrl+y": "paste what was cut",
        "ctrl+z": "suspend the program",
        "ctrl+\\": "quit the program",
        "ctrl+_": "undo",
        "alt+b": "a word back",
        "alt+c": "capitalize a word",
        "alt+d": "cut a word forward",
        "alt+f": "a word forward",
        "alt+h": "help, in zsh and fish",
        "alt+l": "lower case",
        "alt+n": "search forward in history",
        "alt+p": "search back in history",
        "alt+t": "swap words",
        "alt+u": "upper case",
        "alt+y": "paste what was cut before",
        "alt+.": "last word of the line before",
        "alt+?": "list completions",
        "alt+-": "begins a count",
        "alt+left": "a word back",
        "alt+right": "a word forward",
    },
    "vim": {
        "ctrl+b": "a page back",
        "ctrl+d": "half a page forward",
        "ctrl+e": "scroll a line",
        "ctrl+f": "a page forward",
        "ctrl+g": "where in the file",
        "ctrl+n": "complete",
        "ctrl+o": "back to where one was",
        "ctrl+p": "complete backwards",
        "ctrl+r": "redo",
        "ctrl+t": "back from a tag",
        "ctrl+u": "half a page back",
        "ctrl+v": "select a block",
        "ctrl+w": "windows",
        "ctrl+]": "go to a tag",
        "ctrl+^": "the file before",
    },
    "tmux": {"ctrl+b": "its prefix, where tmux runs in a pane"},
    "desktops": {
        **{f"ctrl+alt+{way}": "change the workspace" for way in ("left", "right", "up", "down")},
        **{f"ctrl+alt+f{n}": "a text console" for n in range(1, 13)},
        "ctrl+alt+a": "KDE: the window that wants attention",
        "ctrl+alt+d": "show the desktop",
        "ctrl+alt+delete": "log out",
        "ctrl+alt+l": "lock the screen",
        "ctrl+alt+s": "taken in KDE or Konsole",
        "ctrl+alt+t": "open a terminal",
        "ctrl+alt+u": "taken in KDE or Konsole",
        "alt+f4": "close the window",
        "alt+tab": "change the window",
        "alt+space": "the window's menu",
        "ctrl+space": "change the input method",
    },
    "terminals": {
        "ctrl+shift+c": "copy",
        "ctrl+shift+v": "paste",
        "ctrl+shift+t": "new tab",
        "ctrl+shift+n": "new window",
        "ctrl+shift+w": "close the tab",
        "ctrl+tab": "next tab",
        "ctrl++": "larger letters",
        "ctrl+-": "smaller letters",
        "ctrl+0": "letters as they were",
        "ctrl+pageup": "tab before",
        "ctrl+pagedown": "next tab",
        "shift+pageup": "scroll back",
        "shift+pagedown": "scroll forward",
        "shift+insert": "paste",
        "f10": "the menu",
        "f11": "full screen",
        "alt+enter": "full screen",
    },
}

CHORDS: dict[str, tuple[Use, ...]] = {}
for _owner, _chords in _BY_OWNER.items():
    for _chord, _words in _chords.items():
        CHORDS[_chord] = (*CHORDS.get(_chord, ()), Use(_owner, _words))


def uses_of(key: str) -> tuple[Use, ...]:
    """Who else has a use for a key, as keymaps name it: agents first."""
    return CHORDS.get(key, ())
