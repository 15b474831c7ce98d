"""Text on its way into an agent, made safe: no control acts, nothing runs as a command, and nobody speaks as another.

What a peer wrote stands in a frame that names its writer. What a person wrote is their own word, and stands bare where
that is safe.
"""

import re
import unicodedata

BRIEF = 100
"""Letters of a text that are enough to know it again."""

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
)
_TURNS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_FRAME = re.compile(r"\s*\[\s*(?:from|end\s+of)\b", re.IGNORECASE)
_ASK = re.compile(r"\[from [^\]]*, ask (\d{1,18})\]")
_END_OF_ASK = re.compile(r"\[end of ask (\d{1,18})(?::[^\]]*)?\]")
_MENTION = re.compile(r"(?:^|\s)@\S*$")
_MENTIONS = re.compile(r"(?<!\\)@(?=\S)")
"""What makes some CLIs read a file, with nobody asked, wherever it stands in a text."""
_PERSON = "your user"
_OPENS = "\"'([{<-*•—“‘«"
"""What else than a letter or a digit a text may begin with and means nothing to a composer."""


def plain(text: str) -> str:
    """The text as lines, with nothing in it that a terminal, a composer or a reader's eye would obey."""
    text = _TURNS.sub("\n", _SEQUENCES.sub("", text))
    text = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))
    return "\n".join(_defused(line) for line in text.split("\n")).strip("\n")


def _defused(line: str) -> str:
    """Quoted, if it looks like a frame of muxer's."""
    return f"> {line}" if _FRAME.match(unicodedata.normalize("NFKC", line)) else line


def fenced(number: int, text: str, *, sender: str = "", circle: str = "", ask: int | None = None, how: str = "") -> str:
    """As an agent gets it. The sender is an agent's name, or empty for the person.

    An ask goes by its own number, and ends with how it is answered.
    """
    text = plain(text)
    if not sender and ask is None and _is_safe_bare(text):
        return text.strip()
    if sender:
        text = _MENTIONS.sub(r"\\@", text)
    who = _in_one_line(sender) or _PERSON
    if sender and who.casefold() == _PERSON:
        who = f"an agent named {who}"
    where = f", circle {_in_one_line(circle)}" if circle else ""
    what = f"note {number}" if ask is None else f"ask {ask}"
    return f"[from {who}{where}, {what}]\n{text}\n[end of {what}{': ' if how else ''}{how}]"


def asked_alone(prompt: str) -> int | None:
    """The number of the ask that is all of a prompt."""
    prompt = prompt.strip()
    begins, ends = _ASK.match(prompt), _END_OF_ASK.fullmatch(prompt, max(0, prompt.rfind("[end of ask ")))
    return int(begins[1]) if begins and ends and begins[1] == ends[1] else None


def in_brief(text: str) -> str:
    """What a peer said, or is called, as a few words within a text of muxer's own."""
    words = _MENTIONS.sub(r"\\@", _in_one_line(text[: BRIEF * 10]))
    return words if len(words) <= BRIEF else f"{words[: BRIEF - 1]}…"


def _is_safe_bare(text: str) -> bool:
    """It begins no command, and ends in no completion that would take its Enter."""
    text = text.strip()
    return bool(text) and (text[0].isalnum() or text[0] in _OPENS) and not _MENTION.search(text)


def _in_one_line(name: str) -> str:
    return " ".join(plain(name).replace("[", "(").replace("]", ")").split())


def bears(prompt: str, text: str) -> bool:
    """Is that the text, as far as it was handed on, however its lines were broken?"""
    begins = "".join(text.split())[:200]
    return bool(begins) and begins in "".join(prompt.split())
