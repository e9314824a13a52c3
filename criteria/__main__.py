"""Command line of the criteria sets.

`python -m criteria check SET.yaml …`: exit 0, or every fault as file:line: code: message and exit 1.
`python -m criteria coverage [--out FILE]`: the table of targets and bullets of the plan against the reference sets.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from criteria.catalogue import reference_sets
from criteria.coverage import coverage_table
from criteria.loader import CriteriaSetError, read_file
from language import _


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command line."""
    parser = argparse.ArgumentParser(prog="python -m criteria", description=_("Kiểm tra bộ chỉ số."))
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help=_("kiểm tra một hay nhiều tệp bộ chỉ số"))
    check.add_argument("files", nargs="+", type=Path, metavar="SET.yaml")
    coverage = commands.add_parser("coverage", help=_("lập bảng đối chiếu kế hoạch với các bộ chỉ số tham chiếu"))
    coverage.add_argument("--out", type=Path, metavar="FILE", help=_("tệp nhận bảng; không có thì in ra màn hình"))
    choice = parser.parse_args(arguments)
    return _check(choice.files) if choice.command == "check" else _coverage(choice.out)


def _check(files: Iterable[Path]) -> int:
    status = 0
    for file in files:
        reading = read_file(file)
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
    try:
        out.write_text(table, encoding="utf-8", newline="\n")
    except OSError as error:
        print(
            _("Không ghi được tệp {file} ({reason}); hãy chọn nơi khác bằng --out.").format(
                file=out, reason=error.strerror
            ),
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
