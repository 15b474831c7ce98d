"""JSON for whoever runs for a moment only: the C parts of Python's own, without the modules around them.

Importing json takes as long as all the rest of a hook. What this one reads and writes is the same.
"""

from _json import encode_basestring_ascii, make_encoder, make_scanner

SPACE = " \t\n\r"


class _Rules:
    """As json has them, unless told otherwise."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = parse_constant = float
    parse_int = int


def _no_json(value: object) -> object:
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


_scan = make_scanner(_Rules())  # type: ignore[arg-type]
_write = make_encoder(None, _no_json, encode_basestring_ascii, None, ":", ",", False, False, True)


def loads(data: bytes) -> object:
    """What it says. Raises ValueError."""
    text = data.decode("utf-8", "surrogatepass").strip(SPACE)
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        raise ValueError("no JSON") from None
    if end != len(text):
        raise ValueError("more than JSON")
    return value


def dumps(value: object) -> bytes:
    """In ASCII, without a blank."""
    return "".join(_write(value, 0)).encode()
