"""A small district set, three units and their snapshots, scored by the engine; all figures worked by hand below.

Criteria: NT.1 ratio (10 points, from 60 % full), NT.2 count to 4 (10 points), CQ.1 deadline (20), CQ.2 yes_no (10),
CQ.3 ratio (10, may be not applicable, due at the end of the year), TP.1 penalty.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from assessment.ranking import RankingTable, ranking
from assessment.scorecard import Scorecard, scorecard
from assessment.snapshots import LevelSnapshot, Waiver, not_due
from criteria.loader import read_text
from criteria.model import CriteriaSet
from data.models import InputOrigin
from data.repositories import PeriodRecord, RankingListRecord, UnitRecord
from scoring.compiled import compile_set
from scoring.engine import score
from scoring.inputs import NOT_APPLICABLE, Cell, read_cells

SET_TEXT = """
id: nho-2024
level: district
year: 2024
version: "1.2"
status: reference
title: {vi: Bộ chỉ số nhỏ, en: Small set}
legal_basis:
  - {document: Kế hoạch số 1, clause: mục II}
scale: 100
not_applicable: rescale
rank_precision: 2
reference_list: all
bands:
  - {name: {vi: Tốt, en: Good}, from: 80}
  - {name: {vi: Khá, en: Fair}, from: 50}
groups:
  - code: NT
    name: {vi: Nhận thức số, en: Awareness}
    criteria:
      - code: NT.1
        name: {vi: Hồ sơ trực tuyến, en: Online dossiers}
        max_points: 10
        rule: {type: ratio, full_at: 0.6}
        evidence: required
        evidence_documents: Báo cáo trích từ hệ thống
        found_in: Cổng dịch vụ công
        verifier: STTTT
        frequency: monthly
        measure: flow
        source: {document: Kế hoạch số 1, clause: mục II.11}
        note: "=Ghi chú bắt đầu bằng dấu bằng"
        inputs:
          a: {name: Hồ sơ nộp trực tuyến, unit: hồ sơ}
          b: {name: Hồ sơ đã tiếp nhận, unit: hồ sơ}
      - code: NT.2
        name: {vi: Số cuộc họp, en: Meetings}
        max_points: 10
        rule: {type: count, full_at: 4}
        inputs:
          value: {name: Số cuộc họp, unit: cuộc họp}
  - code: CQ
    name: {vi: Chính quyền số, en: Digital government}
    criteria:
      - code: CQ.1
        name: {vi: Báo cáo đúng hạn, en: Report in time}
        max_points: 20
        rule: {type: deadline, due: 2024-12-15, lose_per_day: 0.1}
        inputs:
          value: {name: Ngày gửi báo cáo}
      - code: CQ.2
        name: {vi: Có cổng dữ liệu, en: Data portal}
        max_points: 10
        rule: {type: yes_no}
        inputs:
          value: {name: Có cổng dữ liệu}
      - code: CQ.3
        name: {vi: Dịch vụ công toàn trình, en: Full online services}
        max_points: 10
        rule: {type: ratio}
        frequency: yearly
        inputs:
          a: {name: Dịch vụ toàn trình, unit: dịch vụ}
          b: {name: Dịch vụ đủ điều kiện, unit: dịch vụ}
  - code: TP
    name: {vi: Điểm trừ, en: Penalty}
    kind: adjustment
    cap: {penalty: 5}
    criteria:
      - code: TP.1
        name: {vi: Sự cố an toàn thông tin, en: Security incidents}
        max_points: -4
        rule: {type: count, full_at: 2}
        inputs:
          value: {name: Số sự cố, unit: sự cố}
"""

_READ = read_text(SET_TEXT, "nho-2024.yaml")
assert _READ.criteria_set is not None, _READ.faults
CRITERIA_SET: CriteriaSet = _READ.criteria_set
_COMPILED = compile_set(CRITERIA_SET)
_FIELDS = (
    ("NT.1", "a"),
    ("NT.1", "b"),
    ("NT.2", "value"),
    ("CQ.1", "value"),
    ("CQ.2", "value"),
    ("CQ.3", "a"),
    ("CQ.3", "b"),
    ("TP.1", "value"),
)

Row = Sequence[float | str | dt.date | None]

NAMES = {"001": "Huyện Á", "002": "Huyện Bờ", "003": "=Thị xã Cờ", "004": "Thành phố Đê"}
ON_TIME, LATE = dt.date(2024, 12, 10), dt.date(2024, 12, 18)

DECEMBER: Mapping[str, Row] = {
    # 54 / 100 = 90 % of full: 9; 4 of 4: 10; on time: 20; yes: 10; 8 / 10: 8 -> 57 of 60 = 95; one incident: -2 -> 93.
    "001": (54, 100, 4, ON_TIME, "yes", 8, 10, 1),
    # 30 / 100 = 50 %: 5; 2 of 4: 5; three days late: 14; yes: 10; not applicable -> 34 of 50 = 68.
    "002": (30, 100, 2, LATE, "yes", NOT_APPLICABLE, None, 0),
    # 60 / 100: 10; meetings missing; three days late: 14; no: 0; 10 / 20: 5 -> 29 of 60 = 48.333333333.
    "003": (60, 100, None, LATE, "no", 10, 20, 0),
}
NOVEMBER: Mapping[str, Row] = {
    # CQ.3 is not due: 6 + 5 + 0 (missing) + 0 -> 11 of 50 = 22.
    "001": (36, 100, 2, None, "no", None, None, 0),
    # 5 + 5 + 0 (missing) + 10 -> 20 of 50 = 40.
    "002": (30, 100, 2, None, "yes", None, None, 0),
    # 10 + 10 + 0 (missing) + 0 -> 20 of 50 = 40.
    "003": (60, 100, 4, None, "no", None, None, 0),
}
NOTHING_APPLIES: Row = (NOT_APPLICABLE, None, *[NOT_APPLICABLE] * 4, None, None)
WHY_NOT = "Không có dịch vụ công đủ điều kiện toàn trình"


def unit(code: str) -> UnitRecord:
    """A unit of the example."""
    name = NAMES[code]
    return UnitRecord(code, dt.date(2020, 1, 1), None, "district", "huyện", name, None, "77", name.casefold(), "")


def snapshot(
    figures: Mapping[str, Row] = DECEMBER,
    month: int = 12,
    *,
    origin: str = "demonstration",
    lists: Iterable[RankingListRecord] | None = None,
) -> LevelSnapshot:
    """The units scored on the small set at a month; CQ.3 is due in December only."""
    given = [
        (code, criterion, key, value)
        for code, row in figures.items()
        for (criterion, key), value in zip(_FIELDS, row, strict=True)
        if value is not None
    ]
    inputs, rejections = read_cells(
        _COMPILED, list(figures), (Cell(*cell) for cell in given), not_due=not_due(_COMPILED, month)
    )
    assert inputs is not None, rejections
    everyone = np.ones(len(figures), bool)
    whole = RankingListRecord("districts", "district", "Ủy ban nhân dân cấp huyện", "Districts", tuple(figures))
    return LevelSnapshot(
        PeriodRecord(1, 2024, "Năm 2024", "self_assessment", origin, dt.date(2024, 12, 31)),
        month,
        "district",
        tuple(unit(code) for code in figures),
        (whole,) if lists is None else tuple(lists),
        inputs,
        score(inputs, everyone),
        everyone,
        {(u, c): Waiver(WHY_NOT, "Cơ quan thường trực") for u, c, _k, value in given if value == NOT_APPLICABLE},
        {(u, c, k): InputOrigin.DEMONSTRATION.value for u, c, k, value in given if value != NOT_APPLICABLE},
        sent=everyone,
        closed=~everyone,
    )


def december_ranking(origin: str = "demonstration") -> RankingTable:
    """December compared with November."""
    return ranking(snapshot(origin=origin), "districts", snapshot(NOVEMBER, 11, origin=origin))


def december_card(code: str, origin: str = "demonstration") -> Scorecard:
    """A unit in December, compared with November, with both months as its trend."""
    now, then = snapshot(origin=origin), snapshot(NOVEMBER, 11, origin=origin)
    return scorecard(ranking(now, "districts", then), code, (then, now))
