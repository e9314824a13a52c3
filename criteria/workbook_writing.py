"""Writing a criteria set as an Excel workbook with drop-downs and explanations."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from criteria.model import (
    BandSteps,
    Checklist,
    Choice,
    CriteriaSet,
    Criterion,
    MinMax,
    Parts,
    Rule,
    Text,
)
from criteria.workbook_cells import (
    is_plain_number,
    write_list,
    write_number,
    write_text,
)
from criteria.workbook_form import (
    BANDS,
    BASIS,
    CRITERIA,
    DETAILS,
    FORMS,
    GROUPS,
    GUIDE,
    INFO,
    INPUTS,
    NO_LIMIT,
    RULE_GUIDE,
    RULES,
    SET_FIELDS,
    USED,
    Column,
    Form,
)
from language import _

Values = Mapping[str, Any]

_TITLE, _EXPLAIN, _HEADER = 0, 1, 2
_SPARE_ROWS = 500
"""Empty rows below a table that carry its drop-downs, for what an office adds."""
_FIRST_EXCEL_DATE = dt.date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was; earlier days stand as text."""


def to_workbook(criteria_set: CriteriaSet) -> bytes:
    """The set as an .xlsx file with drop-downs and explanations, in the form that read_workbook reads.

    Raises ValueError naming the text that Excel cannot hold.
    """
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        writer = _Writer(book)
        writer.add_info(criteria_set)
        writer.add(BANDS, ({**_wording("name", b.name), "from": b.reached} for b in criteria_set.bands))
        writer.add(GROUPS, _group_rows(criteria_set))
        writer.add(CRITERIA, (_criterion_row(g.code, c) for g in criteria_set.groups for c in g.criteria))
        writer.add(INPUTS, (row for c in criteria_set.criteria for row in _input_rows(c)))
        writer.add(DETAILS, (row for c in criteria_set.criteria for row in _detail_rows(c)))
        writer.add_guide()
    return buffer.getvalue()


def _wording(field: str, text: Text | None) -> Values:
    return {} if text is None else {field: text.vi, field + "_en": text.en}


def _set_values(criteria_set: CriteriaSet) -> Values:
    return {
        **{name: getattr(criteria_set, name) for name in SET_FIELDS if name not in ("title", "title_en")},
        **_wording("title", criteria_set.title),
    }


def _group_rows(criteria_set: CriteriaSet) -> Iterator[Values]:
    for group in criteria_set.groups:
        cap = {} if group.cap is None else {"bonus": group.cap.bonus, "penalty": group.cap.penalty}
        if cap and set(cap.values()) == {None}:
            cap = dict.fromkeys(cap, NO_LIMIT)
        yield {"code": group.code, **_wording("name", group.name), "kind": group.kind, **cap}


def _rule_values(rule: Rule) -> Values:
    fields = {name: getattr(rule, name) for name in USED.get(rule.type, ()) if name not in ("low", "high")}
    if isinstance(rule, MinMax) and rule.goalposts is not None:
        fields |= {"low": rule.goalposts[0], "high": rule.goalposts[1]}
    return {"rule": rule.type, **fields}


def _criterion_row(group: str, criterion: Criterion) -> Values:
    same = ("evidence", "verifier", "frequency", "measure", "coverage", "applies_to", "plan_target", "covers")
    row: dict[str, Any] = {"group": group, "code": criterion.code, "max_points": criterion.max_points}
    row |= {name: getattr(criterion, name) for name in same}
    for name in ("name", "evidence_documents", "found_in", "note"):
        row |= _wording(name, getattr(criterion, name))
    row |= _rule_values(criterion.rule)
    if source := criterion.source:
        row |= {"document": source.document, "clause": source.clause or None, "url": source.url}
    if rollup := criterion.rollup:
        row |= {"how": rollup.how, "from": rollup.sources, "weight": rollup.weight, "meets_at": rollup.meets_at}
    return row


def _input_rows(criterion: Criterion) -> Iterator[Values]:
    for key, note in criterion.inputs.items():
        yield {
            "code": criterion.code,
            "key": key,
            **_wording("name", note.name),
            **_wording("unit", note.unit),
            **_wording("explain", note.explain),
            "fact": note.fact,
            "number": note.number,
        }


def _detail_rows(criterion: Criterion) -> Iterator[Values]:
    own = {"code": criterion.code}
    shown: set[str] = set()
    rules: list[tuple[str | None, Rule]] = [(None, criterion.rule)]
    if isinstance(criterion.rule, Parts):
        rules = [(part.key, part.rule) for part in criterion.rule.parts]
        for part in criterion.rule.parts:
            yield {**own, "kind": "part", "key": part.key, "fraction": part.fraction, **_rule_values(part.rule)}
    for part_key, rule in rules:
        key = f"{part_key}.value" if part_key else "value"
        labels = _labels_in_order(criterion, key, rule)
        shown |= {key} if labels else set()
        yield from ({**own, "part": part_key, **row} for row in _rule_rows(rule, labels))
    for key, note in criterion.inputs.items():
        if key not in shown:
            for option, label in note.options.items():
                yield {**own, "kind": "label", "input": key, "key": option, **_wording("label", label)}


def _labels_in_order(criterion: Criterion, key: str, rule: Rule) -> Mapping[str, Text]:
    """Names of the options that can stand beside the options themselves: same options, same order."""
    options = criterion.inputs[key].options if key in criterion.inputs else {}
    if isinstance(rule, Choice) and list(options) == [option for option in rule.options if option in options]:
        return options
    return {}


def _rule_rows(rule: Rule, labels: Mapping[str, Text]) -> Iterator[Values]:
    match rule:
        case BandSteps():
            yield from ({"kind": "step", "reached": s.reached, "fraction": s.fraction} for s in rule.steps)
        case Choice():
            for option, fraction in rule.options.items():
                label = _wording("label", labels.get(option))
                yield {"kind": "option", "key": option, "fraction": fraction, **label}
        case Checklist():
            yield from ({"kind": "item", "key": key, "fraction": f} for key, f in rule.items.items())


class _Writer:
    """Writes tables into one workbook with shared formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._formats: dict[str, Format] = {}

    def _format(self, name: str) -> Format:
        base = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "text_wrap": True}
        shapes: Mapping[str, Mapping[str, object]] = {
            "title": {"bold": True, "font_size": 14, "text_wrap": False},
            "note": {"italic": True, "text_wrap": False},
            "header": {"bold": True, "border": 1, "bg_color": "#DCEBEB", "align": "center", "valign": "vcenter"},
            "needed": {"bold": True, "border": 1, "bg_color": "#F5E3B3", "align": "center", "valign": "vcenter"},
            "text": {"num_format": "@"},
            "date": {"num_format": "dd/mm/yyyy"},
            "whole percent": {"num_format": "0%"},
            "fine percent": {"num_format": "0.##########%"},
            "number": {},
        }
        if name not in self._formats:
            self._formats[name] = self._book.add_format({**base, **shapes[name]})
        return self._formats[name]

    def _cell(self, sheet: Worksheet, row: int, place: int, column: Column, value: Any) -> None:
        match value:
            case None | ():
                return
            case dt.date() if value >= _FIRST_EXCEL_DATE:
                moment = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - Excel dates have no zone
                sheet.write_datetime(row, place, moment, self._format("date"))
            case dt.date():
                sheet.write_string(row, place, value.isoformat(), self._format("text"))
            case tuple():
                sheet.write_string(row, place, write_text(write_list(value)), self._format("text"))
            case str():
                text = column.words[value] if column.kind == "word" else write_text(value)
                sheet.write_string(row, place, text, self._format("text"))
            case _ if is_plain_number(value):
                sheet.write_number(row, place, value, self._format(_number_format(column, value)))
            case _:
                sheet.write_string(row, place, write_number(value), self._format("number"))

    def _start(self, form: Form, title: str) -> Worksheet:
        sheet = self._book.add_worksheet(form.name)
        sheet.write_string(_TITLE, 0, title, self._format("title"))
        sheet.write_string(_EXPLAIN, 0, form.explain, self._format("note"))
        for place, column in enumerate(form.columns.values()):
            kind = "number" if column.kind in ("number", "date") else "text"
            sheet.set_column(place, place, column.width, self._format(kind))
            sheet.write_string(_HEADER, place, column.title, self._format("needed" if column.required else "header"))
        sheet.set_row(_HEADER, 48)
        sheet.freeze_panes(_HEADER + 1, form.frozen)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADER)
        return sheet

    def add(self, form: Form, rows: Iterable[Values]) -> None:
        """Adds a table with its drop-downs."""
        sheet = self._start(form, form.name)
        last = _HEADER
        for last, values in enumerate(rows, _HEADER + 1):
            for place, (name, column) in enumerate(form.columns.items()):
                self._cell(sheet, last, place, column, values.get(name))
        for place, column in enumerate(form.columns.values()):
            _help(sheet, (_HEADER + 1, place, last + _SPARE_ROWS, place), column)
        sheet.autofilter(_HEADER, 0, max(last, _HEADER + 1), len(form.columns) - 1)

    def add_info(self, criteria_set: CriteriaSet) -> None:
        """Adds the first sheet: one line per field of the set, then its legal basis."""
        reference = _("bộ tham chiếu, không phải bộ chính thức")
        title = f"{INFO.name} ({reference})" if criteria_set.status == "reference" else INFO.name
        sheet = self._start(INFO, title)
        values = _set_values(criteria_set)
        for row, (name, column) in enumerate(SET_FIELDS.items(), _HEADER + 1):
            self._item(sheet, row, column, values.get(name))
            _help(sheet, (row, 1, row, 1), column)
        for row, source in enumerate(criteria_set.legal_basis, _HEADER + 1 + len(SET_FIELDS)):
            self._item(sheet, row, BASIS, source.document)
            self._cell(sheet, row, 2, BASIS, source.clause or None)
            self._cell(sheet, row, 3, BASIS, source.url)

    def _item(self, sheet: Worksheet, row: int, column: Column, value: Any) -> None:
        sheet.write_string(row, 0, column.title, self._format("needed" if column.required else "header"))
        self._cell(sheet, row, 1, column, value)
        sheet.write_string(row, 4, column.explain, self._format("note"))

    def add_guide(self) -> None:
        """Adds the sheet that explains the others; it is not read back."""
        sheet = self._book.add_worksheet(GUIDE)
        sheet.set_column(0, 1, 26, self._format("text"))
        sheet.set_column(2, 2, 110, self._format("text"))
        lines: list[tuple[str, str, str]] = [
            ("Chung", "Số", "Viết 1,5 hoặc 60 %; không viết 1.234 vì có thể hiểu hai cách."),
            ("Chung", "Mã", "Ô mã có định dạng Văn bản, để 4.10 không bị đổi thành 4,1."),
            ("Chung", "Cột", "Không thêm, bớt, đổi tên cột và trang; cần ghi chép riêng thì dùng trang ẩn."),
            ("Chung", "Cột màu vàng", "Bắt buộc điền."),
            ("Chung", "Dấu ngoặc kép", "Chữ có dấu cách ở đầu hoặc cuối đứng trong dấu ngoặc kép thẳng."),
        ]
        lines += [("Cách chấm", RULES[rule], text) for rule, text in RULE_GUIDE.items()]
        lines += [(INFO.name, column.title, column.explain) for column in (*SET_FIELDS.values(), BASIS)]
        lines += [(form.name, c.title, c.explain) for form in FORMS[1:] for c in form.columns.values()]
        sheet.write_string(0, 0, GUIDE, self._format("title"))
        for place, text in enumerate(("Trang", "Nội dung", "Giải thích")):
            sheet.write_string(_HEADER, place, text, self._format("header"))
        for row, line in enumerate(lines, _HEADER + 1):
            for place, text in enumerate(line):
                sheet.write_string(row, place, text, self._format("text"))
        sheet.freeze_panes(_HEADER + 1, 0)


def _number_format(column: Column, value: float) -> str:
    if not column.share or not 0 < abs(value) <= 1 or isinstance(value, int):
        return "number"
    return "whole percent" if round(value * 100, 9) == round(value * 100) else "fine percent"


def _help(sheet: Worksheet, area: tuple[int, int, int, int], column: Column) -> None:
    """The explanation of a column on its cells, and its drop-down where it has words."""
    options: dict[str, Any] = {"validate": "any"}
    if column.words:
        options = {
            "validate": "list",
            "source": list(column.words.values()),
            "error_title": _("Không có trong danh sách"),
            "error_message": _("Hãy chọn một mục trong danh sách."),
        }
    sheet.data_validation(*area, options | {"input_title": column.title[:32], "input_message": column.explain or "…"})
