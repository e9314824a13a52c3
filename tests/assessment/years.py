"""Three years of an office's districts: two on one set, the third on another set and on the districts of 2025.

Set 1.0: NT.1 ratio 40, NT.2 count to 10 for 30, CQ.1 yes_no 30. Set 2.0: NT.1 ratio 50, full from 50 %; NT.2 count to
10 for 20; CQ.2 count to 6 for 30, which no figure of the old set feeds; CQ.1 is gone. Units that are not named have no
figures. All totals are worked by hand beside the figures.
"""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Engine

from assessment.importing import ImportReport, ImportRequest, import_inputs
from assessment.permissions import Identity
from assessment.roles import Role

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)

HEAD = "unit,criterion,input,value\n"
OLD_SET = """
id: rieng
level: district
year: 2024
version: "1.0"
scale: 100
title: Bộ thử nghiệm
bands:
  - {name: Tốt, from: 70}
  - {name: Khá, from: 50}
groups:
  - code: NT
    name: Nhận thức số
    criteria:
      - {code: NT.1, name: Tỷ lệ cán bộ được bồi dưỡng, max_points: 40, rule: {type: ratio}}
      - {code: NT.2, name: Số chuyên mục, max_points: 30, rule: {type: count, full_at: 10}}
  - code: CQ
    name: Hoạt động chính quyền số
    criteria:
      - {code: CQ.1, name: Có phòng họp trực tuyến, max_points: 30, rule: {type: yes_no}}
"""
NEW_SET = """
id: rieng
level: district
year: 2025
version: "2.0"
scale: 100
title: Bộ thử nghiệm
bands:
  - {name: Tốt, from: 70}
  - {name: Khá, from: 50}
groups:
  - code: NT
    name: Nhận thức số
    criteria:
      - {code: NT.1, name: Tỷ lệ cán bộ được bồi dưỡng, max_points: 50, rule: {type: ratio, full_at: 0.5}}
      - {code: NT.2, name: Số chuyên mục, max_points: 20, rule: {type: count, full_at: 10}}
  - code: CQ
    name: Hoạt động chính quyền số
    criteria:
      - {code: CQ.2, name: Số dịch vụ dùng chung, max_points: 30, rule: {type: count, full_at: 6}}
"""

Figures = Mapping[str, tuple[int, int, int, str | int]]
FIGURES: Mapping[int, Figures] = {
    2023: {
        "752": (20, 40, 0, "yes"),  # 20 + 0 + 30 = 50, rank 3
        "753": (40, 40, 10, "yes"),  # 40 + 30 + 30 = 100, rank 1
        "754": (10, 40, 10, "yes"),  # 10 + 30 + 30 = 70, rank 2
    },
    2024: {
        "752": (20, 40, 10, "yes"),  # 20 + 30 + 30 = 80, rank 1; by 2.0: 50 + 20 = 70, up to 100
        "753": (40, 40, 10, "no"),  # 40 + 30 + 0 = 70, rank 2; by 2.0: 50 + 20 = 70, up to 100
        "754": (10, 40, 0, "yes"),  # 10 + 0 + 30 = 40, rank 3; by 2.0: 25 + 0 = 25, up to 55
    },
    2025: {
        "753": (30, 40, 5, 3),  # 50 + 10 + 15 = 75, rank 2
        "754": (20, 40, 10, 6),  # 50 + 20 + 30 = 100, rank 1
    },
}
"""Year -> unit -> a and b of NT.1, NT.2, and CQ.1 or CQ.2."""
MONTHS = {2023: 12, 2024: 12, 2025: 3}
SETS = {2023: OLD_SET, 2024: OLD_SET, 2025: NEW_SET}


def figures_file(year: int) -> str:
    """The year's INPUTS.csv."""
    last = "CQ.1" if year < 2025 else "CQ.2"
    return HEAD + "".join(
        f"{unit},NT.1,a,{a}\n{unit},NT.1,b,{b}\n{unit},NT.2,value,{n}\n{unit},{last},value,{x}\n"
        for unit, (a, b, n, x) in FIGURES[year].items()
    )


def bring_in(engine: Engine, year: int) -> ImportReport:
    """Import one year as an office does."""
    name = f"Năm {year}, số liệu của cơ quan"
    return import_inputs(
        engine,
        OFFICE,
        ImportRequest(
            level="district",
            year=year,
            month=MONTHS[year],
            inputs=figures_file(year).encode(),
            inputs_name=f"{year}.csv",
            criteria=SETS[year].encode(),
            criteria_name=f"{year}.yaml",
            name=name,
        ),
        NOON,
    )
