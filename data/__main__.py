"""`python -m data backup|restore|upgrade`: keeps the data safe. `python -m data demonstration off|on|status`."""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session

from data.audit import SERVER_ROLE, Deed, NewEntry, add_entry
from data.backup import MigrationFailedError, back_up, restore, upgrade
from data.backup_file import Manifest
from data.database import read_session, write_session
from data.demonstration import DemonstrationStatus, demonstration_status, switch_off, switch_on
from data.secret_box import secret_box
from data.settings import Settings
from data.setup import prepare_database
from language import VIET_NAM, _, format_date, format_number


def _note(session: Session, deed: Deed, names: Sequence[str]) -> None:
    """Notes in the audit log that demonstration periods came or went; nothing when none did."""
    if names:
        moment = dt.datetime.now(dt.UTC)
        add_entry(session, NewEntry(moment, deed, SERVER_ROLE, subject="; ".join(names), demonstration=True))


def _off(engine: Engine, *, delete_scenarios: bool) -> list[str]:
    with write_session(engine) as session:
        before = switch_off(session, delete_scenarios=delete_scenarios)
        _note(session, Deed.DEMONSTRATION_OFF, (*before.present, *before.scenarios))
    lines = [_("Đã gỡ kỳ trình diễn «{name}» cùng mọi số liệu của kỳ.").format(name=name) for name in before.present]
    lines.extend(_("Đã xóa kịch bản «{name}» dựa trên kỳ trình diễn.").format(name=name) for name in before.scenarios)
    return [
        *(lines or [_("Không có số liệu trình diễn để gỡ.")]),
        _("Các lần khởi động sau không tự đưa số liệu trình diễn vào; lệnh «demonstration on» đưa vào lại."),
        *_office(before),
    ]


def _on(engine: Engine) -> list[str]:
    with write_session(engine) as session:
        added = switch_on(session)
        _note(session, Deed.DEMONSTRATION_ON, added)
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
    if status.scenarios:
        names = "; ".join(f"«{name}»" for name in status.scenarios)
        told = _("Kịch bản đã lưu dựa trên kỳ trình diễn, chỉ gỡ được cùng với chúng: {names}.")
        lines.append(told.format(names=names))
    return [*lines, *_office(status)]


def _office(status: DemonstrationStatus) -> list[str]:
    return [_("Kỳ của cơ quan, giữ nguyên: «{name}».").format(name=name) for name in status.others]


def _demonstration(chosen: argparse.Namespace) -> list[str]:
    # A database that is new today is not filled only to be emptied.
    engine = prepare_database(Settings(), demonstration=False)
    try:
        match chosen.action:
            case "off":
                return _off(engine, delete_scenarios=chosen.delete_scenarios)
            case "on":
                return _on(engine)
            case _:
                return _status(engine)
    finally:
        engine.dispose()


def _content(manifest: Manifest) -> str:
    return _("{kind}, lược đồ {revision}, {count} tệp tài liệu kiểm chứng").format(
        kind={"sqlite": "SQLite", "postgresql": "PostgreSQL"}[manifest.database],
        revision=manifest.revision or "–",
        count=format_number(len(manifest.evidence)),
    )


def _moment(moment: dt.datetime) -> str:
    local = moment.astimezone(VIET_NAM)
    return _("{time} ngày {date}").format(time=f"{local:%H:%M:%S}", date=format_date(local))


def _backup(chosen: argparse.Namespace) -> list[str]:
    report = back_up(Settings(), chosen.out)
    return [
        _("Đã sao lưu vào {file} ({size} MB): {content}.").format(
            file=report.path,
            size=format_number(report.path.stat().st_size / 1e6, 1),
            content=_content(report.manifest),
        ),
        _("Đã đọc lại và đối chiếu từng tệp trong bản sao lưu."),
        _(
            "Bản sao lưu không chứa khóa bí mật ({place}); hãy giữ riêng một bản của khóa, ở nơi khác bản sao lưu."
        ).format(place=secret_box(Settings()).place),
    ]


def _restore(chosen: argparse.Namespace) -> list[str]:
    report = restore(Settings(), chosen.file)
    lines = [
        _("Đã khôi phục bản sao lưu lập lúc {moment}: {content}.").format(
            moment=_moment(report.manifest.created_at), content=_content(report.manifest)
        )
    ]
    if report.revision != report.manifest.revision:
        lines.append(_("Đã nâng lược đồ lên {revision}.").format(revision=report.revision))
    if report.unopened:
        lines.append(
            _(
                "Khóa bí mật ở {place} không mở được xác thực hai bước của {count} tài khoản. Hãy đặt lại khóa của máy đã lập "
                "bản sao lưu; nếu không còn khóa, từng người đăng nhập bằng mã dự phòng rồi thiết lập lại, ai không có mã thì "
                "chạy: python -m assessment account reset TÊN-ĐĂNG-NHẬP --second-factor"
            ).format(place=secret_box(Settings()).place, count=format_number(report.unopened))
        )
    if report.kept is None:
        return [*lines, _("Trước khi khôi phục chưa có dữ liệu nào.")]
    return [*lines, _("Trạng thái trước khi khôi phục được giữ ở {file}.").format(file=report.kept)]


def _upgrade(chosen: argparse.Namespace) -> list[str]:
    report = upgrade(Settings())
    if report.before == report.revision:
        told = _("Lược đồ đã là mới nhất ({revision}).").format(revision=report.revision)
    elif report.before is None:
        told = _("Đã tạo cơ sở dữ liệu mới, lược đồ {revision}.").format(revision=report.revision)
    else:
        told = _("Đã nâng lược đồ từ {before} lên {revision}.").format(before=report.before, revision=report.revision)
    if report.backup is None:
        return [told]
    return [_("Bản sao lưu trước khi nâng cấp: {file}.").format(file=report.backup), told]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description=_("Cơ sở dữ liệu."))
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("backup", help=_("sao lưu cơ sở dữ liệu và tài liệu kiểm chứng vào một tệp"))
    command.add_argument("--out", type=Path, metavar=_("THƯ-MỤC"))
    command.set_defaults(run=_backup)
    command = commands.add_parser("restore", help=_("khôi phục một bản sao lưu, giữ lại trạng thái đang có"))
    command.add_argument("file", type=Path, metavar=_("TỆP"))
    command.set_defaults(run=_restore)
    command = commands.add_parser("upgrade", help=_("sao lưu, rồi nâng lược đồ lên bản mới nhất"))
    command.set_defaults(run=_upgrade)
    command = commands.add_parser("demonstration", help=_("gỡ, đưa vào hoặc xem số liệu trình diễn"))
    actions = command.add_subparsers(dest="action", required=True)
    off = actions.add_parser("off", help=_("gỡ số liệu trình diễn"))
    off.add_argument("--delete-scenarios", action="store_true", help=_("xóa cả kịch bản đã lưu dựa trên kỳ trình diễn"))
    actions.add_parser("on", help=_("đưa số liệu trình diễn vào"))
    actions.add_parser("status", help=_("xem có những kỳ trình diễn nào, và kịch bản nào dựa trên chúng"))
    command.set_defaults(run=_demonstration)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command line: 0, or 1 with the reason on standard error."""
    chosen = _parser().parse_args(arguments)
    try:
        print("\n".join(chosen.run(chosen)))
    except (ArgumentError, OperationalError) as error:
        reason = _("Không mở được cơ sở dữ liệu ({reason}); hãy kiểm tra DATABASE_URL hoặc DTI_FOLDER rồi chạy lại.")
        print(reason.format(reason=str(error).partition("\n")[0]), file=sys.stderr)
        return 1
    except OSError as error:
        reason = _(
            "Không đọc hoặc không ghi được {file} ({reason}); hãy kiểm tra tên, quyền và chỗ trống rồi chạy lại."
        )
        print(reason.format(file=error.filename or _("tệp"), reason=error.strerror), file=sys.stderr)
        return 1
    except (ValueError, MigrationFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
