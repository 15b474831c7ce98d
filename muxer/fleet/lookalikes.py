"""Names that a reader takes for another's: the same letters of another script or case, or with marks and gaps."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LOOKS = {
    "a": "аαᴀ", "b": "вʙ", "c": "сᴄ", "d": "ԁᴅ", "e": "еєεҽᴇɛ", "h": "һнʜ", "i": "іїıιɪ", "j": "јᴊ", "k": "кκᴋ",
    "l": "ӏłʟ1", "m": "мᴍμ", "n": "ηɴ", "o": "оοօᴏσ0", "p": "рρᴘ", "q": "ԛ", "r": "гᴦʀɾ", "s": "ѕꜱʂ5", "t": "тτᴛ",
    "u": "υսᴜц", "v": "νᴠ", "w": "ԝωᴡ", "x": "хχᶍ", "y": "уүγʏ", "": "\u115f\u1160\u3164\uffa0\u2800",
}  # fmt: skip
_TWINS = {ord(other): letter for letter, others in _LOOKS.items() for other in others}


@lru_cache(maxsize=8192)
def looks(name: str) -> str:
    """What a reader sees, however it is written."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name)).casefold().translate(_TWINS)
    seen = "".join(filter(str.isalnum, plain))
    return seen.replace("i", "l").replace("rn", "m").replace("vv", "w")


def taken_for(name: str, names: Iterable[str]) -> str:
    """The one of those names that it is or may be taken for; empty if there is none."""
    seen = looks(name)
    return next((other for other in names if looks(other) == seen), "")
