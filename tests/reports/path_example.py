"""A small province on the example's three districts, a base line and rivals that stand still; worked by hand below.

Provincial set: eight main indices of 1000 points in all, on a scale of 1. NT.1 (100 points, 60 % full) is summed up over
the districts, the others are typed. Of a national total 0,6 is published, 0,6 for each main index assumed.
"""

from decimal import Decimal

from assessment.efforts import EffortScope
from assessment.path import (
    Contest,
    PathAnswer,
    PathConstraints,
    PathGround,
    PathQuestion,
    PathWish,
    WishKind,
    path_ground,
    path_model,
    whole_answer,
)
from assessment.province import PROVINCE, ProvincialSnapshot
from criteria.loader import read_text
from data.efforts import CeilingRecord, EffortContent, EffortEdition, EffortLineRecord
from data.repositories import UnitRecord
from scoring.baseline import BaseLine
from scoring.compiled import compile_set
from scoring.engine import score
from scoring.inputs import Cell, read_cells
from scoring.national import INDEX_WEIGHTS
from scoring.outlook import FROZEN, OwnScore, Question, draw_rivals
from scoring.rollup import Scored, provincial_cells, roll_up_set
from tests.reports.examples import snapshot
from tests.scoring.outlook.facts import history, results

_HEAD = """
id: tinh-nho-2024
level: province
year: 2024
version: "1.0"
status: reference
title: {vi: Bộ chỉ số nhỏ cấp tỉnh, en: Small provincial set}
legal_basis:
  - {document: Kế hoạch số 1, clause: mục II}
scale: 1
not_applicable: rescale
rank_precision: 4
groups:
"""
_RULES = {
    "NT": "rule: {type: ratio, full_at: 0.6}\n        rollup: {how: ratio_of_sums, from: [nho-2024/NT.1]}",
    "CQ": "rule: {type: checklist, items: {x: 0.2, y: 0.8}}\n        rollup: {how: entry}",
    "KT": "rule: {type: checklist, items: {x: 0.3, y: 0.7}}\n        rollup: {how: entry}",
}
_INPUTS = {
    "NT": "{a: {name: Hồ sơ nộp trực tuyến, unit: hồ sơ}, b: {name: Hồ sơ đã tiếp nhận, unit: hồ sơ}}",
    "CQ": "{x: {name: Có kho dữ liệu}, y: {name: Có cổng dịch vụ công}}",
    "KT": "{x: {name: Có sàn thương mại}, y: {name: Có hóa đơn điện tử}}",
}
_NAMES = {"NT": "Hồ sơ trực tuyến", "CQ": "Nền tảng dùng chung", "KT": "Kinh tế số"}


def _group(code: str, weight: int) -> str:
    name = _NAMES.get(code, "Có kế hoạch")
    return f"""  - code: {code}
    name: {{vi: Chỉ số {code}, en: Index {code}}}
    criteria:
      - code: {code}.1
        name: {{vi: {name}, en: {code}}}
        max_points: {weight}
        {_RULES.get(code, "rule: {type: yes_no}" + chr(10) + "        rollup: {how: entry}")}
        inputs: {_INPUTS.get(code, "{value: {name: Có kế hoạch}}")}
"""


_READ = read_text(_HEAD + "".join(_group(c, w) for c, w in INDEX_WEIGHTS.items()), "tinh-nho-2024.yaml")
assert _READ.criteria_set is not None, _READ.faults
_COMPILED = compile_set(_READ.criteria_set)

# NT.1: 54 + 30 + 60 of 300 is 48 %, 80 of 100 points. CQ.1: y only, 160 of 200. KT.1: y only, 105 of 150. The others
# are full, 550 points: 895 of 1000.
_TYPED = [
    (f"{code}.1", key, value)
    for code in INDEX_WEIGHTS
    if code != "NT"
    for key, value in ([("x", "no"), ("y", "yes")] if code in ("CQ", "KT") else [("value", "yes")])
]

OFFICE_ROWS = EffortContent(
    lines=(
        EffortLineRecord("district", "NT.1", "full", Decimal("4.5"), "002", (3, 5, 6), "Đội công nghệ số", "Dự án 1"),
    ),
    ceilings=(CeilingRecord((1, 2), Decimal("2.5")), CeilingRecord((12,), Decimal(1), "Nơi không có việc")),
)
"""One row of the office: Huyện Bờ takes 4,5 in March, May and June. The rest follows the default rule, 20 for all points:
Huyện Á gains 6 of 60 hundredths, a tenth of its points: 2. CQ.1 gains a fifth: 4. KT.1 three tenths: 6."""


def _provincial_snapshot(origin: str) -> ProvincialSnapshot:
    districts = snapshot(origin=origin)
    sources = {districts.criteria_set.id: Scored(districts.inputs, districts.book)}
    components = tuple(roll_up_set(_COMPILED.criteria_set, sources))
    given = [Cell(PROVINCE, *cell) for cell in _TYPED]
    inputs, rejections = read_cells(_COMPILED, (PROVINCE,), [*given, *provincial_cells(PROVINCE, components)])
    assert inputs is not None, rejections
    period = districts.period
    unit = UnitRecord(PROVINCE, period.unit_date, None, "province", "tỉnh", "Tỉnh Mẫu", None, None, "tinh mau", "")
    levels = {"district": districts}
    return ProvincialSnapshot(period, 12, unit, levels, components, (), {}, {}, inputs, score(inputs))  # type: ignore[arg-type]


def ground(content: EffortContent = OFFICE_ROWS, origin: str = "demonstration") -> PathGround:
    """The ground of December with an effort table.

    Steps: Huyện Á 54 to 60 files, +6 of 180: 3,33 points; Huyện Bờ 30 to 60: 16,67 points; CQ.1 40 points; KT.1 45.
    """
    edition = EffortEdition(0 if content == EffortContent() else 3, None, content)
    return path_ground(_provincial_snapshot(origin), edition)


def contest() -> Contest:
    """The second place of two among four rivals that stand still at 0,8, 0,63, 0,5 and 0,1; without noise."""
    facts = history(results(2022, [1, 2, 3, 4, 5], [0.8, 0.63, 0.6, 0.5, 0.1]))
    rivals = draw_rivals(Question(facts, 2022, 2024, pace=FROZEN), facts.provinces[2], 40, 1, top=2)
    line = BaseLine(2022, 2024, dict.fromkeys(INDEX_WEIGHTS, 0.6), 0.6, 28, "assumed", ("Công bố mẫu",))
    return Contest(line, rivals, OwnScore(noise=0.0))


def answered(kind: WishKind, value: str, *, own: PathGround | None = None, **constraints: object) -> PathAnswer:
    """The whole answer to a wish under constraints."""
    own = own or ground()
    question = PathQuestion(PathWish(kind, Decimal(value)), PathConstraints(**constraints))  # type: ignore[arg-type]
    return whole_answer(own, path_model(own, question.constraints), contest(), question)


SCOPE = EffortScope.of(_provincial_snapshot("demonstration"))
