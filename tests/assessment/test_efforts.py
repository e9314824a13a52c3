"""The office's effort table: read back as it was written, refused by row and column, saved in editions."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from assessment.efforts import (
    EffortScope,
    months_text,
    read_content,
    read_efforts,
    read_months,
    save_efforts,
    usable_efforts,
)
from assessment.permissions import Identity
from assessment.province import ProvincialSnapshot
from assessment.roles import Role
from data.database import read_session
from data.efforts import (
    CeilingRecord,
    EffortContent,
    EffortLineRecord,
    EffortsChangedError,
    effort_edition,
    month_bits,
    months_of,
)
from data.models import EffortUnit
from reports.path import efforts_workbook
from scoring.csv_files import FileFaults
from scoring.path.values import StepLevel

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
OFFICE = Identity("thuong-truc", Role.DX_OFFICE)

CONTENT = EffortContent(
    EffortUnit.MILLION_DONG,
    30,
    2,
    (4, 5, 6),
    (
        EffortLineRecord("commune", "NT.1", "full", Decimal("12.5"), None, (3, 5, 6), "Đội công nghệ số", "Dự án 1"),
        EffortLineRecord("district", "NT.7", "next", Decimal(3), "755", None, None, ""),
        EffortLineRecord("province", "NT.2", "target", Decimal(40)),
    ),
    (CeilingRecord((1, 2, 3), Decimal("7.25")), CeilingRecord((12,), Decimal(5), "755")),
)


@pytest.fixture(scope="module")
def scope(december: ProvincialSnapshot) -> EffortScope:
    """Sets and units of 2024."""
    return EffortScope.of(december)


def faults(
    lines: list[dict[str, object]], scope: EffortScope, ceilings: list[dict[str, object]] | None = None
) -> list[str]:
    with pytest.raises(FileFaults) as raised:
        read_content(list(enumerate(lines, 1)), list(enumerate(ceilings or [], 1)), [], scope)
    return [str(fault) for fault in raised.value.faults]


def row(**cells: object) -> dict[str, object]:
    return {"level": "Cấp xã", "unit": "", "criterion": "NT.1", "step": "Điểm tối đa", "amount": "5", **cells}


def test_a_workbook_says_what_it_was_made_from(scope: EffortScope) -> None:
    assert read_efforts(efforts_workbook(CONTENT, scope), "bang.xlsx", scope) == CONTENT


def test_an_empty_table_is_the_default_rule_alone(scope: EffortScope) -> None:
    assert read_efforts(efforts_workbook(EffortContent(), scope), "bang.xlsx", scope) == EffortContent()


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"level": "Cấp thôn"}, "Cấp", "«Cấp thôn» không có"),
        ({"unit": "99999"}, "Mã đơn vị", "không có đơn vị mang mã «99999»"),
        ({"criterion": "NT.99"}, "Mã chỉ số", "không có chỉ số mang mã «NT.99»"),
        ({"step": "Mức 2"}, "Bước", "«Mức 2» không có"),
        ({"amount": ""}, "Nguồn lực", "ô để trống"),
        ({"amount": "-1"}, "Nguồn lực", "không phải là một số từ 0 trở lên"),
        ({"amount": "1.234"}, "Nguồn lực", "số nghìn hoặc số thập phân"),
        ({"amount": -2.0}, "Nguồn lực", "cần một số từ 0 đến"),
        ({"amount": "0,12345"}, "Nguồn lực", "hơn 3 chữ số thập phân"),
        ({"months": "13"}, "Tháng thực hiện", "không đọc được thành các tháng"),
        ({"months": "7-3"}, "Tháng thực hiện", "không đọc được thành các tháng"),
        ({"owner": "x" * 201}, "Đơn vị chủ trì", "dài hơn 200 ký tự"),
    ],
)
def test_a_faulty_cell_is_named_by_row_and_column(
    cells: dict[str, object], column: str, words: str, scope: EffortScope
) -> None:
    found = faults([row(criterion="NT.2"), row(**cells)], scope)
    assert len(found) == 1
    assert found[0].startswith(f"Nguồn lực:2: {column}: ")
    assert words in found[0]


def test_an_owner_is_a_unit_by_its_code_or_its_name_or_just_a_name(scope: EffortScope) -> None:
    unit = scope.units["district"][0]
    given = (unit.code, unit.name_vi.upper(), "Đội công nghệ số", "")
    ceilings: list[dict[str, object]] = [{"owner": x, "months": n, "amount": 5} for n, x in enumerate(given, 1)]
    content = read_content([(1, row(owner=unit.name_vi))], list(enumerate(ceilings, 1)), [], scope)
    assert content.lines[0].owner == unit.code
    assert [c.owner for c in content.ceilings] == [unit.code, unit.code, "Đội công nghệ số", None]


def test_the_same_step_twice_and_a_month_with_two_ceilings_are_refused(scope: EffortScope) -> None:
    assert "đã có ở dòng 1" in faults([row(), row(amount="7")], scope)[0]
    twice: list[dict[str, object]] = [{"months": "1-3", "amount": 5}, {"months": "3", "amount": 6}]
    assert "tháng 3 đã có mức trần ở dòng 1" in faults([], scope, twice)[0]


@pytest.mark.parametrize(
    ("text", "months"), [("3, 5-7", (3, 5, 6, 7)), ("12", (12,)), ("1–3;2", (1, 2, 3)), (4.0, (4,)), ("", None)]
)
def test_months_are_read_and_written(text: object, months: tuple[int, ...] | None) -> None:
    assert read_months(text) == months
    assert read_months(months_text(months)) == months


def test_months_as_bits_come_back() -> None:
    assert months_of(month_bits((1, 5, 12))) == (1, 5, 12)
    assert month_bits((1, 5, 12)) == 1 + 16 + 2048


def test_files_that_are_no_tables(scope: EffortScope) -> None:
    with pytest.raises(FileFaults, match="không phải là tệp Excel"):
        read_efforts(b"PK\x03\x04 no", "x.xlsx", scope)


def test_editions_follow_each_other_and_nobody_overwrites_what_he_has_not_seen(engine: Engine) -> None:
    with read_session(engine) as session:
        assert effort_edition(session).edition == 0
    first = save_efforts(engine, OFFICE, CONTENT, 0, NOON)
    assert (first.edition, first.content) == (1, CONTENT)
    # The same content again is no new edition.
    assert save_efforts(engine, OFFICE, CONTENT, 1, NOON).edition == 1
    assert save_efforts(engine, OFFICE, EffortContent(), 1, NOON).edition == 2
    with pytest.raises(EffortsChangedError, match="đang là phiên bản 2, bạn đã xem phiên bản 1"):
        save_efforts(engine, OFFICE, CONTENT, 1, NOON)
    with read_session(engine) as session:
        assert effort_edition(session).content == EffortContent()
        # An edition on paper can always be read again.
        assert effort_edition(session, 1).content == CONTENT


def test_rows_become_efforts_of_steps(scope: EffortScope) -> None:
    used = usable_efforts(CONTENT, scope)
    own = used.table.effort_of("commune-2024", "26506", "NT.1", StepLevel.FULL, 0.5)
    assert (own.amount, own.owner, own.months, own.project) == (
        Decimal("12.5"),
        "Đội công nghệ số",
        (3, 5, 6),
        "Dự án 1",
    )
    assert not own.is_default
    # 30 for all points: half of them takes 15, in the default months.
    default = used.table.effort_of("commune-2024", "26506", "NT.2", StepLevel.FULL, 0.5)
    assert (default.amount, default.months, default.is_default) == (Decimal(15), (4, 5, 6), True)
    assert [(c.month, c.amount, c.owner) for c in used.ceilings] == [
        (1, Decimal("7.25"), None),
        (2, Decimal("7.25"), None),
        (3, Decimal("7.25"), None),
        (12, Decimal(5), "755"),
    ]


def test_rows_of_another_set_stay_aside_and_are_named(scope: EffortScope) -> None:
    stranger = EffortLineRecord("commune", "KHONG.CO", "full", Decimal(1))
    used = usable_efforts(EffortContent(lines=(stranger,)), scope)
    assert used.unused == (stranger,)
    assert used.table.rows == ()
