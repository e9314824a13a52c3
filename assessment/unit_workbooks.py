"""The workbook of a unit: what goes out to be filled in, and what came back, compared cell by cell."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from assessment.drafts import Change, SaveReport, drafts, save_drafts
from assessment.entries import Entry, EntryList, entry_name
from assessment.permissions import Identity
from assessment.report_form import EntryLine, ReportForm, entry_lines
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace
from assessment.typed_cells import same_value, typed_text
from criteria.workbook_cells import RawCell
from data.audit import Deed
from data.office_tables import Rows, cell_text, is_blank, read_tables
from data.repositories import criteria_set_text
from language import _, cited, fold, format_month
from scoring.compiled import InputKind
from scoring.csv_files import FileFault, FileFaults
from scoring.inputs import ValueFault

CHECK_SHEET = "kiem_tra"
"""Name of the hidden sheet by which a workbook is known again."""
FORM = "dti-unit-workbook-1"
MOST_ROWS = 2_000


def column_titles() -> dict[str, str]:
    """Headings of the columns, by field. Only `value` is open for typing."""
    return {
        "code": _("Mã"),
        "asked": _("Số liệu"),
        "measure": _("Đơn vị tính"),
        "explain": _("Giải thích"),
        "options": _("Lựa chọn"),
        "value": _("Giá trị"),
        "note": _("Ghi chú"),
    }


@dataclass(frozen=True, slots=True)
class BookKey:
    """For which report a workbook is made, and by which text of which criteria set."""

    period_id: int
    period: str
    year: int
    month: int
    unit_code: str
    unit_valid_from: str
    unit: str
    set_id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class BookRow:
    """A line of a workbook: an entry, what is asked, and what stands in it. options: the words that can be chosen."""

    entry: str
    code: str
    asked: str
    measure: str
    explain: str
    options: tuple[str, ...]
    value: str
    note: str
    locked: bool

    @property
    def fixed(self) -> dict[str, str]:
        """The cells that nobody may change, by field."""
        cells = {
            "code": self.code,
            "asked": self.asked,
            "measure": self.measure,
            "explain": self.explain,
            "options": "; ".join(self.options),
            "note": self.note,
        }
        return cells | ({"value": self.value} if self.locked else {})


@dataclass(frozen=True, slots=True)
class BookSheet:
    """The lines of a main index. name: its code, which is the name of the sheet."""

    name: str
    title: str
    rows: tuple[BookRow, ...]


@dataclass(frozen=True, slots=True)
class UnitBook:
    """The workbook of a unit as it goes out."""

    key: BookKey
    sheets: tuple[BookSheet, ...]


def unit_book(session: Session, identity: Identity, place: ReportPlace, snapshot: LevelSnapshot) -> UnitBook:
    """The workbook of a unit with what stands in its form now. snapshot: its level at the month that takes figures.

    Raises PermissionError for a unit that is not the identity's to see.
    """
    lines = entry_lines(session, place, snapshot, drafts(session, identity, place))
    stored = criteria_set_text(session, place.period_id, snapshot.level)
    unit, row = snapshot.units[snapshot.row_of[place.unit.code]], snapshot.row_of[place.unit.code]
    key = BookKey(
        place.period_id,
        snapshot.period.name,
        snapshot.period.year,
        snapshot.month,
        unit.code,
        unit.valid_from.isoformat(),
        unit.name_vi,
        stored.set_id,
        stored.version,
        stored.sha256,
    )
    index, waived = snapshot.book.compiled.index_of, snapshot.inputs.not_applicable[row]

    def applies(criterion: str) -> bool:
        return not waived[index[criterion]]

    sheets: list[BookSheet] = []
    for group in snapshot.criteria_set.groups:
        rows: list[BookRow] = []
        for criterion in group.criteria:
            home = snapshot.entries.at_home(criterion, applies)
            rows += [
                _row(
                    lines[e.code], criterion.code if len(home) == 1 else f"{criterion.code} ({n})", str(criterion.name)
                )
                for n, e in enumerate(home, 1)
            ]
        if rows:
            sheets.append(BookSheet(group.code, f"{group.code}. {group.name}", tuple(rows)))
    return UnitBook(key, tuple(sheets))


def _row(line: EntryLine, code: str, criterion: str) -> BookRow:
    entry = line.entry
    note, column = entry.note, entry.column
    assert column is not None
    names = note.options if note is not None else {}
    options: tuple[str, ...] = ()
    value = line.text
    if column.kind is InputKind.YES_NO:
        options = (_("có"), _("không"))
    elif column.kind is InputKind.OPTION:
        options = tuple(str(names.get(o, o)) for o in column.options)
        value = str(names.get(value, value))
    return BookRow(
        entry.code,
        code,
        f"{criterion}: {entry.name}" if entry.name != criterion else entry.name,
        str(note.unit) if note is not None and note.unit else "",
        " ".join(str(note.explain).split()) if note is not None and note.explain else "",
        options,
        value,
        _note(line),
        line.locked,
    )


def _note(line: EntryLine) -> str:
    if line.locked:
        return _("Số liệu hệ thống, đơn vị không sửa được.")
    told = [line.fault] if line.fault else []
    if line.copied:
        told.append(_("Chép từ kỳ trước, chưa xác nhận."))
    elif line.draft is not None:
        told.append(_("Số nháp, chưa gửi."))
    also = ", ".join(dict.fromkeys(p.criterion for p in line.entry.places[1:]))
    if also:
        told.append(_("Dùng chung cho {codes}.").format(codes=also))
    return " ".join(told)


# The hidden sheet


def check_lines(book: UnitBook) -> tuple[str, ...]:
    """The lines of the hidden sheet: the checksum of all the others, the key, and every row as it went out."""
    key = [FORM, *(getattr(book.key, name) for name in BookKey.__dataclass_fields__)]
    rows = [
        [sheet.name, row.code, row.entry, row.value, row.locked, _digest(row.fixed)]
        for sheet in book.sheets
        for row in sheet.rows
    ]
    lines = tuple(json.dumps(line) for line in (key, *rows))
    return (_checksum(lines), *lines)


def _checksum(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _digest(fixed: Mapping[str, str]) -> str:
    # Excel and its relatives keep blanks and line ends each in their own way.
    texts = {field: "".join(text.split()) for field, text in sorted(fixed.items())}
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A row as it went out."""

    sheet: str
    code: str
    entry: str
    value: str
    locked: bool
    digest: str


@dataclass(frozen=True)
class ReturnedBook:
    """A workbook that came back. changed: what its reader typed, by entry, with what went out. gaps: what it lacks."""

    name: str
    changed: Mapping[str, tuple[str, str]]
    gaps: tuple[str, ...]


def read_unit_book(data: bytes, name: str, expected: UnitBook, entries: EntryList) -> ReturnedBook:
    """What somebody typed into a workbook of this very report. name: of the file. expected: as it would go out now.

    Formulas count as their results. What is missing is told and changes nothing. Raises FileFaults for a file that is
    no such workbook, is of another report, whose fixed cells were changed, or with values that cannot be read.
    """
    tables = read_tables(data, name, MOST_ROWS, hidden=True)
    sent = _sent(tables.get(CHECK_SHEET), name, expected.key)
    reading = _Reading(name, entries)
    for sheet in dict.fromkeys(row.sheet for row in sent):
        own = {row.code: row for row in sent if row.sheet == sheet}
        if sheet in tables:
            reading.sheet(sheet, tables[sheet], own)
        else:
            reading.gaps.append(_("Tệp không có trang {sheet}; số liệu của trang này giữ nguyên.").format(sheet=sheet))
    if reading.faults:
        raise FileFaults(reading.faults)
    return ReturnedBook(name, reading.changed, tuple(reading.gaps))


def _sent(rows: Rows | None, name: str, expected: BookKey) -> tuple[_Sent, ...]:
    """The rows as they went out. Raises FileFaults for a workbook of somewhere else."""

    def refuse(message: str) -> FileFaults:
        return FileFaults([FileFault(name, 1, "-", message)])

    lines = [_line_text(cells) for _number, cells in rows or ()]
    if len(lines) < 2 or f'["{FORM}"' not in lines[1]:
        raise refuse(
            _("đây không phải tệp Excel do phần mềm phát hành cho đơn vị; hãy tải lại tệp ở mục «Tệp Excel» rồi điền.")
        )
    if _checksum(lines[1:]) != lines[0]:
        raise refuse(_("trang kiểm tra ẩn của tệp đã bị sửa; hãy tải lại tệp ở mục «Tệp Excel» rồi điền."))
    try:
        key = BookKey(*json.loads(lines[1])[1:])
        sent = tuple(_Sent(*json.loads(line)) for line in lines[2:])
    except (ValueError, TypeError):
        raise refuse(_("trang kiểm tra ẩn của tệp không đọc được; hãy tải lại tệp rồi điền.")) from None
    faults = [FileFault(name, 1, "-", message) for message in _other_report(key, expected)]
    if faults:
        raise FileFaults(faults)
    return sent


def _line_text(cells: Sequence[object]) -> str:
    return cells[0] if cells and isinstance(cells[0], str) else ""


def _other_report(key: BookKey, expected: BookKey) -> Iterator[str]:
    if (key.period_id, key.period) != (expected.period_id, expected.period):
        yield _("tệp là của kỳ «{found}», không phải «{wanted}»; hãy tải tệp của đúng kỳ.").format(
            found=key.period, wanted=expected.period
        )
    if (key.unit_code, key.unit_valid_from) != (expected.unit_code, expected.unit_valid_from):
        yield _("tệp là của «{found}» (mã {code}), không phải «{wanted}»; hãy chọn đúng đơn vị hoặc đúng tệp.").format(
            found=key.unit, code=key.unit_code, wanted=expected.unit
        )
    elif (key.set_id, key.version, key.sha256) != (expected.set_id, expected.version, expected.sha256):
        yield _(
            "tệp theo bộ chỉ số {found} phiên bản {version}, kỳ này đang dùng {wanted} phiên bản {now}; "
            "hãy tải lại tệp rồi điền."
        ).format(found=key.set_id, version=key.version, wanted=expected.set_id, now=expected.version)
    if (key.year, key.month) != (expected.year, expected.month):
        yield _("tệp phát hành cho tháng {found}, hiện nhận số liệu tháng {wanted}; hãy tải lại tệp rồi điền.").format(
            found=format_month(key.year, key.month), wanted=format_month(expected.year, expected.month)
        )


# The other sheets


@dataclass
class _Reading:
    """A workbook while it is read."""

    name: str
    entries: EntryList
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)

    def sheet(self, sheet: str, rows: Rows, sent: Mapping[str, _Sent]) -> None:
        """Reads the sheet of a main index."""
        header, columns = _columns(rows)
        missing = [title for name, title in column_titles().items() if name not in columns]
        if missing:
            self.gaps.append(
                _("Trang {sheet} thiếu cột {columns} nên không đọc; số liệu của trang này giữ nguyên.").format(
                    sheet=sheet, columns=", ".join(f"«{title}»" for title in missing)
                )
            )
            return
        seen: set[str] = set()
        for line, cells in rows:
            if line > header:
                by_field = {name: cells[i] if i < len(cells) else None for name, i in columns.items()}
                self._row(sheet, line, by_field, sent, seen)
        gone = [code for code in sent if code not in seen]
        if gone:
            self.gaps.append(
                _("Trang {sheet} thiếu dòng {codes}; các số liệu này giữ nguyên.").format(
                    sheet=sheet, codes=", ".join(gone)
                )
            )

    def _fault(self, sheet: str, line: int, column: str, message: str) -> None:
        self.faults.append(FileFault(self.name, line, f"{sheet}, {column_titles()[column]}", message))

    def _row(self, sheet: str, line: int, cells: dict[str, object], sent: Mapping[str, _Sent], seen: set[str]) -> None:
        if all(map(is_blank, cells.values())):
            return
        code = _plain(cells["code"])
        own = sent.get(code)
        if own is None:
            self._fault(
                sheet,
                line,
                "code",
                _("mã {code} không có trong tệp đã phát hành; hãy bỏ dòng này.").format(code=cited(code)),
            )
            return
        if code in seen:
            self._fault(sheet, line, "code", _("mã {code} có hai dòng; hãy giữ lại một.").format(code=code))
            return
        seen.add(code)
        fixed = {name: _plain(cell) for name, cell in cells.items() if name != "value" or own.locked}
        if _digest(fixed) != own.digest:
            message = _("dòng {code} có ô khóa đã bị sửa; chỉ được sửa cột «{title}», hãy tải lại tệp rồi điền.")
            self._fault(sheet, line, "code", message.format(code=code, title=column_titles()["value"]))
            return
        entry = self.entries.by_code.get(own.entry)
        if entry is None or entry.is_request:
            self._fault(sheet, line, "code", _("bộ chỉ số không có số liệu {code}; hãy tải lại tệp.").format(code=code))
            return
        if own.locked or _plain(cells["value"]) == " ".join(own.value.split()):
            return
        try:
            text = typed_text(entry, cells["value"])
        except ValueFault as fault:
            self._fault(sheet, line, "value", str(fault))
            return
        if not same_value(entry, text, own.value):
            self.changed[own.entry] = (own.value, text)


def _plain(cell: object) -> str:
    """The text of a cell; of a formula without a result what can never have gone out."""
    return "\0" if isinstance(cell, RawCell) else cell_text(cell)


def _columns(rows: Rows) -> tuple[int, dict[str, int]]:
    """Line of the headings, and the columns by field: the line that holds most of them."""
    fields = {fold(title): name for name, title in column_titles().items()}
    best: tuple[int, dict[str, int]] = (0, {})
    for line, cells in rows:
        found = {fields[fold(_plain(cell))]: i for i, cell in enumerate(cells) if fold(_plain(cell)) in fields}
        if len(found) > len(best[1]):
            best = (line, found)
    return best


# What it would change


@dataclass(frozen=True, slots=True)
class CellChange:
    """An entry that was changed in a workbook. sent: what went out; now: what stands in the form; new: in the file.

    version: of the draft that stands there now. conflict: somebody has typed since the workbook went out.
    """

    entry: Entry
    sent: str
    now: str
    new: str
    version: int
    conflict: bool


@dataclass(frozen=True)
class BookDifference:
    """What a workbook would change. skipped: sentences on what it cannot."""

    changes: tuple[CellChange, ...]
    skipped: tuple[str, ...]


def book_difference(form: ReportForm, returned: ReturnedBook) -> BookDifference:
    """What a returned workbook would change in the form as it stands now, in set order.

    What was not typed into it changes nothing, whatever has happened to the form since it went out.
    """
    changes: list[CellChange] = []
    skipped = list(returned.gaps)
    for code, line in form.lines.items():
        if code not in returned.changed:
            continue
        sent, new = returned.changed[code]
        if same_value(line.entry, new, line.text):
            continue
        if line.locked:
            name = entry_name(line.entry, form.snapshot.criteria_set.by_code)
            skipped.append(
                _("{name} nay là số liệu hệ thống nên không lấy từ tệp; nếu chưa đúng, hãy gửi ý kiến.").format(
                    name=name
                )
            )
            continue
        conflict = not same_value(line.entry, sent, line.text)
        changes.append(CellChange(line.entry, sent, line.text, new, line.version, conflict))
    return BookDifference(tuple(changes), tuple(skipped))


def merge_book(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    entries: EntryList,
    changes: Sequence[CellChange],
    chosen: Collection[str],
    now: dt.datetime,
) -> SaveReport:
    """Keeps what was typed into a workbook as drafts. chosen: conflicts that the reader decided for the workbook.

    To be called in a session that writes drafts. What somebody changed since the difference was shown is left alone.
    Raises as `save_drafts`.
    """
    wanted = [c for c in changes if not c.conflict or c.entry.code in chosen]
    typed = [Change(c.entry.code, c.new, c.version) for c in wanted]
    return save_drafts(session, identity, place, entries, typed, now, deed=Deed.TAKE_WORKBOOK)
