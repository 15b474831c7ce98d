"""The conformance table, whole."""

from tests.terminal.cases import Query, Screen
from tests.terminal.cases_grid import CURSOR, EDITING, SCREENS, SCROLLING, SIZES, STRINGS, TABS
from tests.terminal.cases_queries import QUERIES
from tests.terminal.cases_text import CHARSETS, CONTROLS, GAPS, STYLES, TEXT

ALL_SCREENS: tuple[Screen, ...] = (
    *TEXT, *CONTROLS, *CHARSETS, *STYLES, *GAPS, *CURSOR, *TABS, *SCROLLING, *EDITING, *SCREENS, *STRINGS,
    *SIZES,
)  # fmt: skip
ALL_QUERIES: tuple[Query, ...] = QUERIES
