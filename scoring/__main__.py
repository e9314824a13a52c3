"""`python -m scoring score --criteria SET.yaml --inputs INPUTS.csv --out SCORES.csv [--units UNITS.csv]`, `outlook` and `path`."""

import argparse
import sys
from pathlib import Path

import numpy as np

from criteria.loader import CriteriaSetError, load
from language import _
from scoring.compiled import compile_set
from scoring.csv_files import FileFault, FileFaults, read_inputs, read_units, write_scores
from scoring.engine import score
from scoring.outlook.command import add_commands as add_outlook_commands
from scoring.path.command import add_commands as add_path_commands


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileFaults(
            [FileFault(str(path), 1, "-", _("không mở được tệp ({reason}).").format(reason=error.strerror))]
        ) from None


def _score(criteria: Path, inputs_file: Path, units_file: Path | None, out: Path) -> None:
    compiled = compile_set(load(criteria))
    list_of = read_units(_read(units_file), str(units_file)) if units_file else None
    inputs = read_inputs(
        compiled, _read(inputs_file), str(inputs_file), tuple(list_of) if list_of is not None else None
    )
    lists = [list_of[unit] for unit in inputs.units] if list_of is not None else ["all"] * len(inputs.units)
    name = compiled.criteria_set.reference_list
    reference = np.ones(len(lists), bool) if name == "all" else np.array([own == name for own in lists], bool)
    if not reference.any() and len(lists):
        raise FileFaults(
            [
                FileFault(
                    str(units_file or inputs_file),
                    1,
                    "ranking_list",
                    _(
                        "không có đơn vị nào thuộc khối {name!r} mà bộ chỉ số lấy làm khối so sánh (reference_list)."
                    ).format(name=name),
                )
            ]
        )
    try:
        write_scores(out, score(inputs, reference), lists)
    except OSError as error:
        raise FileFaults(
            [FileFault(str(out), 1, "-", _("không ghi được tệp ({reason}).").format(reason=error.strerror))]
        ) from None


def _run_score(chosen: argparse.Namespace) -> int:
    _score(chosen.criteria, chosen.inputs, chosen.units, chosen.out)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Exit status of the command line: what the subcommand returns, or 1 with every fault on standard error."""
    parser = argparse.ArgumentParser(prog="python -m scoring", description=_("Chấm điểm theo bộ chỉ số."))
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("score", help=_("chấm điểm một tệp số liệu"))
    command.add_argument("--criteria", required=True, type=Path, metavar="SET.yaml")
    command.add_argument("--inputs", required=True, type=Path, metavar="INPUTS.csv")
    command.add_argument("--out", required=True, type=Path, metavar="SCORES.csv")
    command.add_argument("--units", type=Path, metavar="UNITS.csv")
    command.set_defaults(run=_run_score)
    add_outlook_commands(commands)
    add_path_commands(commands)
    chosen = parser.parse_args(arguments)
    try:
        return chosen.run(chosen)
    except (CriteriaSetError, FileFaults) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
