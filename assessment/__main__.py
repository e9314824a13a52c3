"""`python -m assessment import INPUTS.csv --level L --year Y --month M [--criteria SET.yaml] [--name NAME]`."""

import argparse
import sys
from pathlib import Path

from sqlalchemy.exc import ArgumentError, OperationalError

from assessment.importing import ImportRefusedError, ImportReport, ImportRequest, import_inputs
from data.models import LEVELS
from data.settings import Settings
from data.setup import prepare_database
from language import _, format_month, format_number

SERVER = "http://127.0.0.1:8501"
"""Where the application answers on the machine that runs it, as its configuration file says."""


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
    )
    engine = prepare_database(Settings())
    try:
        return import_inputs(engine, request)
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
    return "\n".join(lines).format(
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


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command line: 0, or 1 with every fault on standard error."""
    parser = argparse.ArgumentParser(prog="python -m assessment", description=_("Đánh giá hằng năm."))
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("import", help=_("nhập số liệu của cơ quan, đơn vị vào cơ sở dữ liệu"))
    command.add_argument("inputs", type=Path, metavar="INPUTS.csv")
    command.add_argument("--level", required=True, choices=LEVELS)
    command.add_argument("--year", required=True, type=int)
    command.add_argument("--month", required=True, type=int)
    command.add_argument("--criteria", type=Path, metavar="SET.yaml")
    command.add_argument("--name", metavar=_("TÊN-KỲ"))
    chosen = parser.parse_args(arguments)
    try:
        report = _import(chosen)
    except ImportRefusedError as error:
        print(error, file=sys.stderr)
        return 1
    except (ArgumentError, OperationalError) as error:
        reason = _("Không mở được cơ sở dữ liệu ({reason}); hãy kiểm tra DATABASE_URL hoặc DTI_FOLDER rồi chạy lại.")
        print(reason.format(reason=str(error).partition("\n")[0]), file=sys.stderr)
        return 1
    print(summary(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
