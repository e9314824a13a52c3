"""`python -m data demonstration off|on|status`: takes the demonstration data out, or puts it back."""

import argparse
import sys
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, OperationalError

from data.database import read_session, write_session
from data.demonstration import DemonstrationStatus, demonstration_status, switch_off, switch_on
from data.settings import Settings
from data.setup import prepare_database
from language import _


def _off(engine: Engine) -> list[str]:
    with write_session(engine) as session:
        removed, status = switch_off(session), demonstration_status(session)
    lines = [_("Đã gỡ kỳ trình diễn «{name}» cùng mọi số liệu của kỳ.").format(name=name) for name in removed]
    return [
        *(lines or [_("Không có số liệu trình diễn để gỡ.")]),
        _("Các lần khởi động sau không tự đưa số liệu trình diễn vào; lệnh «demonstration on» đưa vào lại."),
        *_office(status),
    ]


def _on(engine: Engine) -> list[str]:
    with write_session(engine) as session:
        added = switch_on(session)
    if not added:
        return [_("Số liệu trình diễn đã có đủ; không có gì thay đổi.")]
    return [_("Đã đưa vào kỳ trình diễn «{name}».").format(name=name) for name in added]


def _status(engine: Engine) -> list[str]:
    with read_session(engine) as session:
        status = demonstration_status(session)
    lines = [_("Số liệu trình diễn: đang có.") if status.on else _("Số liệu trình diễn: không có.")]
    if status.pending:
        lines.append(_("Cơ sở dữ liệu mới: lần khởi động ứng dụng đầu tiên sẽ đưa số liệu trình diễn vào."))
    lines.extend(_("Kỳ trình diễn có: «{name}».").format(name=name) for name in status.present)
    lines.extend(_("Kỳ trình diễn không có: «{name}».").format(name=name) for name in status.absent)
    return [*lines, *_office(status)]


def _office(status: DemonstrationStatus) -> list[str]:
    return [_("Kỳ của cơ quan, giữ nguyên: «{name}».").format(name=name) for name in status.others]


_ACTIONS: dict[str, Callable[[Engine], list[str]]] = {"off": _off, "on": _on, "status": _status}


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command line: 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m data", description=_("Cơ sở dữ liệu."))
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("demonstration", help=_("gỡ, đưa vào hoặc xem số liệu trình diễn"))
    command.add_argument("action", choices=tuple(_ACTIONS))
    chosen = parser.parse_args(arguments)
    try:
        # A database that is new today is not filled only to be emptied.
        engine = prepare_database(Settings(), demonstration=False)
        try:
            print("\n".join(_ACTIONS[chosen.action](engine)))
        finally:
            engine.dispose()
    except (ArgumentError, OperationalError) as error:
        reason = _("Không mở được cơ sở dữ liệu ({reason}); hãy kiểm tra DATABASE_URL hoặc DTI_FOLDER rồi chạy lại.")
        print(reason.format(reason=str(error).partition("\n")[0]), file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
