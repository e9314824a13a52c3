"""Many accounts from one sheet: read whole, or refused with every fault by row and column."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook
from sqlalchemy import Engine

from assessment.accounts import Issued, NewAccount, account_faults, account_units, create_accounts
from assessment.permissions import Action, Identity, permit
from assessment.roles import Role, role_name
from data.database import read_session
from data.lineage import UnitKey
from language import _, fold
from scoring.csv_files import FileFault, FileFaults

MOST_BYTES = 2_000_000
MOST_UNPACKED_BYTES = 20_000_000
MOST_ROWS = 1_000
_Chosen = TypeVar("_Chosen")
_Rows = Sequence[tuple[int, Mapping[str, str]]]


def columns() -> dict[str, str]:
    """Headings of the sheet, by field."""
    return {
        "user_name": _("Tên đăng nhập"),
        "full_name": _("Họ và tên"),
        "email": _("Thư điện tử"),
        "role": _("Vai trò"),
        "unit": _("Mã đơn vị"),
        "organisation": _("Cơ quan"),
        "groups": _("Chỉ số chính"),
    }


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def _cells(data: bytes, name: str) -> list[list[str]]:
    def refuse(message: str) -> FileFaults:
        return FileFaults([FileFault(name, 1, "-", message)])

    if len(data) > MOST_BYTES:
        raise refuse(_("tệp quá lớn; hãy chỉ giữ lại danh sách tài khoản."))
    if not data.startswith(b"PK"):
        try:
            text = data.decode("utf-8-sig")
            # Where the decimal sign is a comma, Excel separates with semicolons.
            delimiter = ";" if ";" in text.partition("\n")[0] else ","
            return [[_text(c) for c in r] for r in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
        except (UnicodeDecodeError, csv.Error):
            raise refuse(_("không đọc được tệp; hãy lưu lại dạng .xlsx hoặc CSV UTF-8.")) from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise refuse(_("tệp Excel giải nén ra quá lớn; hãy chỉ giữ lại danh sách tài khoản."))
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile):
        raise refuse(_("không mở được tệp Excel; hãy lưu lại dạng .xlsx rồi thử lại.")) from None
    return [[_text(cell) for cell in row] for row in rows]


def _table(cells: Sequence[Sequence[str]], name: str) -> _Rows:
    """Rows below the headings. Raises FileFaults when a heading is missing or nothing stands below."""
    wanted = {fold(heading): code for code, heading in columns().items()}
    for line, row in enumerate(cells, 1):
        found = {i: wanted[fold(cell)] for i, cell in enumerate(row) if fold(cell) in wanted}
        if len(set(found.values())) == len(wanted):
            rows = [(n, {code: r[i] for i, code in found.items() if i < len(r)}) for n, r in enumerate(cells, 1)]
            below = [(n, by_code) for n, by_code in rows if n > line and any(by_code.values())]
            if not below:
                message = _("dưới dòng tiêu đề chưa có tài khoản nào; hãy điền ít nhất một dòng.")
                raise FileFaults([FileFault(name, line, "-", message)])
            if len(below) > MOST_ROWS:
                message = _("tệp có hơn {most} dòng; hãy chia thành nhiều tệp.").format(most=MOST_ROWS)
                raise FileFaults([FileFault(name, line, "-", message)])
            return below
    message = _("không tìm thấy dòng tiêu đề; cần đủ các cột: {columns}.").format(columns=", ".join(columns().values()))
    raise FileFaults([FileFault(name, 1, "-", message)])


def _role(cell: str) -> Role:
    found = next((role for role in Role if fold(role_name(role)) == fold(cell)), None)
    if found is None or found == Role.PUBLIC:
        known = "; ".join(role_name(role) for role in Role if role != Role.PUBLIC)
        raise ValueError(_("{value!r} không phải vai trò; hãy ghi một trong: {known}.").format(value=cell, known=known))
    return found


def _unit(cell: str, units: Mapping[str, UnitKey]) -> UnitKey | None:
    # Excel turns the code 026 into the number 26.
    found = next((units[code] for code in (cell, cell.zfill(3), cell.zfill(5)) if code in units), None)
    if cell and found is None:
        raise ValueError(_("không có đơn vị mang mã {value!r}; hãy xem mã ở màn hình Xếp hạng.").format(value=cell))
    return found


def _groups(cell: str) -> tuple[str, ...]:
    return tuple(part.strip().upper() for part in cell.replace(";", ",").split(",") if part.strip())


def _accounts(rows: _Rows, units: Mapping[str, UnitKey], name: str, faults: list[FileFault]) -> Iterator[NewAccount]:
    """The rows as accounts; what a row cannot say is noted. Names and addresses that stand twice are faults too."""
    headings = columns()
    seen: dict[tuple[str, str], int] = {}

    def cell(line: int, row: Mapping[str, str], column: str, read: Callable[[str], _Chosen]) -> _Chosen | None:
        try:
            return read(row.get(column, ""))
        except ValueError as error:
            faults.append(FileFault(name, line, headings[column], str(error)))
            return None

    for line, row in rows:
        before = len(faults)
        role = cell(line, row, "role", _role)
        unit = cell(line, row, "unit", lambda text: _unit(text, units))
        for column in ("user_name", "email"):
            value = fold(row.get(column, ""))
            first = seen.setdefault((column, value), line) if value else line
            if first != line:
                message = _("{value!r} đã có ở dòng {line}; mỗi tài khoản cần một giá trị riêng.")
                faults.append(FileFault(name, line, headings[column], message.format(value=row[column], line=first)))
        if role is not None and len(faults) == before:
            yield NewAccount(
                row.get("user_name", ""),
                role,
                row.get("full_name", ""),
                row.get("email") or None,
                unit,
                _groups(row.get("groups", "")),
                row.get("organisation", ""),
            )
        else:
            yield NewAccount("", Role.PUBLIC, "")


def read_accounts(
    engine: Engine, identity: Identity, data: bytes, name: str, now: dt.datetime
) -> tuple[NewAccount, ...]:
    """The accounts that a sheet (.xlsx or CSV) asks for. Raises PermissionError, FileFaults with every fault."""
    permit(identity, Action.MANAGE_ACCOUNTS)
    rows = _table(_cells(data, name), name)
    faults: list[FileFault] = []
    with read_session(engine) as session:
        units = {choice.key.code: choice.key for choice in account_units(session, now.date())}
        read = tuple(_accounts(rows, units, name, faults))
        faulty = {fault.row for fault in faults}
        for (line, _row), new in zip(rows, read, strict=True):
            if line not in faulty:
                faults.extend(FileFault(name, line, "-", message) for message in account_faults(session, new))
    if faults:
        raise FileFaults(sorted(faults, key=lambda fault: fault.row))
    return read


def create_from_sheet(
    engine: Engine, identity: Identity, data: bytes, name: str, now: dt.datetime
) -> tuple[Issued, ...]:
    """Makes the accounts of a sheet, all or none; gives their temporary passwords. Raises as `read_accounts`."""
    return create_accounts(engine, identity, read_accounts(engine, identity, data, name, now), now)
