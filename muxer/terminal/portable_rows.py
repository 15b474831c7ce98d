"""Edits of rows that keep wide characters whole: half of one is never left behind. Pure but for the rows given."""

from muxer.terminal.portable_cells import BLANK, Cell, Row, cluster_width


def split(row: Row, x: int) -> None:
    """Before a column is written: the wide character that lies across its left edge becomes blanks."""
    cell = row.get(x)
    if cell is not None and cell.data == "":
        row[x] = Cell(" ", cell.style)
        row[x - 1] = Cell(" ", row[x - 1].style)


def clear(row: Row, start: int, end: int, blank: Cell, *, selective: bool = False) -> None:
    """Blank some columns; protected ones stay if the erasing is selective."""
    split(row, start)
    split(row, end)
    for x in range(start, end):
        if selective and row[x].style.protected:
            continue
        if blank is BLANK:
            row.pop(x, None)
        else:
            row[x] = blank


def shifted(rows: list[Row], count: int, fresh: list[Row]) -> list[Row]:
    """The rows moved up, or down where count is negative, with fresh ones in the gap."""
    return rows[count:] + fresh if count > 0 else fresh + rows[:count]


def shift_part(rows: list[Row], left: int, right: int, count: int, blank: Cell) -> None:
    """Move what is between two columns up, or down where count is negative."""
    for row in rows:
        split(row, left)
        split(row, right + 1)
    parts = [[row[x] for x in range(left, right + 1)] for row in rows]
    blanks = [[blank] * (right + 1 - left) for _ in range(abs(count))]
    parts = parts[count:] + blanks if count > 0 else blanks + parts[:count]
    for row, part in zip(rows, parts, strict=True):
        row.update(enumerate(part, left))


def open_gap(row: Row, x: int, right: int, count: int, blank: Cell) -> None:
    """Blanks come in at a column and push the rest over the right edge."""
    split(row, x)
    split(row, right + 1)
    cells = [blank] * min(count, right + 1 - x) + [row[column] for column in range(x, right + 1)]
    cells = cells[: right + 1 - x]
    if cells[-1].data and cluster_width(cells[-1].data) == 2:
        cells[-1] = Cell(" ", cells[-1].style)
    row.update(enumerate(cells, x))


def close_gap(row: Row, x: int, right: int, count: int, blank: Cell) -> None:
    """Take cells out at a column; blanks come in at the right."""
    end = min(x + count, right + 1)
    for column in (x, end, right + 1):
        split(row, column)
    cells = [row[column] for column in range(end, right + 1)] + [blank] * (end - x)
    row.update(enumerate(cells, x))


def filled(columns: int, cell: Cell) -> Row:
    """A row of the same cell throughout."""
    row = Row()
    if cell != BLANK:
        row.update(dict.fromkeys(range(columns), cell))
    return row


def tabbed(stops: set[int], x: int, right: int, count: int) -> int:
    """The column some tab stops on, or back where count is negative."""
    for _ in range(min(abs(count), len(stops) + 1)):
        if count > 0:
            x = min((stop for stop in stops if x < stop < right), default=right)
        else:
            x = max((stop for stop in stops if stop < x), default=0)
    return x
