"""Results as text for people: aligned columns without colour, and no control character that a result might carry."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

GAP = "  "


def aligned(rows: Iterable[Sequence[object]]) -> str:
    """Rows as columns, each as wide as its widest cell. A cell is one line that cannot steer the terminal."""
    table = [[_cell(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip_longest(*table, fillvalue="")]
    return "\n".join(
        GAP.join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in table
    )


def plain(result: object) -> str:
    """Any answer that has no text of its own."""
    if result is None:
        return ""
    if isinstance(result, Mapping):
        return aligned((name, value) for name, value in result.items())
    if isinstance(result, list | tuple):
        return _listed(result)
    return result if isinstance(result, str) else _cell(result)


def _listed(results: Sequence[object]) -> str:
    rows = [result for result in results if isinstance(result, Mapping)]
    if not rows or len(rows) < len(results):
        return "\n".join(_cell(result) for result in results)
    # Every name that any row has, in the order of their first appearance.
    names = list(dict.fromkeys(name for row in rows for name in row))
    heading = [str(name).upper().replace("_", " ") for name in names]
    return aligned([heading, *([row.get(name) for name in names] for row in rows)])


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False, default=str)
    return "".join(character for character in str(text) if character.isprintable())


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
