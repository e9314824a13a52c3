"""`python -m scoring path --steps STEPS.csv --points T --out PLAN.csv`."""

import argparse
import sys
from fractions import Fraction
from pathlib import Path

from language import _
from scoring.csv_files import FileFault, FileFaults
from scoring.path.step_files import cheapest_listed, decimal_text, exact, read_steps, write_plan

OUT_OF_REACH = 3
"""Exit status when the points cannot be reached."""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the subcommand; it sets `run`, which returns the exit status and raises FileFaults for what it cannot use."""
    path = commands.add_parser("path", help=_("chọn các bước ít nguồn lực nhất để đạt số điểm mong muốn"))
    path.add_argument("--steps", required=True, type=Path, metavar="STEPS.csv")
    path.add_argument("--points", required=True, type=_points, metavar="T")
    path.add_argument("--out", required=True, type=Path, metavar="PLAN.csv")
    path.set_defaults(run=run_path)


def _points(text: str) -> Fraction:
    """Reads the wanted points; argparse shows the sentence otherwise."""
    try:
        return exact(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _fault(place: str, message: str) -> FileFaults:
    return FileFaults([FileFault(place, 1, "-", message)])


def run_path(chosen: argparse.Namespace) -> int:
    """Writes PLAN.csv and prints its points and effort with a decimal point, as the files have it.

    Returns 0, or OUT_OF_REACH after printing the most points that the steps can reach; then nothing is written.
    Raises FileFaults.
    """
    try:
        data = chosen.steps.read_bytes()
    except OSError as error:
        raise _fault(str(chosen.steps), _("không mở được tệp ({reason}).").format(reason=error.strerror)) from None
    plan = cheapest_listed(read_steps(data, str(chosen.steps)), chosen.points)
    if not plan.reached:
        most = decimal_text(plan.points)
        sys.stdout.write(_("Số điểm cao nhất đạt được: {points}").format(points=most) + "\n")
        message = _(
            "Không đạt được {wanted} điểm: các bước trong {file} cộng lại nhiều nhất là {most} điểm; "
            "hãy hạ mức điểm hoặc thêm bước."
        )
        sys.stderr.write(message.format(wanted=decimal_text(chosen.points), file=chosen.steps, most=most) + "\n")
        return OUT_OF_REACH
    try:
        write_plan(chosen.out, plan)
    except OSError as error:
        raise _fault(str(chosen.out), _("không ghi được tệp ({reason}).").format(reason=error.strerror)) from None
    totals = _("Tổng điểm: {points}\nTổng nguồn lực: {effort}")
    sys.stdout.write(totals.format(points=decimal_text(plan.points), effort=decimal_text(plan.effort)) + "\n")
    return 0
