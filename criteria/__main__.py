"""Command line of the criteria sets. A set is a YAML file or an Excel workbook of the same form.

`python -m criteria check SET …`: exit 0, or every fault as file:line: code: message and exit 1.
`python -m criteria coverage [--out FILE]`: the table of targets and bullets of the plan against the reference sets.
`python -m criteria export SET.yaml --out SET.xlsx`: the set as a workbook.
`python -m criteria import SET.xlsx --out SET.yaml`: the workbook as YAML; with a fault nothing is written, exit 1.
`python -m criteria diff OLD NEW`: what changed between two sets, one sentence a line.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from criteria.catalogue import reference_sets
from criteria.coverage import coverage_table
from criteria.diff import differences
from criteria.loader import CriteriaSetError, Fault, Reading, read_file
from criteria.model import CriteriaSet
from criteria.workbook import read_workbook, to_workbook
from criteria.yaml_text import to_yaml
from language import _


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command line."""
    choice = _parser().parse_args(arguments)
    match choice.command:
        case "check":
            return _check(choice.files)
        case "coverage":
            return _coverage(choice.out)
        case "export":
            return _export(choice.file, choice.out)
        case "import":
            return _import(choice.file, choice.out)
        case _:
            return _diff(choice.old, choice.new)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m criteria", description=_("Kiểm tra, chuyển đổi bộ chỉ số."))
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help=_("kiểm tra một hay nhiều tệp bộ chỉ số"))
    check.add_argument("files", nargs="+", type=Path, metavar="SET.yaml")
    coverage = commands.add_parser("coverage", help=_("lập bảng đối chiếu kế hoạch với các bộ chỉ số tham chiếu"))
    coverage.add_argument("--out", type=Path, metavar="FILE", help=_("tệp nhận bảng; không có thì in ra màn hình"))
    export = commands.add_parser("export", help=_("chuyển bộ chỉ số sang tệp Excel"))
    export.add_argument("file", type=Path, metavar="SET.yaml")
    export.add_argument("--out", type=Path, required=True, metavar="SET.xlsx", help=_("tệp Excel nhận được"))
    bring = commands.add_parser("import", help=_("chuyển tệp Excel sang bộ chỉ số YAML"))
    bring.add_argument("file", type=Path, metavar="SET.xlsx")
    bring.add_argument("--out", type=Path, required=True, metavar="SET.yaml", help=_("tệp YAML nhận được"))
    diff = commands.add_parser("diff", help=_("nêu khác nhau giữa hai bộ chỉ số"))
    diff.add_argument("old", type=Path, metavar="OLD")
    diff.add_argument("new", type=Path, metavar="NEW")
    return parser


def _read(file: Path) -> Reading:
    """The set of a file, as a workbook when its name says so."""
    if not file.suffix.casefold().startswith(".xl"):
        return read_file(file)
    try:
        return read_workbook(file.read_bytes(), str(file))
    except OSError as error:
        message = _("không mở được tệp ({reason}).").format(reason=error.strerror)
        return Reading(None, (Fault(str(file), 1, "-", message),))


def _sound(file: Path) -> CriteriaSet | None:
    """The set of a file; None, with its faults printed, when there is one."""
    reading = _read(file)
    for fault in reading.faults:
        print(fault)
    return reading.criteria_set


def _write(out: Path, content: bytes) -> int:
    try:
        out.write_bytes(content)
    except OSError as error:
        print(
            _("Không ghi được tệp {file} ({reason}); hãy chọn nơi khác bằng --out.").format(
                file=out, reason=error.strerror
            ),
            file=sys.stderr,
        )
        return 1
    return 0


def _export(file: Path, out: Path) -> int:
    criteria_set = _sound(file)
    if criteria_set is None:
        return 1
    try:
        content = to_workbook(criteria_set)
    except ValueError as error:
        print(f"{file}: {error}")
        return 1
    return _write(out, content)


def _import(file: Path, out: Path) -> int:
    criteria_set = _sound(file)
    return 1 if criteria_set is None else _write(out, to_yaml(criteria_set).encode())


def _diff(old: Path, new: Path) -> int:
    before, after = _sound(old), _sound(new)
    if before is None or after is None:
        return 1
    found = differences(before, after)
    for difference in found:
        print(difference)
    if not found:
        print(_("Hai bộ chỉ số giống nhau."))
    return 0


def _check(files: Iterable[Path]) -> int:
    status = 0
    for file in files:
        reading = _read(file)
        for fault in reading.faults:
            print(fault)
        for remark in reading.remarks:
            print(_("{remark} (lưu ý)").format(remark=remark), file=sys.stderr)
        if reading.criteria_set is None:
            status = 1
        else:
            print(
                _("{file}: đúng mẫu; {groups} nhóm, {criteria} chỉ số.").format(
                    file=file,
                    groups=len(reading.criteria_set.groups),
                    criteria=len(reading.criteria_set.criteria),
                )
            )
    return status


def _coverage(out: Path | None) -> int:
    try:
        table = coverage_table(reference_sets())
    except CriteriaSetError as error:
        print(error, file=sys.stderr)
        return 1
    if out is None:
        sys.stdout.write(table)
        return 0
    return _write(out, table.encode())


if __name__ == "__main__":
    sys.exit(main())
