"""Can a terminal show more than ASCII? Its locale says so; where none is set, nothing is held against it."""

from collections.abc import Mapping

_POOR = {"linux", "dumb", "vt100", "vt102", "vt220", "ansi", "cons25"}
"""Terminals whose fonts lack the glyphs, whatever the locale says."""
_COERCED = "C.UTF-8"
"""What Python itself sets LC_CTYPE to where the locale is C or unknown (PEP 538): no word of the person's."""


def why_plain(env: Mapping[str, str]) -> str:
    """Why a terminal with that environment gets plain ASCII; nothing where it need not."""
    term = env.get("TERM", "")
    if term in _POOR:
        return f"TERM is {term}"
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if env.get("LC_CTYPE") == _COERCED and env.get("LANG"):
        names.remove("LC_CTYPE")
    for name in names:
        if locale := env.get(name, ""):
            is_utf8 = "utf8" in locale.lower().replace("-", "")
            return "" if is_utf8 else f"{name} is {locale}, which is not UTF-8"
    return ""
