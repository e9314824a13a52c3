"""`python -m assessment import INPUTS.csv …` brings figures in; `python -m assessment account …` opens the door."""

import argparse
import datetime as dt
import sys
from getpass import getpass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, OperationalError

from assessment.accounts import (
    AccountRecord,
    AccountRefusedError,
    Issued,
    NewAccount,
    account_list,
    create_accounts,
    reset_password,
    reset_second_factor,
)
from assessment.importing import ImportRefusedError, ImportReport, ImportRequest, import_inputs, shortened
from assessment.passwords import PasswordRefusedError, check_password
from assessment.permissions import Identity
from assessment.roles import Role
from data.database import read_session
from data.models import LEVELS
from data.settings import Settings
from data.setup import prepare_database
from language import _, fold, format_month, format_number

SERVER = "http://127.0.0.1:8501"
"""Where the application answers on the machine that runs it, as its configuration file says."""
_OPERATOR = Identity(None, Role.ADMINISTRATOR)
"""Whoever can run commands on the server can read and write its database anyway."""
_OFFICE = Identity(None, Role.DX_OFFICE)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        fault = _("{file}: không mở được tệp ({reason}); hãy kiểm tra đường dẫn và quyền đọc.").format(
            file=path, reason=error.strerror
        )
        raise ImportRefusedError([fault]) from None


def _import(chosen: argparse.Namespace) -> ImportReport:
    request = ImportRequest(
        level=chosen.level,
        year=chosen.year,
        month=chosen.month,
        inputs=_read(chosen.inputs),
        inputs_name=str(chosen.inputs),
        criteria=_read(chosen.criteria) if chosen.criteria else None,
        criteria_name=str(chosen.criteria or ""),
        name=chosen.name,
        replace_set=chosen.replace_set,
    )
    engine = prepare_database(Settings())
    try:
        return import_inputs(engine, _OFFICE, request, dt.datetime.now(dt.UTC))
    finally:
        engine.dispose()


def summary(report: ImportReport) -> str:
    """What an import stored, and where to look at it, in a few lines."""
    lines = [
        _("Đã tạo kỳ đánh giá «{name}».") if report.created else _("Kỳ đánh giá «{name}» đã có."),
        _("Tháng {month}, bộ chỉ số {id} phiên bản {version}: {units} đơn vị, {cells} số liệu."),
        _("Mới: {new}; thay đổi: {changed}; giữ nguyên: {unchanged}."),
    ]
    if report.requested:
        lines.append(_("Đề nghị không áp dụng, chưa thẩm định: {requested}."))
    if report.waived:
        lines.append(_("Đã ghi số liệu nhưng chỉ số vẫn đang là không áp dụng: {waived}."))
    if report.ranking_path:
        lines.append(_("Xem xếp hạng (khi ứng dụng đang chạy): {address}"))
    told = "\n".join(lines).format(
        name=report.period.name,
        month=format_month(report.period.year, report.month),
        id=report.criteria_set.id,
        version=report.criteria_set.version,
        units=format_number(report.units),
        cells=format_number(report.cells),
        new=format_number(report.new),
        changed=format_number(report.changed),
        unchanged=format_number(report.unchanged),
        requested=format_number(report.requested),
        waived=", ".join(f"{unit} {code}" for unit, code in report.waived),
        address=f"{SERVER}{report.ranking_path}",
    )
    if not report.set_changes:
        return told
    replaced = _("Đã thay bộ chỉ số của kỳ ở cấp này và chấm lại mọi tháng; bộ mới khác bộ trước ở {n} điểm:")
    return "\n".join((replaced.format(n=format_number(len(report.set_changes))), *shortened(report.set_changes), told))


def _typed(prompt: str) -> str:
    """A password that is typed unseen. Raises PasswordRefusedError where nobody can type."""
    try:
        return getpass(prompt)
    except EOFError:
        raise PasswordRefusedError(
            (_("Không có cửa sổ lệnh để gõ mật khẩu; hãy chạy trong cửa sổ lệnh, hoặc thêm --generate."),)
        ) from None


def _administrator(chosen: argparse.Namespace) -> str:
    password = None
    if not chosen.generate:
        password = _typed(_("Mật khẩu mới: "))
        check_password(password, chosen.user_name)
        if _typed(_("Nhập lại mật khẩu: ")) != password:
            raise PasswordRefusedError((_("Hai lần nhập mật khẩu khác nhau; hãy chạy lại lệnh."),))
    new = NewAccount(chosen.user_name, Role.ADMINISTRATOR, chosen.full_name, chosen.email)
    engine = prepare_database(Settings(), demonstration=False)
    try:
        issued = create_accounts(engine, _OPERATOR, [new], dt.datetime.now(dt.UTC), password=password)[0]
    finally:
        engine.dispose()
    told = _("Đã tạo tài khoản quản trị hệ thống {name}.").format(name=issued.user_name)
    return told if password else f"{told}\n{_shown_once(issued)}"


def _found(engine: Engine, user_name: str) -> AccountRecord:
    with read_session(engine) as session:
        for account in account_list(session, _OPERATOR):
            if fold(account.user_name) == fold(user_name):
                return account
    raise AccountRefusedError([_("Không có tài khoản tên {name}.").format(name=user_name)])


def _reset(chosen: argparse.Namespace) -> str:
    engine, now = prepare_database(Settings(), demonstration=False), dt.datetime.now(dt.UTC)
    try:
        if chosen.second_factor:
            account = _found(engine, chosen.user_name)
            reset_second_factor(engine, _OPERATOR, account.id, account.version, now)
        account = _found(engine, chosen.user_name)
        return _shown_once(reset_password(engine, _OPERATOR, account.id, account.version, now))
    finally:
        engine.dispose()


def _shown_once(issued: Issued) -> str:
    return _(
        "Mật khẩu tạm của {name}: {password}\nMật khẩu này chỉ hiện một lần; lần đăng nhập đầu tiên phải đổi."
    ).format(name=issued.user_name, password=issued.password)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assessment", description=_("Đánh giá hằng năm."))
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("import", help=_("nhập số liệu của cơ quan, đơn vị vào cơ sở dữ liệu"))
    command.add_argument("inputs", type=Path, metavar="INPUTS.csv")
    command.add_argument("--level", required=True, choices=LEVELS)
    command.add_argument("--year", required=True, type=int)
    command.add_argument("--month", required=True, type=int)
    command.add_argument(
        "--criteria", type=Path, metavar="SET", help=_("bộ chỉ số của cơ quan, YAML hoặc Excel (.xlsx) theo mẫu")
    )
    command.add_argument(
        "--replace-set",
        action="store_true",
        help=_("cho phép thay bộ chỉ số mà kỳ đang chấm theo; lệnh nêu các điểm khác nhau"),
    )
    command.add_argument("--name", metavar=_("TÊN-KỲ"))
    command.set_defaults(run=lambda chosen: summary(_import(chosen)))
    accounts = commands.add_parser("account", help=_("tạo tài khoản quản trị đầu tiên, đặt lại mật khẩu"))
    actions = accounts.add_subparsers(dest="action", required=True)
    command = actions.add_parser("administrator", help=_("tạo một tài khoản quản trị hệ thống"))
    command.add_argument("user_name", metavar=_("TÊN-ĐĂNG-NHẬP"))
    command.add_argument("full_name", metavar=_("HỌ-TÊN"))
    command.add_argument("--email", metavar=_("THƯ-ĐIỆN-TỬ"))
    command.add_argument("--generate", action="store_true", help=_("không hỏi mà in ra một mật khẩu tạm"))
    command.set_defaults(run=_administrator)
    command = actions.add_parser("reset", help=_("đặt lại mật khẩu và mở khóa một tài khoản"))
    command.add_argument("user_name", metavar=_("TÊN-ĐĂNG-NHẬP"))
    command.add_argument("--second-factor", action="store_true", help=_("gỡ cả xác thực hai bước"))
    command.set_defaults(run=_reset)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command line: 0, or 1 with every fault on standard error."""
    chosen = _parser().parse_args(arguments)
    try:
        print(chosen.run(chosen))
    except (ImportRefusedError, AccountRefusedError, PasswordRefusedError) as error:
        print(error, file=sys.stderr)
        return 1
    except (ArgumentError, OperationalError) as error:
        reason = _("Không mở được cơ sở dữ liệu ({reason}); hãy kiểm tra DATABASE_URL hoặc DTI_FOLDER rồi chạy lại.")
        print(reason.format(reason=str(error).partition("\n")[0]), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
