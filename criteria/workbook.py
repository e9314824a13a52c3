"""A criteria set as an Excel workbook, out and in: `read_workbook(to_workbook(s))` gives s back.

An office keeps its annex in Excel; the workbook says the same as the YAML file and is held to the same checker, with
faults by sheet, row and column.
"""

from criteria.workbook_reading import SheetFault, read_workbook
from criteria.workbook_writing import to_workbook

__all__ = ["SheetFault", "read_workbook", "to_workbook"]
