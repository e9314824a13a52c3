"""A table as CSV that Excel with Vietnamese settings opens as it is."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from reports.workbook import Value

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that a spreadsheet may take for a formula when it opens CSV."""


def _cell(value: Value) -> str:
    """A number with a decimal comma and no grouping, to the last step of the grid; text that cannot become a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "'" + value if value.startswith(_RISKY) else value
    if isinstance(value, float):
        return f"{value + 0.0:.9f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def csv_table(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with byte-order mark, semicolons, decimal commas, one table with one header row."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(map(_cell, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")
