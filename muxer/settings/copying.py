"""Copy mode's actions and its keys, which are vim's in every keymap; a keymap's own `[mode.copy]` goes before them."""

from muxer.settings.action import Action

_TABLE = (
    # where to
    ("left", "a character to the left", "h", "left", "backspace", "ctrl+h"),
    ("right", "a character to the right", "l", "right"),
    ("down", "a row down", "j", "down", "ctrl+n", "ctrl+j"),
    ("up", "a row up", "k", "up", "ctrl+p"),
    ("word", "to the next word", "w"),
    ("word-back", "to the word before", "b"),
    ("word-end", "to the end of the word", "e"),
    ("big-word", "to what follows the next blank", "W"),
    ("big-word-back", "to what follows the blank before", "B"),
    ("big-word-end", "to the next blank", "E"),
    ("line-start", "to the start of the line", "0", "home"),
    ("line-first", "to the first character of the line", "^"),
    ("line-end", "to the end of the line", "$", "end"),
    ("top", "to the oldest line, or to the line counted", "g"),
    ("bottom", "to the newest line, or to the line counted", "G"),
    ("screen-top", "to the top of what is shown", "H"),
    ("screen-middle", "to its middle", "M"),
    ("screen-bottom", "to its bottom", "L"),
    ("paragraph-back", "to the empty line before", "{"),
    ("paragraph", "to the next empty line", "}"),
    ("half-up", "half a page back", "ctrl+u"),
    ("half-down", "half a page forward", "ctrl+d"),
    ("page-up", "a page back", "ctrl+b", "pageup"),
    ("page-down", "a page forward", "ctrl+f", "pagedown"),
    ("scroll-up", "scroll a line back", "ctrl+y"),
    ("scroll-down", "scroll a line forward", "ctrl+e"),
    ("find", "to the next such character of the line", "f"),
    ("find-back", "to such a character before", "F"),
    ("till", "up to the next such character", "t"),
    ("till-back", "back up to such a character", "T"),
    ("find-again", "the same once more", ";"),
    ("find-reverse", "the same the other way", ","),
    ("prompt-previous", "to the prompt before", "["),
    ("prompt-next", "to the next prompt", "]"),
    # what to take
    ("characters", "select characters", "v", "space"),
    ("lines", "select lines", "V"),
    ("block", "select a block", "ctrl+v"),
    ("other-end", "to the other end of the selection", "o"),
    ("last-output", "select what the last command wrote", "m"),
    ("yank", "copy the selection and leave", "y", "enter"),
    ("yank-line", "copy the line and leave", "Y"),
    # what to look for
    ("search-forward", "search forward", "/"),
    ("search-back", "search backward", "?"),
    ("search-next", "the next hit", "n"),
    ("search-previous", "the hit before", "N"),
    ("search-word", "search the word under the cursor", "*"),
    ("search-word-back", "the same backward", "#"),
    ("cancel", "give up the selection or the search, else leave", "escape"),
    ("leave", "leave copy mode", "q", "ctrl+c"),
)

COPY_ACTIONS = tuple(Action(f"copy.{name}", words, repeats=True) for name, words, *_ in _TABLE)

COPY_KEYS: dict[str, str] = {
    " " if key == "space" else key: f"copy.{name}" for name, _, *keys in _TABLE for key in keys
}
