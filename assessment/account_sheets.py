"""Many accounts from one sheet: read whole, or refused with every fault by row and column."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from sqlalchemy import Engine

from assessment.accounts import Issued, NewAccount, account_faults, account_units, create_accounts
from assessment.permissions import Action, Identity, permit
from assessment.roles import Role, role_name
from data.database import read_session
from data.lineage import UnitKey
from data.office_tables import RowsByField, below_headings, cell_text, read_tables
from language import _, cited, fold, format_number
from scoring.csv_files import FileFault, FileFaults

MOST_ROWS = 1_000
_TEXTS = ("user_name", "full_name", "email", "organisation")
_Read = TypeVar("_Read")


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


def _table(data: bytes, name: str) -> RowsByField:
    """Rows below the headings of the first sheet. Raises FileFaults when there are none, or too many."""
    # Lines above the headings, and the headings, are no accounts.
    tables = read_tables(data, name, 2 * MOST_ROWS)
    rows = below_headings(next(iter(tables.values()), []), columns(), name)
    if not rows:
        message = _("dưới dòng tiêu đề chưa có tài khoản nào; hãy điền ít nhất một dòng.")
        raise FileFaults([FileFault(name, 1, "-", message)])
    if len(rows) > MOST_ROWS:
        message = _("tệp có hơn {most} dòng; hãy chia thành nhiều tệp.").format(most=format_number(MOST_ROWS))
        raise FileFaults([FileFault(name, 1, "-", message)])
    return rows


def _role(cell: object) -> Role:
    shown = cell_text(cell)
    found = next((role for role in Role if fold(role_name(role)) == fold(shown)), None)
    if found is None or found == Role.PUBLIC:
        known = "; ".join(role_name(role) for role in Role if role != Role.PUBLIC)
        raise ValueError(
            _("{value} không phải vai trò; hãy ghi một trong: {known}.").format(value=cited(shown), known=known)
        )
    return found


def _unit(cell: object, units: Mapping[str, UnitKey]) -> UnitKey | None:
    shown = cell_text(cell)
    # Excel turns the code 026 into the number 26.
    found = next((units[code] for code in (shown, shown.zfill(3), shown.zfill(5)) if code in units), None)
    if shown and found is None:
        raise ValueError(
            _("không có đơn vị mang mã {value}; hãy xem mã ở màn hình Xếp hạng.").format(value=cited(shown))
        )
    return found


def _groups(cell: object) -> tuple[str, ...]:
    return tuple(part.strip().upper() for part in cell_text(cell).replace(";", ",").split(",") if part.strip())


def _accounts(
    rows: RowsByField, units: Mapping[str, UnitKey], name: str, faults: list[FileFault]
) -> Iterator[NewAccount]:
    """The rows as accounts; what a row cannot say is noted. Names and addresses that stand twice are faults too."""
    headings = columns()
    seen: dict[tuple[str, str], int] = {}

    def cell(line: int, row: Mapping[str, object], column: str, read: Callable[[object], _Read]) -> _Read | None:
        try:
            return read(row.get(column))
        except ValueError as error:
            faults.append(FileFault(name, line, headings[column], str(error)))
            return None

    for line, row in rows:
        before = len(faults)
        role = cell(line, row, "role", _role)
        unit = cell(line, row, "unit", lambda found: _unit(found, units))
        texts = {column: cell(line, row, column, cell_text) or "" for column in _TEXTS}
        groups = cell(line, row, "groups", _groups)
        for column in ("user_name", "email"):
            value = fold(texts[column])
            first = seen.setdefault((column, value), line) if value else line
            if first != line:
                message = _("{value} đã có ở dòng {line}; mỗi tài khoản cần một giá trị riêng.")
                faults.append(
                    FileFault(name, line, headings[column], message.format(value=cited(texts[column]), line=first))
                )
        if role is None or groups is None or len(faults) > before:
            yield NewAccount("", Role.PUBLIC, "")
            continue
        yield NewAccount(
            texts["user_name"], role, texts["full_name"], texts["email"] or None, unit, groups, texts["organisation"]
        )


def read_accounts(
    engine: Engine, identity: Identity, data: bytes, name: str, now: dt.datetime
) -> tuple[NewAccount, ...]:
    """The accounts that a sheet (.xlsx or CSV) asks for. Raises PermissionError, FileFaults with every fault."""
    permit(identity, Action.MANAGE_ACCOUNTS)
    rows = _table(data, name)
    faults: list[FileFault] = []
    with read_session(engine) as session:
        units = {choice.key.code: choice.key for choice in account_units(session, now.date())}
        read = tuple(_accounts(rows, units, name, faults))
        faulty = {fault.row for fault in faults}
        for (line, _row), new in zip(rows, read, strict=True):
            if line not in faulty:
                faults.extend(FileFault(name, line, "-", message) for message in account_faults(session, identity, new))
    if faults:
        raise FileFaults(sorted(faults, key=lambda fault: fault.row))
    return read


def create_from_sheet(
    engine: Engine, identity: Identity, data: bytes, name: str, now: dt.datetime
) -> tuple[Issued, ...]:
    """Makes the accounts of a sheet, all or none; gives their temporary passwords. Raises as `read_accounts`."""
    return create_accounts(engine, identity, read_accounts(engine, identity, data, name, now), now)
