"""Reading a criteria set from an Excel workbook, with every fault by sheet, row and column."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from criteria.loader import Fault, Reading, read_tree
from criteria.rules import Path
from criteria.workbook_cells import (
    CellError,
    RawCell,
    RawRow,
    WorkbookError,
    cell_value,
    open_workbook,
)
from criteria.workbook_form import (
    BASIS,
    CRITERIA,
    DETAILS,
    FORMS,
    GROUPS,
    GUIDE,
    INFO,
    INPUTS,
    NEEDED,
    NO_LIMIT,
    ROLL_UPS,
    ROW_NEEDED,
    ROW_USED,
    ROWS,
    RULE,
    RULE_ROWS,
    RULES,
    SET_FIELDS,
    USED,
    Column,
    Form,
    plain,
)
from criteria.yaml_tree import YamlTree
from language import _

Values = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class SheetFault(Fault):
    """A fault of a workbook: `line` is the row; the sheet and the title of the column stand beside it."""

    sheet: str = ""
    column: str = ""

    def __str__(self) -> str:
        place = [self.file]
        if self.sheet:
            place += [
                _("trang «{sheet}»").format(sheet=self.sheet),
                _("dòng {line}").format(line=self.line),
            ]
        if self.column:
            place.append(_("cột «{column}»").format(column=self.column))
        return ", ".join(place) + ": " + self.message


@dataclass(frozen=True)
class _Place:
    """A cell: number of the sheet's form, row, number and title of the column."""

    form: int
    row: int
    column: int
    title: str

    @property
    def order(self) -> tuple[int, int, int]:
        return self.form, self.row, self.column


@dataclass(frozen=True)
class _Row:
    """A row of a table: what its sound cells hold, and the place of every field."""

    values: Mapping[str, Any]
    places: Mapping[str, _Place]
    blank: frozenset[str]

    def __getitem__(self, field: str) -> Any:
        return self.values.get(field)


def read_workbook(data: bytes, name: str) -> Reading:
    """The criteria set in an .xlsx file, or every fault as a SheetFault. `name` is the file's name shown in faults."""
    try:
        return _Reader(name, open_workbook(data, name)).reading()
    except WorkbookError as error:
        return Reading(None, (SheetFault(name, 1, "-", str(error)),))


class _Reader:
    """Turns tables into the plain data of a set, remembering the cell of every path, and has it checked."""

    def __init__(self, name: str, sheets: Mapping[str, Sequence[RawRow]]) -> None:
        self._name = name
        self._sheets = sheets
        self._faults: dict[_Place, list[str]] = {}
        self._places: list[_Place] = [_Place(0, 1, 0, "")]
        self._lines: dict[Path, int] = {}

    def reading(self) -> Reading:
        """The set, or every fault in the order of sheets, rows and columns."""
        found = {plain(sheet): sheet for sheet in self._sheets}
        missing = [form.name for form in FORMS if plain(form.name) not in found]
        known = {plain(form.name) for form in FORMS} | {plain(GUIDE)}
        extra = [sheet for key, sheet in found.items() if key not in known]
        doubled = [sheet for sheet in self._sheets if sheet not in found.values()]
        if missing or extra or doubled:
            return Reading(None, tuple(self._sheet_faults(missing, extra, doubled)))
        tables = [self._table(i, form, self._sheets[found[plain(form.name)]]) for i, form in enumerate(FORMS)]
        if any(table is None for table in tables):
            return Reading(None, self._all_faults())
        info, bands, groups, criteria, inputs, details = (table or [] for table in tables)
        data = self._set(info) | {"bands": self._bands(bands)}
        data["groups"] = self._groups(groups, criteria, inputs, details)
        checked = read_tree(YamlTree(data, self._lines, ()), self._name)
        own = set(self._faults)
        for fault in checked.faults:
            place = self._places[fault.line - 1]
            # What a cell lacks has been said of it in better words.
            if place not in own:
                self._fault(place, _in_words(fault.message, place.title))
        if self._faults:
            return Reading(None, self._all_faults())
        return Reading(checked.criteria_set, (), tuple(map(self._remark, checked.remarks)))

    def _sheet_faults(
        self, missing: Sequence[str], extra: Sequence[str], doubled: Sequence[str]
    ) -> Iterator[SheetFault]:
        for sheet in missing:
            yield SheetFault(
                self._name, 1, "-", _("thiếu trang «{sheet}»; hãy lấy lại mẫu và giữ đủ các trang.").format(sheet=sheet)
            )
        for sheet in extra:
            yield SheetFault(
                self._name,
                1,
                "-",
                _("trang «{sheet}» không có trong mẫu; hãy xóa hoặc ẩn trang này.").format(sheet=sheet),
            )
        for sheet in doubled:
            message = _("trang «{sheet}» trùng tên với một trang khác (không kể dấu); hãy giữ một trang.")
            yield SheetFault(self._name, 1, "-", message.format(sheet=sheet))

    def _all_faults(self) -> tuple[SheetFault, ...]:
        return tuple(
            SheetFault(self._name, place.row, "-", message, FORMS[place.form].name, place.title)
            for place in sorted(self._faults, key=lambda place: place.order)
            for message in self._faults[place]
        )

    def _remark(self, fault: Fault) -> SheetFault:
        place = self._places[fault.line - 1]
        message = _in_words(fault.message, place.title)
        return SheetFault(self._name, place.row, fault.code, message, FORMS[place.form].name)

    def _fault(self, place: _Place, message: str) -> None:
        self._faults.setdefault(place, []).append(message)

    def _put(self, path: Path, place: _Place) -> None:
        """Remembers where a path of the data stands, and what holds it; the checker knows places by number, from 1."""
        self._places.append(place)
        self._lines[path] = len(self._places)
        for end in range(1, len(path)):
            self._lines.setdefault(path[:end], len(self._places))

    def _put_row(self, path: Path, row: _Row, fields: Iterable[str]) -> None:
        for field in fields:
            self._put((*path, field), row.places[field])
            if field + "_en" in row.places:
                self._put((*path, field, "vi"), row.places[field])
                self._put((*path, field, "en"), row.places[field + "_en"])

    # Tables

    def _table(self, number: int, form: Form, rows: Sequence[RawRow]) -> list[_Row] | None:
        """The rows of a sheet below its header; None, with faults, when the header is not that of the form."""
        header = next((row for row in rows if self._titles(form, row) > 1), None)
        if header is None:
            first, second = list(form.columns.values())[:2]
            self._fault(
                _Place(number, 1, 0, ""),
                _("không tìm thấy dòng tiêu đề có cột «{first}», «{second}»; hãy lấy lại mẫu.").format(
                    first=first.title, second=second.title
                ),
            )
            return None
        columns = self._header(number, form, header)
        if columns is None:
            return None
        return [self._row(number, form, columns, row) for row in rows if row.number > header.number]

    @staticmethod
    def _titles(form: Form, row: RawRow) -> int:
        return sum(isinstance(cell.value, str) and plain(cell.value) in form.by_title for cell in row.cells.values())

    def _header(self, number: int, form: Form, header: RawRow) -> Mapping[int, str] | None:
        """Field of every column of the sheet; None, with faults, when columns are unknown, doubled or missing."""
        columns: dict[int, str] = {}
        sound = True
        for i, cell in header.cells.items():
            field = form.by_title.get(plain(str(cell.value)))
            place = _Place(number, header.number, i, str(cell.value))
            if field is None or field in columns.values():
                sound = False
                message = (
                    _("cột này không có trong mẫu; hãy xóa cột hoặc chép sang trang ẩn.")
                    if field is None
                    else _("cột này có hai lần; hãy giữ một cột.")
                )
                self._fault(place, message)
            else:
                columns[i] = field
        for field, column in form.columns.items():
            if field not in columns.values() and column.since == 1 and not (form is INFO and field == "explain"):
                sound = False
                self._fault(
                    _Place(number, header.number, len(header.cells), column.title),
                    _("thiếu cột này; hãy lấy lại mẫu và giữ đủ các cột."),
                )
        return columns if sound else None

    def _row(self, number: int, form: Form, columns: Mapping[int, str], raw: RawRow) -> _Row:
        later = {field: column.title for field, column in form.columns.items() if column.since > 1}
        places = {field: _Place(number, raw.number, 0, title) for field, title in later.items()}
        places |= {field: _Place(number, raw.number, i, form.columns[field].title) for i, field in columns.items()}
        values: dict[str, Any] = {}
        for i, cell in raw.cells.items():
            field = columns.get(i)
            if field is None:
                self._fault(
                    _Place(number, raw.number, i, ""),
                    _("có nội dung nằm ngoài các cột của mẫu; hãy xóa ô ở cột thứ {n}.").format(n=i + 1),
                )
            elif form is INFO:
                values[field] = cell
            elif (value := self._value(form.columns[field], cell, places[field])) is not None:
                values[field] = value
        blank = frozenset(field for i, field in columns.items() if i not in raw.cells)
        row = _Row(values, places, blank)
        for field, column in form.columns.items():
            if column.required and field in blank:
                self._blank(row, field)
        return row

    def _value(self, column: Column, cell: RawCell, place: _Place) -> Any:
        if column.title in (GROUPS.columns["bonus"].title, GROUPS.columns["penalty"].title) and cell.value == NO_LIMIT:
            return NO_LIMIT
        try:
            return cell_value(column, cell)
        except CellError as error:
            self._fault(place, str(error))
            return None

    def _blank(self, row: _Row, field: str) -> None:
        place = row.places[field]
        self._fault(place, _("ô để trống; hãy điền «{title}».").format(title=place.title))

    def _refuse_unused(self, row: _Row, fields: Iterable[str], used: Iterable[str], why: str) -> None:
        for field in fields:
            if field not in used and field not in row.blank:
                self._fault(row.places[field], _("ô này không dùng với «{why}»; hãy xóa nội dung.").format(why=why))

    def _text(self, row: _Row, field: str) -> Values:
        """A wording under its field; nothing when the cell is blank."""
        vi, en = row[field], row[field + "_en"]
        if vi is None:
            if en is not None and field in row.blank:
                self._fault(
                    row.places[field],
                    _("ô để trống nhưng «{title}» có nội dung; hãy điền cả tiếng Việt.").format(
                        title=row.places[field + "_en"].title
                    ),
                )
            return {}
        return {field: vi if en is None else {"vi": vi, "en": en}}

    # The set

    def _set(self, rows: Sequence[_Row]) -> dict[str, Any]:
        known = {plain(column.title): field for field, column in SET_FIELDS.items()}
        cells: dict[str, _Row] = {}
        basis: list[_Row] = []
        for row in rows:
            title = row["item"].value if row["item"] is not None else None
            field = known.get(plain(str(title)))
            if plain(str(title)) == plain(BASIS.title):
                basis.append(row)
            elif field is None and title is not None:
                self._fault(
                    row.places["item"], _("mục {title!r} không có trong mẫu; hãy xóa dòng.").format(title=title)
                )
            elif field in cells:
                self._fault(row.places["item"], _("mục {title!r} có hai dòng; hãy giữ một dòng.").format(title=title))
            elif field is not None:
                cells[field] = row
                self._refuse_unused(row, ("clause", "url"), (), SET_FIELDS[field].title)
        return self._set_fields(cells) | {"legal_basis": [b for i, r in enumerate(basis) if (b := self._basis(i, r))]}

    def _set_fields(self, cells: Mapping[str, _Row]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for field, column in SET_FIELDS.items():
            row = cells.get(field)
            place = row.places["value"] if row else _Place(0, 1, 0, "")
            self._put((field,), place)
            if row is not None and row["value"] is not None:
                values[field] = self._value(column, row["value"], place)
            elif column.required:
                self._fault(place, _("mục «{title}» để trống hoặc không có; hãy điền.").format(title=column.title))
        title, english = values.pop("title", None), values.pop("title_en", None)
        if english is not None and title is None:
            self._fault(cells["title_en"].places["value"], _("có tên tiếng Anh nhưng chưa có tên bộ chỉ số; hãy điền."))
        if title is not None:
            values["title"] = title if english is None else {"vi": title, "en": english}
        return {field: value for field, value in values.items() if value is not None}

    def _basis(self, index: int, row: _Row) -> Values:
        path: Path = ("legal_basis", index)
        fields = {"document": "value", "clause": "clause", "url": "url"}
        values = {
            name: self._value(BASIS, row[field], row.places[field])
            for name, field in fields.items()
            if row[field] is not None
        }
        for name, field in fields.items():
            self._put((*path, name), row.places[field])
        if "value" in row.blank and values:
            self._blank(row, "value")
        return {name: value for name, value in values.items() if value is not None}

    def _bands(self, rows: Sequence[_Row]) -> list[Values]:
        for i, row in enumerate(rows):
            self._put(("bands", i), row.places["name"])
            self._put_row(("bands", i), row, ("name", "from"))
        return [{**self._text(row, "name"), **_given(row, ("from",))} for row in rows]

    def _groups(
        self, groups: Sequence[_Row], criteria: Sequence[_Row], inputs: Sequence[_Row], details: Sequence[_Row]
    ) -> list[dict[str, Any]]:
        codes = self._codes(groups, _("chỉ số chính"))
        own = self._codes(criteria, _("chỉ số"))
        groups, criteria = _first(groups, codes), _first(criteria, own)
        by_group = self._by(criteria, "group", codes, GROUPS.name)
        by_code = self._by(inputs, "code", own, CRITERIA.name), self._by(details, "code", own, CRITERIA.name)
        result: list[dict[str, Any]] = []
        for i, row in enumerate(groups):
            path: Path = ("groups", i)
            for step in ((), ("criteria",), ("cap",)):
                self._put((*path, *step), row.places["code"])
            self._put_row(path, row, ("code", "name", "kind"))
            members = by_group.pop(row["code"], [])
            if not members and row["code"] is not None and not self._loose(criteria):
                self._fault(
                    row.places["code"], _("chưa có chỉ số nào thuộc chỉ số chính này; hãy thêm ở trang «Chỉ số».")
                )
            result.append(
                {
                    **_given(row, ("code", "kind")),
                    **self._text(row, "name"),
                    **self._cap(path, row),
                    "criteria": [
                        self._criterion(
                            (*path, "criteria", j), member, *(rows.pop(member["code"], []) for rows in by_code)
                        )
                        for j, member in enumerate(members)
                    ],
                }
            )
        return result

    @staticmethod
    def _loose(criteria: Sequence[_Row]) -> bool:
        """Whether the group of some criterion is not known for a fault of its own."""
        return any(row["group"] is None for row in criteria)

    def _codes(self, rows: Sequence[_Row], what: str) -> dict[str, _Row]:
        """The row of every code; a code that comes again is a fault."""
        known: dict[str, _Row] = {}
        for row in rows:
            code = row["code"]
            if code in known:
                self._fault(
                    row.places["code"],
                    _("mã {code!r} đã dùng cho {what} ở dòng {row}; mỗi mã chỉ dùng một lần.").format(
                        code=code, what=what, row=known[code].places["code"].row
                    ),
                )
            elif code is not None:
                known[code] = row
        return known

    def _by(self, rows: Sequence[_Row], field: str, known: Mapping[str, _Row], sheet: str) -> dict[str, list[_Row]]:
        """Rows by the code they belong to; a code that does not exist is a fault."""
        result: dict[str, list[_Row]] = {}
        for row in rows:
            code = row[field]
            if code in known:
                result.setdefault(code, []).append(row)
            elif code is not None:
                self._fault(
                    row.places[field],
                    _("mã {code!r} không có ở trang «{sheet}»; kiểm tra lại mã.").format(code=code, sheet=sheet),
                )
        return result

    def _cap(self, path: Path, row: _Row) -> Values:
        cap = _given(row, ("bonus", "penalty"))
        for name in ("bonus", "penalty"):
            self._put((*path, "cap", name), row.places[name])
        if cap:
            first = row.places[next(iter(cap))]
            self._put((*path, "cap"), first)
        return {"cap": {name: value for name, value in cap.items() if value != NO_LIMIT}} if cap else {}

    def _criterion(self, path: Path, row: _Row, inputs: Sequence[_Row], details: Sequence[_Row]) -> Values:
        plain_fields = ("code", "max_points", "evidence", "plan_target", "covers", "measure", "frequency", "verifier",
                        "coverage", "applies_to")  # fmt: skip
        self._put(path, row.places["code"])
        self._put((*path, "source"), row.places["document"])
        self._put_row(path, row, (*plain_fields, "name", "evidence_documents", "found_in", "note"))
        result: dict[str, Any] = dict(_given(row, plain_fields))
        for field in ("name", "evidence_documents", "found_in", "note"):
            result |= self._text(row, field)
        result |= self._source(path, row) | self._rollup(path, row)
        result |= self._rule(path, row, self._own_rows(row, details), details)
        result["inputs"] = self._inputs((*path, "inputs"), inputs, details)
        return result

    def _source(self, path: Path, row: _Row) -> dict[str, Any]:
        source = _given(row, ("document", "clause", "url"))
        self._put_row((*path, "source"), row, ("document", "clause", "url"))
        if source and "document" in row.blank:
            self._blank(row, "document")
        return {"source": source} if source else {}

    def _rollup(self, path: Path, row: _Row) -> dict[str, Any]:
        rollup = _given(row, ("how", "from", "weight", "meets_at"))
        self._put((*path, "rollup"), row.places["how"])
        self._put_row((*path, "rollup"), row, ("how", "from", "weight", "meets_at"))
        if rollup and "how" in row.blank:
            self._blank(row, "how")
        return {"rollup": rollup} if rollup else {}

    # Rules

    def _rule(self, path: Path, row: _Row, own: Sequence[_Row], details: Sequence[_Row]) -> dict[str, Any]:
        """The rule of a criterion or of a part with its own rows, under the key `rule`; nothing when it has none."""
        here = (*path, "rule")
        for step in ("", "type", "steps", "options", "items", "parts"):
            self._put((*here, step) if step else here, row.places["rule"])
        self._put_row(here, row, (field for field in RULE if field != "rule"))
        self._put((*here, "goalposts"), row.places["low"])
        self._put((*here, "goalposts", 0), row.places["low"])
        self._put((*here, "goalposts", 1), row.places["high"])
        kind = row["rule"]
        if kind is None:
            if "rule" in row.blank:
                self._blank(row, "rule")
            return {}
        used = USED.get(kind, ())
        self._refuse_unused(row, RULE, ("rule", *used), RULES[kind])
        for field in NEEDED.get(kind, ()):
            if field in row.blank:
                self._blank(row, field)
        result: dict[str, Any] = {"type": kind, **_given(row, (f for f in used if f not in ("low", "high")))}
        result |= self._goalposts(row) if kind == "min_max" else {}
        return {"rule": result | self._rule_rows(here, kind, row, own, details)}

    def _goalposts(self, row: _Row) -> dict[str, Any]:
        posts = _given(row, ("low", "high"))
        for one, other in (("low", "high"), ("high", "low")):
            if one in row.blank and other in posts:
                self._blank(row, one)
        return {"goalposts": list(posts.values())} if len(posts) == 2 else {}

    def _rule_rows(
        self, here: Path, kind: str, row: _Row, own: Sequence[_Row], details: Sequence[_Row]
    ) -> dict[str, Any]:
        """Steps, options, items or parts of a rule from its own rows; the rules of its parts from the criterion's."""
        wanted = RULE_ROWS.get(kind)
        rows = [d for d in own if d["kind"] == wanted]
        for other in own:
            if other["kind"] not in (wanted, "label", None):
                self._fault(
                    other.places["kind"],
                    _("dòng «{row}» không dùng với cách chấm «{rule}»; hãy xóa dòng hoặc đổi cách chấm.").format(
                        row=ROWS[other["kind"]], rule=RULES[kind]
                    ),
                )
        for detail in rows:
            self._check_detail(detail)
        if wanted is not None and not rows:
            self._fault(
                row.places["rule"],
                _("chưa có dòng «{row}» nào ở trang «{sheet}»; hãy thêm.").format(row=ROWS[wanted], sheet=DETAILS.name),
            )
        match wanted:
            case "step":
                return {"steps": self._steps((*here, "steps"), rows)}
            case "option" | "item":
                name = wanted + "s"
                return {name: self._fractions((*here, name), rows)}
            case "part":
                return {"parts": self._parts((*here, "parts"), rows, details)}
            case _:
                return {}

    def _own_rows(self, row: _Row, details: Sequence[_Row]) -> list[_Row]:
        """Rows of a criterion's own rule; rows of parts that it does not have are faults."""
        parts = {d["key"] for d in details if d["kind"] == "part"} if row["rule"] == "parts" else set()
        own: list[_Row] = []
        for detail in details:
            if detail["part"] is None or detail["kind"] in ("part", "label"):
                own.append(detail)
            elif detail["part"] not in parts:
                self._fault(
                    detail.places["part"],
                    _("phần {part!r} không có trong chỉ số này; hãy thêm dòng «Phần» hoặc sửa khóa.").format(
                        part=detail["part"]
                    ),
                )
        return own

    def _check_detail(self, row: _Row) -> None:
        kind = row["kind"]
        self._refuse_unused(row, row.places, ("code", "kind", *ROW_USED[kind]), ROWS[kind])
        for field in ROW_NEEDED[kind]:
            if field in row.blank and not (kind == "part" and field == "rule"):
                self._blank(row, field)

    def _steps(self, path: Path, rows: Sequence[_Row]) -> list[Values]:
        for i, row in enumerate(rows):
            self._put((*path, i), row.places["reached"])
            self._put((*path, i, "from"), row.places["reached"])
            self._put((*path, i, "fraction"), row.places["fraction"])
        return [
            ({"from": row["reached"]} if row["reached"] is not None else {}) | dict(_given(row, ("fraction",)))
            for row in rows
        ]

    def _fractions(self, path: Path, rows: Sequence[_Row]) -> Values:
        result: dict[str, Any] = {}
        for row in rows:
            key = row["key"]
            if key is None or row["fraction"] is None:
                continue
            if key in result:
                self._fault(row.places["key"], _("khóa {key!r} bị lặp; hãy giữ một dòng.").format(key=key))
                continue
            self._put((*path, key), row.places["fraction"])
            result[key] = row["fraction"]
        return result

    def _parts(self, path: Path, rows: Sequence[_Row], details: Sequence[_Row]) -> list[Values]:
        result: list[Values] = []
        for i, row in enumerate(rows):
            self._put((*path, i), row.places["key"])
            self._put_row((*path, i), row, ("key", "fraction"))
            own = [d for d in details if d["part"] is not None and d["part"] == row["key"] and d["kind"] != "part"]
            result.append({**_given(row, ("key", "fraction")), **self._rule((*path, i), row, own, ())})
        return result

    # Inputs

    def _inputs(self, path: Path, rows: Sequence[_Row], details: Sequence[_Row]) -> dict[str, Any]:
        result: dict[str, dict[str, Any]] = {}
        for row in rows:
            key = row["key"]
            if key is None:
                continue
            if key in result:
                self._fault(
                    row.places["key"], _("số liệu {key!r} đã có ở dòng trên; hãy giữ một dòng.").format(key=key)
                )
                continue
            here = (*path, key)
            self._put(here, row.places["key"])
            self._put_row(here, row, ("name", "unit", "explain", "fact", "number"))
            note: dict[str, Any] = dict(_given(row, ("fact", "number")))
            for field in ("name", "unit", "explain"):
                note |= self._text(row, field)
            result[key] = note
        for row in details:
            self._label(path, row, result)
        return result

    def _label(self, path: Path, row: _Row, inputs: Mapping[str, dict[str, Any]]) -> None:
        """Puts the name of an option, from its own row or from the row of the option, into the note of its input."""
        kind = row["kind"]
        if kind == "label":
            self._check_detail(row)
        key = row["input"] if kind == "label" else f"{row['part']}.value" if row["part"] else "value"
        label = self._text(row, "label") if kind in ("label", "option") else {}
        if not label or row["key"] is None or key is None:
            return
        if key not in inputs:
            self._fault(
                row.places["label"],
                _("tên hiển thị cần số liệu {key!r} của chỉ số này ở trang «{sheet}»; hãy thêm dòng đó.").format(
                    key=key, sheet=INPUTS.name
                ),
            )
            return
        options = inputs[key].setdefault("options", {})
        self._put((*path, key, "options", row["key"]), row.places["label"])
        options[row["key"]] = label["label"]


def _first(rows: Sequence[_Row], known: Mapping[str, _Row]) -> list[_Row]:
    """The rows without those whose code came before."""
    return [row for row in rows if row["code"] is None or known[row["code"]] is row]


def _given(row: _Row, fields: Iterable[str]) -> Values:
    return {field: row[field] for field in fields if row[field] is not None}


_TERMS: tuple[tuple[str, str], ...] = (
    (r"hãy dùng count với full_at hoặc min_max với goalposts", "hãy chọn «Số lượng», hoặc ghi mốc thấp và mốc cao"),
    (r"hãy (?:cho|viết) goalposts: \[thấp nhất, cao nhất\]", "hãy ghi «Mốc thấp» và «Mốc cao», thấp trước cao sau"),
    (r" \(kind: adjustment\)", " (loại «Điểm thưởng hoặc điểm trừ»)"),
    (r"hãy bỏ cap hoặc đổi kind", "hãy xóa mức trần hoặc đổi loại"),
    (r"^cap chỉ", "mức trần chỉ"),
    (r"direction: down", "chiều «Càng thấp càng tốt»"),
    (r"\bfull_at\b", "«Mức đạt điểm tối đa»"),
    (r"có rollup; hãy bỏ khóa này", "có phần tổng hợp; hãy xóa nội dung các cột tổng hợp"),
    (r"^weight nói trung bình", "trọng số nói trung bình"),
    (r"^meets_at chỉ", "mức đạt của đơn vị chỉ"),
    (r"hãy bỏ khóa này", "hãy xóa nội dung ô"),
    (r"nguồn from\b", "nguồn tổng hợp"),
    (r" \(source\)", ""),
    *((rf"how: {code}\b|(?<=cách tổng hợp ){code}\b", f"«{word}»") for code, word in ROLL_UPS.items()),
)
"""Words of the YAML form in the checker's sentences and what they are in a workbook."""


def _in_words(message: str, title: str) -> str:
    """A sentence of the checker in the words of a workbook: titles of columns instead of keys."""
    message = re.sub(r"(?<=của )'[a-z_]+'", lambda found: f"«{title}»" if title else found[0], message)
    for pattern, words in _TERMS:
        message = re.sub(pattern, words, message)
    return message
