"""`python -m scoring outlook` and `python -m scoring outlook-backtest`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from language import _
from scoring.csv_files import FileFault, FileFaults
from scoring.outlook.backtest import back_test
from scoring.outlook.document import back_test_section
from scoring.outlook.forecast import Question, forecast
from scoring.outlook.history import History
from scoring.outlook.tables import basis, read_history, write_forecast

DRAWS = 100_000
MOST_DRAWS = 1_000_000
SEED = 1


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Reads a whole number within limits; argparse shows the sentence otherwise."""

    def read(text: str) -> int:
        if text.isdecimal() and text.isascii() and int(text) >= least and (most is None or int(text) <= most):
            return int(text)
        wanted = _("cần số nguyên từ {least}").format(least=least)
        wanted += "" if most is None else _(" đến {most}").format(most=most)
        raise argparse.ArgumentTypeError(f"{text!r}: {wanted}")

    return read


def _add_tables(command: argparse.ArgumentParser) -> None:
    command.add_argument("--published", required=True, type=Path, metavar="FILE.csv")
    command.add_argument("--national", type=Path, metavar="FILE.csv")
    command.add_argument("--draws", type=_whole(1, MOST_DRAWS), default=DRAWS)
    command.add_argument("--seed", type=_whole(0), default=SEED)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the two subcommands; each sets `run`, which returns the exit status and raises FileFaults for what it cannot use."""
    outlook = commands.add_parser("outlook", help=_("dự báo điểm và thứ hạng toàn quốc"))
    _add_tables(outlook)
    outlook.add_argument("--base-year", required=True, type=_whole(1))
    outlook.add_argument("--target-year", required=True, type=_whole(1))
    outlook.add_argument("--out", required=True, type=Path, metavar="DIR")
    outlook.set_defaults(run=run_outlook, refuse=outlook.error)
    test = commands.add_parser("outlook-backtest", help=_("đối chiếu dự báo với kết quả đã công bố"))
    _add_tables(test)
    test.set_defaults(run=run_back_test)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileFaults(
            [FileFault(str(path), 1, "-", _("không mở được tệp ({reason}).").format(reason=error.strerror))]
        ) from None


def _history(chosen: argparse.Namespace, last_year: int | None = None) -> History:
    national = None if chosen.national is None else _read(chosen.national)
    return read_history(_read(chosen.published), str(chosen.published), national, str(chosen.national), last_year)


def run_outlook(chosen: argparse.Namespace) -> int:
    """Writes provinces.csv and line.csv and says what they rest on. Returns 0; raises FileFaults, or leaves for a wrong call."""
    if chosen.target_year <= chosen.base_year:
        message = _("năm dự báo {target} phải sau năm gốc {base}.").format(
            target=chosen.target_year, base=chosen.base_year
        )
        chosen.refuse(message)
    question = Question(_history(chosen, chosen.base_year), chosen.base_year, chosen.target_year)
    result = forecast(question, chosen.draws, chosen.seed)
    try:
        write_forecast(chosen.out, result)
    except OSError as error:
        message = _("không ghi được tệp ({reason}).").format(reason=error.strerror)
        raise FileFaults([FileFault(str(chosen.out), 1, "-", message)]) from None
    sys.stdout.write(basis(result) + "\n")
    return 0


def run_back_test(chosen: argparse.Namespace) -> int:
    """Prints the back-test as a Markdown section. Returns 0; raises FileFaults."""
    sys.stdout.write(back_test_section(back_test(_history(chosen), chosen.draws, chosen.seed)))
    return 0
