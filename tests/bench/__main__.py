"""Prints every section in one run. A further section is one more line in `_sections`."""

import os
import platform
import sys
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from language import _, format_number
from tests.bench.engine import fractions_rows, inputs_rows
from tests.bench.growth import growth_rows
from tests.bench.levels import level_rows
from tests.bench.libraries import library_rows
from tests.bench.outlook import outlook_rows
from tests.bench.path import path_rows
from tests.bench.robustness import robustness_rows
from tests.bench.scenarios import scenario_rows
from tests.bench.screens import screen_rows
from tests.bench.timing import Row, lines


def _sections() -> Iterator[tuple[str, Callable[[], Sequence[Row]]]]:
    yield _("So với scikit-criteria và pymcdm"), library_rows
    yield _("So với NumPy, cho sẵn tỷ lệ"), fractions_rows
    yield _("So với NumPy, từ số liệu a và b"), inputs_rows
    yield _("Số liệu trình diễn, từng cấp"), level_rows
    yield _("Thời gian tăng theo số đơn vị cấp xã, từ 1 đến 100 lần (cần không quá 1 lần mỗi đơn vị)"), growth_rows
    yield _("Thời gian máy chủ của từng màn hình (cần dưới 100 ms)"), screen_rows
    yield _("Dự báo thứ hạng"), outlook_rows
    yield _("Mô phỏng kịch bản: từ thanh trượt đến câu trả lời (cần dưới 150 ms)"), scenario_rows
    yield _("Phương án ít nguồn lực nhất"), path_rows
    yield _("Độ ổn định thứ hạng"), robustness_rows


def _peak_memory() -> str:
    if sys.platform == "win32":
        return ""
    import resource

    unit = 2**30 if sys.platform == "darwin" else 2**20
    gibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return _("Bộ nhớ cao nhất: {size} GiB").format(size=format_number(gibibytes, 1))


def main() -> None:
    """Runs and prints every section as soon as it is measured."""
    print(
        _(
            "Python {python}, NumPy {numpy}, {cores} nhân; trung vị của các lần đo xen kẽ; số lần so với phần mềm này"
        ).format(python=platform.python_version(), numpy=np.__version__, cores=os.cpu_count())
    )
    for title, rows in _sections():
        print("\n".join(lines(title, rows())), flush=True)
    print("\n" + _peak_memory())


if __name__ == "__main__":
    main()
