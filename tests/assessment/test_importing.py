"""Bringing one's own figures: what is stored, what is left alone, and that a refused file changes nothing at all."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from sqlalchemy import Engine, select, update

from assessment.__main__ import main
from assessment.importing import RANKING_CODES, ImportRefusedError, ImportReport, ImportRequest, import_inputs
from assessment.permissions import Identity
from assessment.publishing import close_trial
from assessment.roles import Role
from assessment.snapshots import level_snapshot
from assessment.submissions import SubmissionRefusedError, open_month
from criteria import read_text
from criteria.workbook import to_workbook
from data.database import make_engine, read_session, write_session
from data.models import Base, Input, Period, PeriodCriteriaSet, Snapshot
from data.repositories import (
    Cell,
    PeriodRecord,
    cells,
    criteria_set_text,
    periods,
    ranking_lists,
    snapshots,
    unit_traits,
)
from data.seeding import packaged_sets
from data.setup import prepare_database
from scoring.csv_files import read_inputs
from scoring.engine import score
from tests.data.databases import Databases, reference_alone
from ui.selection import RANKED

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)

SETS = Path(__file__).parents[1] / "data" / "sets"
HEADER = "unit,criterion,input,value\n"

OWN_SET = """
id: rieng-2024
level: district
year: 2024
version: "1.0"
scale: 100
groups:
  - code: NT
    name: Nhận thức số
    criteria:
      - {code: NT.1, name: Tỷ lệ, max_points: 40, rule: {type: ratio}, inputs: {a: {name: Hồ sơ, number: whole}}}
      - {code: NT.2, name: Cách làm, max_points: 20, rule: {type: choice, options: {đủ: 1, một phần: 0.5}}}
      - {code: NT.3, name: Hạn, max_points: 20, rule: {type: deadline, due: 2024-06-15, lose_per_day: 0.1}}
      - {code: NT.4, name: Có, max_points: 10, rule: {type: yes_no}}
      - {code: NT.5, name: Chênh lệch, max_points: 5, rule: {type: min_max}}
      - {code: NT.6, name: Chấm, max_points: 5, rule: {type: judged}}
"""
SOUND = (
    HEADER
    + "747,NT.1,a,30\n747,NT.1,b,40\n747,NT.2,value,một phần\n747,NT.3,value,2024-06-17\n747,NT.4,value,Có\n"
    + "747,NT.5,value,-2.5\n755,NT.1,a,n/a\n755,NT.5,value,4e-1\n748,NT.5,value,1\n748,NT.4,value,\n"
)


@pytest.fixture
def engine(new_database: Databases) -> Iterator[Engine]:
    """A database with the reference tables and no period."""
    engine = new_database.opened(reference_alone)
    yield engine
    engine.dispose()


def _request(text: str | bytes = SOUND, **other: object) -> ImportRequest:
    base: dict[str, object] = {
        "level": "district",
        "year": 2024,
        "month": 6,
        "inputs": text.encode() if isinstance(text, str) else text,
        "inputs_name": "so-lieu.csv",
        "criteria": OWN_SET.encode(),
        "criteria_name": "rieng.yaml",
    }
    return ImportRequest(**{**base, **other})  # pyright: ignore[reportArgumentType]


Rows = Counter[tuple[object, ...]]


def _dump(engine: Engine) -> dict[str, Rows]:
    """Everything that a database holds, the counter of writes included."""
    with read_session(engine) as session:
        return {t.name: Counter(tuple(row) for row in session.execute(select(t))) for t in Base.metadata.sorted_tables}


def _refused(engine: Engine, request: ImportRequest) -> tuple[str, ...]:
    """The faults, after making sure that nothing of the request is there."""
    before = _dump(engine)
    with pytest.raises(ImportRefusedError) as refusal:
        import_inputs(engine, OFFICE, request, NOON)
    assert _dump(engine) == before
    assert str(refusal.value) == "\n".join(refusal.value.faults)
    return refusal.value.faults


def _stored(engine: Engine, report: ImportReport, month: int) -> dict[tuple[str, str, str], Cell]:
    with read_session(engine) as session:
        found = cells(session, report.period.id, report.level, month)
    return {(c.unit_code, c.criterion, c.key): c for c in found}


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.cells, report.new, report.changed, report.unchanged


# What is stored


def test_an_imported_file_scores_as_the_file_itself_does(engine: Engine) -> None:
    report = import_inputs(engine, OFFICE, _request(), NOON)
    with read_session(engine) as session:
        own = level_snapshot(session, report.period, "district", 6)
    direct = read_inputs(own.book.compiled, SOUND.encode(), "so-lieu.csv", [u.code for u in own.units])
    assert np.array_equal(own.inputs.values, direct.values)
    assert np.array_equal(own.inputs.given, direct.given)
    assert np.array_equal(own.book.points, score(direct).points)
    # 747: 30/40 of 40, half of 20, two days late of 20, yes of 10, lowest of all in NT.5; NT.6 is not scored yet.
    assert own.book.points[own.row_of["747"]].tolist() == [30e9, 10e9, 16e9, 10e9, 0, 0]


def test_every_kind_of_rule_survives_the_way_through_the_database(engine: Engine) -> None:
    lines = [
        *("NT.1,value,deputy", "NT.2,attends,yes", "NT.2,chairs,không", "NT.3,value,3", "NT.4,a,2", "NT.4,b,9"),
        *("NT.5,a,6", "NT.5,b,10", "NT.6,value,2.5", "NT.7,value,8", "NT.8,value,-4", "NT.9,value,20"),
        *("NT.10,value,2024-06-18", "NT.11,value,yes", "NT.13,online.a,1", "NT.13,online.b,3", "NT.13,extra.value,1"),
        *("TP.1,value,2", "TP.2,value,no", "DT.1,value,yes", "CQ.1,a,0.1", "CQ.1,b,0.3"),
    ]
    text = HEADER + "".join(f"{unit},{line}\n" for unit in ("STTTT", "SNV") for line in lines)
    own = (SETS / "department.yaml").read_bytes()
    report = import_inputs(engine, OFFICE, _request(text, level="department", criteria=own), NOON)
    assert (report.units, report.cells, report.new) == (2, 44, 44)
    with read_session(engine) as session:
        snapshot = level_snapshot(session, report.period, "department", 12)
    direct = read_inputs(snapshot.book.compiled, text.encode(), "f", [u.code for u in snapshot.units])
    assert np.array_equal(snapshot.inputs.values, direct.values)
    assert np.array_equal(snapshot.book.points, score(direct).points)


def test_the_period_is_made_with_units_lists_traits_sets_and_the_month(engine: Engine) -> None:
    report = import_inputs(engine, OFFICE, _request(name="Năm 2024, số liệu của tỉnh"), NOON)
    period = report.period
    assert (period.name, period.origin, period.state) == ("Năm 2024, số liệu của tỉnh", "office", "self_assessment")
    assert period.unit_date == dt.date(2024, 6, 30)
    with read_session(engine) as session:
        (month,) = snapshots(session, period.id)
        assert (month.month, month.as_of, month.closed) == (6, dt.date(2024, 6, 30), False)
        members = {
            level: [len(x.members) for x in ranking_lists(session, period.id, level)[:1]]
            for level in ("department", "district", "commune")
        }
        assert members == {"department": [21], "district": [8], "commune": [82]}
        used = {level: criteria_set_text(session, period.id, level).set_id for level in packaged_sets()}
        traits = {t.unit_code: t for t in unit_traits(session, period.id, "department")}
        without = {code for code, trait in traits.items() if not trait.has_public_services}
        assert not {t.unit_code: t.has_communes for t in unit_traits(session, period.id, "district")}["755"]
    assert used == {
        "province": "province-2024",
        "department": "department-2024",
        "district": "rieng-2024",
        "commune": "commune-2024",
    }
    assert "STTTT" not in without
    assert 0 < len(without) < 21


def test_stored_figures_say_that_the_unit_reported_them(engine: Engine) -> None:
    report = import_inputs(engine, OFFICE, _request(), NOON)
    stored = _stored(engine, report, 6)
    assert {cell.origin for cell in stored.values()} == {"self_assessed"}
    assert {cell.month_reported for cell in stored.values()} == {6}
    assert (stored["747", "NT.1", "a"].number, stored["747", "NT.3", "value"].text) == (30.0, "2024-06-17")
    assert (stored["747", "NT.2", "value"].text, stored["747", "NT.4", "value"].text) == ("một phần", "yes")
    assert ("748", "NT.4", "value") not in stored


def test_a_row_not_applicable_is_a_request_that_nobody_has_approved(engine: Engine) -> None:
    report = import_inputs(engine, OFFICE, _request(), NOON)
    assert report.requested == 1
    cell = _stored(engine, report, 6)["755", "NT.1", "a"]
    assert (cell.state, cell.number, cell.text) == ("not_applicable", None, None)
    assert cell.reason == "do đơn vị đề nghị trong tệp nhập, chưa thẩm định"
    assert cell.approver == "chưa có, chờ thẩm định"


def test_an_approved_not_applicable_keeps_its_approver(engine: Engine) -> None:
    report = import_inputs(engine, OFFICE, _request(), NOON)
    with write_session(engine) as session:
        approved = {"reason": "Không có cấp xã", "approver": "Cơ quan thường trực"}
        session.execute(update(Input).where(Input.state == "not_applicable").values(**approved))
    again = import_inputs(engine, OFFICE, _request(HEADER + "755,NT.1,a,N/A\n", month=8), NOON)
    assert _counts(again) == (1, 0, 0, 1)
    assert _stored(engine, report, 8)["755", "NT.1", "a"].approver == "Cơ quan thường trực"


def test_figures_of_a_criterion_that_stays_not_applicable_are_named(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    partly = import_inputs(engine, OFFICE, _request(HEADER + "755,NT.1,b,7\n"), NOON)
    assert partly.waived == (("755", "NT.1"),)
    wholly = import_inputs(engine, OFFICE, _request(HEADER + "755,NT.1,a,3\n"), NOON)
    assert wholly.waived == ()
    assert (wholly.changed, _stored(engine, wholly, 6)["755", "NT.1", "a"].number) == (1, 3.0)


def test_columns_in_any_order_and_a_byte_order_mark_are_read(engine: Engine) -> None:
    text = "\ufeffvalue , input,unit,criterion\r\n 4 ,a,747,NT.1\r\n\r\n8,b,747,NT.1\r\n"
    report = import_inputs(engine, OFFICE, _request(text), NOON)
    stored = _stored(engine, report, 6)
    assert (stored["747", "NT.1", "a"].number, stored["747", "NT.1", "b"].number) == (4.0, 8.0)


# What is left alone


def test_a_second_import_changes_only_what_it_names(engine: Engine) -> None:
    first = import_inputs(engine, OFFICE, _request(), NOON)
    assert (_counts(first), first.created, first.units) == ((9, 9, 0, 0), True, 3)
    before = _dump(engine)
    text = HEADER + "747,NT.1,a,35\n747,NT.1,b,\n747,NT.4,value,yes\n750,NT.4,value,no\n"
    second = import_inputs(engine, OFFICE, _request(text), NOON)
    assert (_counts(second), second.created, second.units) == ((3, 1, 1, 1), False, 2)
    after = _dump(engine)
    assert {name for name in before if before[name] != after[name]} == {
        "data_version",
        "input",
        "audit_entry",
        "audit_change",
    }
    gone, come = (set(x["input"]) - set(y["input"]) for x, y in ((before, after), (after, before)))
    place = [column.name for column in Input.__table__.columns]
    named = {tuple(row[place.index(name)] for name in ("unit_code", "criterion", "input_key")) for row in come}
    assert named == {("747", "NT.1", "a"), ("750", "NT.4", "value")}
    assert {row[place.index("number")] for row in gone} == {30.0}


def test_a_later_month_leaves_the_earlier_one_as_it_was(engine: Engine) -> None:
    june = import_inputs(engine, OFFICE, _request(), NOON)
    august = import_inputs(engine, OFFICE, _request(HEADER + "747,NT.1,a,38\n747,NT.4,value,có\n", month=8), NOON)
    assert august.period == june.period
    # Reported again in August: a row of its own there, even with June's value.
    assert _counts(august) == (2, 2, 0, 0)
    assert {month: _stored(engine, june, month)["747", "NT.1", "a"].number for month in (6, 7, 8)} == {
        6: 30.0,
        7: 30.0,
        8: 38.0,
    }
    assert _stored(engine, june, 8)["747", "NT.1", "b"].number == 40.0


def test_the_same_file_again_changes_nothing_but_the_counter_of_writes(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    before = _dump(engine)
    assert _counts(import_inputs(engine, OFFICE, _request(), NOON)) == (9, 0, 0, 9)
    after = _dump(engine)
    assert {name for name in before if before[name] != after[name]} == {"data_version"}


# Files that are refused, each for one fault

FAULTY: dict[str, tuple[str | bytes, str, str]] = {
    "empty file": (b"", ":1: unit: ", "thiếu cột 'unit'"),
    "header only": (HEADER, ":1: value: ", "không có giá trị nào"),
    "nothing given": (HEADER + "747,NT.1,a,\n", ":1: value: ", "không có giá trị nào"),
    "not UTF-8": (HEADER.encode() + "747,NT.2,value,đô\n".encode("cp1258"), ":2: -: ", "không phải UTF-8"),
    "a spreadsheet": (b"PK\x03\x04\0\0", ":1: -: ", "không phải tệp CSV"),
    "column missing": ("unit,criterion,value\n747,NT.1,1\n", ":1: input: ", "thiếu cột 'input'"),
    "column unknown": ("unit,criterion,input,value,note\n747,NT.1,a,1,x\n", ":1: note: ", "không được dùng"),
    "semicolons": ("unit;criterion;input;value\n747;NT.1;a;1\n", ":1: unit;criterion", "tệp cần đúng các cột"),
    "row too long": (HEADER + "747,NT.1,a,7,04\n", ":2: -: ", "dòng có 5 ô, cần 4 ô"),
    "unit unknown": (HEADER + "999,NT.1,a,1\n", ":2: unit: ", "'999' không có"),
    "unit of another level": (HEADER + "STTTT,NT.1,a,1\n", ":2: unit: ", "'STTTT' không có"),
    "unit empty": (HEADER + ",NT.1,a,1\n", ":2: unit: ", "bắt buộc"),
    "criterion unknown": (HEADER + "747,NT.9,a,1\n", ":2: criterion: ", "'NT.9' không có"),
    "input unknown": (HEADER + "747,NT.1,c,1\n", ":2: input: ", "chỉ số này dùng: a, b"),
    "decimal comma": (HEADER + '747,NT.1,a,"7,04"\n', ":2: value: ", "«7,04» không phải là số"),
    "not a number": (HEADER + "747,NT.1,b,nan\n", ":2: value: ", "không phải là số hữu hạn"),
    "negative": (HEADER + "747,NT.1,a,-1\n", ":2: value: ", "là số âm"),
    "a above b": (HEADER + "747,NT.1,a,5\n747,NT.1,b,4\n", ":2: value: ", "a = 5 lớn hơn b = 4"),
    "decimals of what is counted": (HEADER + "747,NT.1,a,2.5\n", ":2: value: ", "2,5 có phần lẻ, nhưng đây là số đếm"),
    "a year that is a slip": (HEADER + "747,NT.3,value,0204-06-17\n", ":2: value: ", "ngoài khoảng 1945 đến 2100"),
    "choice unknown": (HEADER + "747,NT.2,value,tốt\n", ":2: value: ", "đủ, một phần"),
    "no date": (HEADER + "747,NT.3,value,17/06/2024\n", ":2: value: ", "năm-tháng-ngày"),
    "neither yes nor no": (HEADER + "747,NT.4,value,1\n", ":2: value: ", "yes hoặc no"),
    "twice": (HEADER + "747,NT.5,value,1\n747,NT.5,value,1\n", ":3: input: ", "đã có ở dòng trước"),
    "judged": (HEADER + "747,NT.6,value,5\n", ":2: value: ", "do người thẩm định chấm"),
    "open quote": (HEADER + '747,NT.2,value,"đủ\n', ":2: -: ", "không đúng dạng CSV"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_file_changes_nothing(engine: Engine, name: str) -> None:
    text, place, words = FAULTY[name]
    first = _refused(engine, _request(text))[0]
    assert first.startswith(f"so-lieu.csv{place}")
    assert words in first


def test_sound_rows_beside_a_faulty_one_are_not_stored_either(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    text = HEADER + "747,NT.1,a,31\n748,NT.1,a,x\n750,NT.9,a,1\n750,NT.4,value,yes\n"
    faults = _refused(engine, _request(text))
    assert [fault.split(" ")[0] for fault in faults] == ["so-lieu.csv:3:", "so-lieu.csv:4:"]


def test_a_wrong_unit_is_answered_with_the_codes_that_are_right(engine: Engine) -> None:
    codes = _refused(engine, _request(HEADER + "999,NT.1,a,1\n"))[-1]
    assert "cấp huyện, có hiệu lực ngày 30/06/2024" in codes
    assert "747, 748, 750, 751, 752, 753, 754, 755" in codes


def test_a_unit_is_accepted_while_it_is_valid(engine: Engine) -> None:
    text = HEADER + "752,NT.4,value,yes\n"
    assert _counts(import_inputs(engine, OFFICE, _request(text, month=12), NOON)) == (1, 1, 0, 0)
    faults = _refused(engine, _request(text, year=2025, month=1))
    assert "'752' không có" in faults[0]
    assert "31/01/2025" in faults[1]


def test_a_year_without_units_is_refused(engine: Engine) -> None:
    (fault,) = _refused(engine, _request(year=2019, month=12))
    assert "31/12/2019" in fault


def test_what_does_not_fit_the_stored_figures_is_refused_by_its_row(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    (fault,) = _refused(engine, _request(HEADER + "747,NT.4,value,no\n747,NT.1,b,29\n"))
    assert fault.startswith("so-lieu.csv:3: value: cùng với số liệu đã lưu đến tháng 06/2024 của 747, NT.1, a: ")
    assert "a = 30 lớn hơn b = 29" in fault


def test_what_does_not_fit_a_later_month_is_refused_too(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(HEADER + "747,NT.1,b,10\n", month=8), NOON)
    (fault,) = _refused(engine, _request(HEADER + "747,NT.1,a,20\n747,NT.1,b,40\n", month=6))
    assert fault.startswith("so-lieu.csv:2: value: cùng với số liệu đã lưu đến tháng 08/2024")


# Criteria sets


def test_ones_own_set_is_stored_as_a_version_and_used_from_then_on(engine: Engine) -> None:
    first = import_inputs(engine, OFFICE, _request(), NOON)
    assert (first.criteria_set.id, first.criteria_set.version) == ("rieng-2024", "1.0")
    later = import_inputs(engine, OFFICE, _request(HEADER + "747,NT.1,a,2\n", criteria=None, month=7), NOON)
    assert later.criteria_set.id == "rieng-2024"
    windows = _request(HEADER + "747,NT.1,a,2\n", criteria=b"\xef\xbb\xbf" + OWN_SET.replace("\n", "\r\n").encode())
    assert _counts(import_inputs(engine, OFFICE, windows, NOON)) == (1, 0, 1, 0)


def test_without_ones_own_set_the_packaged_one_is_used_whatever_the_year(engine: Engine) -> None:
    report = import_inputs(engine, OFFICE, _request(HEADER + "747,XH.2,a,1\n", criteria=None, year=2022), NOON)
    assert (report.criteria_set.id, report.period.year, report.period.name) == ("district-2024", 2022, "Năm 2022")


def test_the_same_version_with_another_text_is_refused_by_name(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    other = OWN_SET.replace("max_points: 40", "max_points: 41").encode()
    (fault,) = _refused(engine, _request(criteria=other))
    assert "rieng-2024 phiên bản 1.0 đã lưu với nội dung khác" in fault


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        (OWN_SET.replace("level: district", "level: commune").encode(), "rieng-2024 là của cấp xã"),
        (OWN_SET.replace("max_points: 20", "max_points: -20", 1).encode(), "rieng.yaml:12: NT.2: "),
        (OWN_SET.encode("utf-16"), "rieng.yaml:1: tệp không phải UTF-8"),
    ],
)
def test_a_set_that_cannot_be_used_is_refused(engine: Engine, criteria: bytes, words: str) -> None:
    assert words in _refused(engine, _request(criteria=criteria))[0]


def test_another_set_takes_over_while_the_stored_figures_fit_it(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    text = OWN_SET.replace('"1.0"', '"2.0"').replace("max_points: 40", "max_points: 30")
    report = import_inputs(engine, OFFICE, _request(criteria=text.encode(), replace_set=True), NOON)
    assert (report.criteria_set.version, _counts(report)) == ("2.0", (9, 0, 0, 9))
    assert report.set_changes == (VERSION_2, POINTS_30)
    smaller = text.replace('"2.0"', '"3.0"').replace("code: NT.2", "code: NT.20")
    request = _request(HEADER + "747,NT.1,a,5\n", criteria=smaller.encode(), replace_set=True)
    (fault,) = _refused(engine, request)
    assert fault.startswith("so-lieu.csv: cùng với số liệu đã lưu đến tháng 06/2024 của 747, NT.2, value: ")


VERSION_2, POINTS_30 = "Bộ chỉ số: phiên bản đổi từ «1.0» thành «2.0».", "NT.1: điểm tối đa đổi từ 40 thành 30."


def test_a_set_by_which_figures_are_scored_is_not_replaced_without_a_word(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    text = OWN_SET.replace('"1.0"', '"2.0"').replace("max_points: 40", "max_points: 30")
    refusal, *changes = _refused(engine, _request(criteria=text.encode()))
    assert "đang chấm theo bộ chỉ số rieng-2024 phiên bản 1.0; rieng.yaml khác bộ đó ở 2 điểm" in refusal
    assert "--replace-set" in refusal
    assert changes == [f"  {VERSION_2}", f"  {POINTS_30}"]


def test_a_set_that_no_figure_is_scored_by_is_replaced(engine: Engine) -> None:
    # The districts make the period, with the packaged set for the communes, of which nothing is reported yet.
    import_inputs(engine, OFFICE, _request(), NOON)
    own = (SETS / "commune.yaml").read_bytes()
    report = import_inputs(engine, OFFICE, _request(HEADER + "26506,XH.1,a,1\n", level="commune", criteria=own), NOON)
    assert (report.criteria_set.id, report.set_changes) == ("commune-test", ())


def test_the_provincial_set_scores_the_figures_of_every_level(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    own = (SETS / "province.yaml").read_bytes()
    refusal, *_changes = _refused(engine, _request(HEADER + "77,KT.1,a,1\n", level="province", criteria=own))
    assert "đang chấm theo bộ chỉ số province-2024" in refusal


def test_ones_own_set_may_come_as_a_workbook(engine: Engine) -> None:
    own = read_text(OWN_SET, "rieng.yaml").criteria_set
    assert own is not None
    book = {"criteria": to_workbook(own), "criteria_name": "rieng.xlsx"}
    report = import_inputs(engine, OFFICE, _request(**book), NOON)
    assert report.criteria_set == own
    # The same set as YAML, in other words, is no other set.
    later = import_inputs(engine, OFFICE, _request(HEADER + "747,NT.1,a,2\n"), NOON)
    assert (later.criteria_set, later.set_changes) == (own, ())
    (fault,) = _refused(engine, _request(criteria=b"id: x", criteria_name="rieng.xlsx"))
    assert "rieng.xlsx: tệp không phải là tệp Excel .xlsx" in fault


def test_no_other_set_behind_a_closed_month(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    with write_session(engine) as session:
        session.execute(update(Snapshot).values(closed=True))
    other = OWN_SET.replace('"1.0"', '"2.0"').encode()
    (fault,) = _refused(engine, _request(criteria=other, month=7))
    assert "đã chốt tháng 06/2024" in fault
    # What is not applicable since June is not asked for again.
    assert _counts(import_inputs(engine, OFFICE, _request(month=7), NOON)) == (9, 8, 0, 1)


# Periods


def test_a_closed_month_takes_no_more_figures(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    with write_session(engine) as session:
        session.execute(update(Snapshot).values(closed=True))
    (fault,) = _refused(engine, _request(HEADER + "747,NT.1,a,5\n"))
    assert fault == "Số liệu tháng 06/2024 đã chốt; hãy ghi vào tháng đang mở."


def test_a_period_that_is_being_appraised_takes_no_more_figures(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    with write_session(engine) as session:
        session.execute(update(Period).values(state="appraisal"))
    (fault,) = _refused(engine, _request())
    assert "không còn ở bước tự đánh giá" in fault


def test_a_period_that_ended_as_a_trial_run_is_not_opened_again_by_another_month(engine: Engine) -> None:
    import_inputs(engine, OFFICE, _request(), NOON)
    with write_session(engine) as session:
        period = periods(session)[0]
        close_trial(session, OFFICE, period.id, NOON.date(), "", NOON)
    for month in (6, 7):
        assert _refused(engine, _request(month=month)) == (
            "Kỳ «Năm 2024» đã kết thúc chạy thử nội bộ nên không còn bước nào nữa.",
        )
    with read_session(engine) as session:
        assert [s.month for s in snapshots(session, period.id)] == [6]
        with pytest.raises(SubmissionRefusedError, match="đã kết thúc chạy thử nội bộ nên không nhận số liệu nữa"):
            open_month(session, period.id)


def test_a_year_has_one_period_of_the_office(engine: Engine) -> None:
    made = import_inputs(engine, OFFICE, _request(name="Kỳ của tỉnh"), NOON)
    assert import_inputs(engine, OFFICE, _request(name=" Kỳ của tỉnh "), NOON).period == made.period
    (fault,) = _refused(engine, _request(name="Kỳ khác"))
    assert "«Kỳ của tỉnh», không phải «Kỳ khác»" in fault
    (taken,) = _refused(engine, _request(name="Kỳ của tỉnh", year=2023))
    assert "đã là tên của một kỳ đánh giá khác" in taken


def test_another_level_joins_the_same_period(engine: Engine) -> None:
    districts = import_inputs(engine, OFFICE, _request(), NOON)
    text = HEADER + "26506,XH.1,a,1\n26506,XH.1,b,4\n"
    own = (SETS / "commune.yaml").read_bytes()
    communes = import_inputs(engine, OFFICE, _request(text, level="commune", criteria=own), NOON)
    assert communes.period == districts.period
    with read_session(engine) as session:
        assert criteria_set_text(session, districts.period.id, "district").set_id == "rieng-2024"
        assert criteria_set_text(session, districts.period.id, "commune").set_id == "commune-test"
    assert len(_stored(engine, districts, 6)) == 9


def test_the_province_types_only_what_is_not_rolled_up(engine: Engine) -> None:
    own = (SETS / "province.yaml").read_bytes()
    province = {"level": "province", "criteria": own}
    report = import_inputs(engine, OFFICE, _request(HEADER + "77,KT.1,a,1\n77,KT.1,b,4\n", **province), NOON)
    assert (_counts(report), report.ranking_path) == ((2, 2, 0, 0), None)
    (fault,) = _refused(engine, _request(HEADER + "77,KT.2,a,1\n", **province))
    assert fault.startswith("so-lieu.csv:2: criterion: KT.2 được tổng hợp")


def test_a_month_or_year_that_does_not_exist_is_refused(engine: Engine) -> None:
    faults = _refused(engine, _request(month=13, year=20240, name=" "))
    assert len(faults) == 3
    assert "Tháng 13" in faults[0]


# The command line, on a database with its demonstration

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def prepared(new_database: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The application's own database after its first start, as the environment names it."""
    settings = new_database.copy_of(prepare_database)
    monkeypatch.setenv("DTI_FOLDER", str(settings.dti_folder))
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    engine = make_engine(settings.url)
    yield engine
    engine.dispose()


def _of_demonstration(engine: Engine) -> dict[str, Rows]:
    """Everything that belongs to the demonstration periods."""
    with read_session(engine) as session:
        ids = [p.id for p in periods(session) if p.origin == "demonstration"]
        tables = (Period, Snapshot, PeriodCriteriaSet, Input)
        owners = {Period: Period.id, Snapshot: Snapshot.period_id, Input: Input.period_id}
        return {
            table.__tablename__: Counter(
                tuple(row)
                for row in session.execute(
                    select(*table.__table__.columns).where(owners.get(table, PeriodCriteriaSet.period_id).in_(ids))
                )
            )
            for table in tables
        }


def test_an_office_period_stands_beside_the_demonstration_of_the_same_year(
    prepared: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _of_demonstration(prepared)
    assert len(before["input"]) > 50_000
    file = tmp_path / "so-lieu.csv"
    file.write_text(HEADER + "747,XH.2,a,50\n747,XH.2,b,80\n748,XH.2,a,n/a\n", encoding="utf-8")
    command = ["import", str(file), "--level", "district", "--year", "2024", "--month", "6"]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "2 đơn vị, 3 số liệu" in out
    assert "Mới: 3; thay đổi: 0; giữ nguyên: 0." in out
    assert _of_demonstration(prepared) == before
    own = _office_period(prepared)
    assert own.name == "Năm 2024"

    address = urlparse(out.split()[-1])
    assert parse_qs(address.query) == {"khoi": ["huyen"], "ky": [str(own.id)], "thang": ["6"]}
    with read_session(prepared) as session:
        names = {p.name for p in periods(session) if p.year == 2024}
        shown = level_snapshot(session, own, "district", 6)
    assert names == {"Năm 2024", "Năm 2024 (trình diễn)"}
    column = shown.book.compiled.column_of["XH.2", "a"]
    assert shown.inputs.values[shown.row_of["747"], column] == 50

    file.write_text(HEADER + "747,XH.2,a,60\n999,XH.2,a,1\n", encoding="utf-8")
    whole = _dump(prepared)
    assert main(command) == 1
    assert capsys.readouterr().err.startswith(f"{file}:3: unit: ")
    assert _dump(prepared) == whole
    assert main([*command[:1], str(tmp_path / "khong-co.csv"), *command[2:]]) == 1
    assert "khong-co.csv: không mở được tệp" in capsys.readouterr().err


def _office_period(engine: Engine) -> PeriodRecord:
    with read_session(engine) as session:
        (own,) = [p for p in periods(session) if p.origin == "office"]
    return own


def test_the_address_speaks_the_language_of_the_ranking_page() -> None:
    assert {code: level for level, code in RANKING_CODES.items()} == dict(RANKED)
