"""Scenarios on the demonstration data: run, save, change, duplicate, delete, on both databases."""

import datetime as dt
from unicodedata import normalize

import numpy as np
import pytest
from sqlalchemy import Engine, text

from assessment.permissions import Identity
from assessment.province import ProvincialSnapshot, provincial_snapshot
from assessment.publication import Sight
from assessment.rivals import outlook_question, rival_field, stored_history
from assessment.roles import Role
from assessment.scenario_causes import why_ranked
from assessment.scenarios import (
    Draft,
    RivalField,
    ScenarioStoreError,
    change_scenario,
    compared,
    delete_scenario,
    duplicate_scenario,
    load_scenario,
    rename_scenario,
    run_scenario,
    save_scenario,
    saved_scenarios,
    scenario_base,
)
from data.database import read_session, write_session
from data.demonstration import switch_off
from data.reference.national import our_name
from data.repositories import periods
from data.setup import prepare_database
from reports.scenarios import Alike, comparison_rows, override_in_words, scenario_workbook, where_from
from scoring.baseline import BaseLine
from scoring.outlook import FROZEN, AppraisalCut
from scoring.scenarios import (
    ComponentShare,
    IndexScore,
    InputChange,
    Scenario,
    TargetChange,
    WeightFactor,
    is_share,
    lower_is_better,
)
from tests.data.databases import Databases
from tests.scoring.outlook.facts import published_history

NOON = dt.datetime(2024, 12, 2, 5, 0, tzinfo=dt.UTC)
OFFICE = Identity("office", Role.DX_OFFICE)
EVERY_KIND = Scenario(
    (
        InputChange("district", "747", "NT.5", "value", 0.0),
        TargetChange("district", "list", "districts", "NT.4", 1.0),
        TargetChange("province", "unit", "77", "NT.1", 0.5, exact=True),
        ComponentShare("NT.3", 0.9),
        IndexScore("XH", 0.8),
        WeightFactor("commune", "NT", 1.5),
    ),
    FROZEN,
    AppraisalCut(0.05, 0.1, 0.2),
)


@pytest.fixture(scope="module")
def field(engine: Engine, base: BaseLine) -> RivalField:
    """Rivals in few draws: only comparisons are made."""
    with read_session(engine) as session:
        return rival_field(outlook_question(stored_history(session), base.base_year), 2_000, 1)


@pytest.fixture(autouse=True)
def no_scenarios(engine: Engine) -> None:
    """Every test begins without saved scenarios."""
    with write_session(engine) as session:
        session.execute(text("DELETE FROM scenario"))


def draft(december: ProvincialSnapshot, name: str, scenario: Scenario = EVERY_KIND) -> Draft:
    return Draft(name, december.period.id, 12, 2023, scenario)


def test_the_history_is_that_of_the_published_tables(engine: Engine) -> None:
    with read_session(engine) as session:
        stored = stored_history(session)
    published = published_history()
    assert stored.count == published.count == 63
    assert our_name() in stored.provinces
    for mine, theirs in zip(stored.years, published.years, strict=True):
        assert sorted(mine.ranks) == sorted(theirs.ranks)
        assert np.nansum(mine.scores) == pytest.approx(np.nansum(theirs.scores))
        assert (mine.mean, mine.minimum_at_least, mine.units_above_mean) == (
            theirs.mean,
            theirs.minimum_at_least,
            theirs.units_above_mean,
        )


def test_doing_nothing_is_the_base(december: ProvincialSnapshot, base: BaseLine, field: RivalField) -> None:
    result = run_scenario(december, base, Scenario(), field)
    assert result.total == base.total == 0.7353
    assert result.change == 0
    assert result.outlook.rank_share == result.base_outlook.rank_share
    assert result.units == ()
    assert all(row.change == 0 for row in result.indices)


def test_a_main_index_moves_the_total_by_its_weight_and_the_chance_with_it(
    december: ProvincialSnapshot, base: BaseLine, field: RivalField
) -> None:
    raised = min(1.0, base.indices["XH"] + 0.1)
    result = run_scenario(december, base, Scenario((IndexScore("XH", raised),)), field)
    # 0.1 x 150 / 1000
    assert result.change == pytest.approx(0.015)
    assert result.outlook.chance > result.base_outlook.chance
    assert result.outlook.rank_quantile(0.5) < result.base_outlook.rank_quantile(0.5)
    # Without a cut the whole gain arrives.
    whole = run_scenario(december, base, Scenario((IndexScore("XH", raised),), cut=AppraisalCut(0, 0, 0)), field)
    assert whole.outlook.score[1] > result.outlook.score[1]


def test_every_district_reaches_a_level(december: ProvincialSnapshot, base: BaseLine, field: RivalField) -> None:
    district = december.levels["district"]
    before = district.inputs.values.copy()
    code = next(c.code for c in district.criteria_set.criteria if is_share(c) and not lower_is_better(c))
    change = TargetChange("district", "list", district.lists[0].code, code, 0.99)
    result = run_scenario(december, base, Scenario((change,)), field)
    a, b = (result.applied.levels["district"].inputs.values[:, district.book.compiled.column_of[code, k]] for k in "ab")
    assert (a >= 0.99 * b).all()
    assert {row.level for row in result.units} == {"district"}
    assert result.units
    assert np.array_equal(district.inputs.values, before)
    assert all((row.total_after or 0) >= (row.total_before or 0) for row in result.units)


def test_the_stored_figures_stay_as_they_are(
    engine: Engine, december: ProvincialSnapshot, base: BaseLine, field: RivalField
) -> None:
    run_scenario(december, base, EVERY_KIND.replace(pace=Scenario().pace), field)
    with read_session(engine) as session:
        again = provincial_snapshot(session, december.period, 12)
    for level, own in december.levels.items():
        assert own.inputs.values.tobytes() == again.levels[level].inputs.values.tobytes()
        assert own.book.points.tobytes() == again.levels[level].book.points.tobytes()
    assert december.book.points.tobytes() == again.book.points.tobytes()
    assert scenario_base(december).main_indices == scenario_base(again).main_indices


def test_rivals_of_another_question_are_refused(
    december: ProvincialSnapshot, base: BaseLine, field: RivalField
) -> None:
    with pytest.raises(ValueError, match="another base year"):
        run_scenario(december, base, Scenario(pace=FROZEN), field)


def test_papers_say_what_is_assumed(december: ProvincialSnapshot, base: BaseLine, field: RivalField) -> None:
    result = run_scenario(december, base, EVERY_KIND.replace(pace=Scenario().pace), field)
    told = " ".join(f"{name}: {words}" for name, words in where_from(result))
    assert "GIẢ ĐỊNH" in told
    assert "không phải điểm của Bộ" in told
    assert "4 trên 63" in told
    assert "mặt bằng chung" not in told
    alike = dict(where_from(result, Alike(0.55, 20_000)))["Thay đổi như mặt bằng chung"]
    assert "20.000 lần mô phỏng cả 63 tỉnh, thành phố từ kết quả năm 2023" in alike
    words = [override_in_words(december, override) for override in EVERY_KIND.overrides]
    assert words[1].startswith("Mọi đơn vị của khối")
    assert "chỉ số chính XH đạt 0,8000" in words[4]
    assert len(scenario_workbook(result, "Thử", why_ranked(result, field, field))) > 5_000
    rows = dict(comparison_rows([result, result]))
    assert len(rows["Khả năng trong nhóm 15"]) == 2


def test_what_is_saved_comes_back_whole(engine: Engine, december: ProvincialSnapshot) -> None:
    with write_session(engine) as session:
        saved = save_scenario(session, OFFICE, draft(december, "  Đẩy mạnh   hồ sơ "), NOON)
    with read_session(engine) as session:
        found = load_scenario(session, saved.id)
        assert saved_scenarios(session, Sight.EVERYTHING) == (found,)
    assert found.scenario == EVERY_KIND
    assert (found.name, found.month, found.base_year, found.author) == ("Đẩy mạnh hồ sơ", 12, 2023, "office")
    assert found.version == 1
    assert found.created_at == found.changed_at == NOON


def test_a_change_needs_the_version_that_was_seen(engine: Engine, december: ProvincialSnapshot) -> None:
    with write_session(engine) as session:
        saved = save_scenario(session, OFFICE, draft(december, "Một"), NOON)
    with write_session(engine) as session:
        changed = change_scenario(session, OFFICE, saved.id, 1, draft(december, "Một", Scenario()), NOON)
    assert (changed.version, changed.scenario) == (2, Scenario())
    for attempt in (
        lambda s: change_scenario(s, OFFICE, saved.id, 1, draft(december, "Một"), NOON),
        lambda s: rename_scenario(s, OFFICE, saved.id, 1, "Hai", NOON),
        lambda s: delete_scenario(s, OFFICE, saved.id, 1, NOON),
    ):
        with pytest.raises(ScenarioStoreError, match="đã được lưu ở nơi khác"), write_session(engine) as session:
            attempt(session)
    with read_session(engine) as session:
        assert load_scenario(session, saved.id) == changed


def test_rename_duplicate_delete(engine: Engine, december: ProvincialSnapshot) -> None:
    with write_session(engine) as session:
        first = save_scenario(session, OFFICE, draft(december, "Gốc"), NOON)
    with write_session(engine) as session:
        renamed = rename_scenario(session, OFFICE, first.id, 1, "Phương án A", NOON)
        copies = [duplicate_scenario(session, OFFICE, first.id, NOON) for _time in range(2)]
    assert [c.name for c in copies] == ["Phương án A (bản sao 1)", "Phương án A (bản sao 2)"]
    assert {c.scenario for c in copies} == {EVERY_KIND}
    with write_session(engine) as session:
        assert delete_scenario(session, OFFICE, first.id, renamed.version, NOON) == "Phương án A"
    with read_session(engine) as session:
        assert [s.name for s in saved_scenarios(session, Sight.EVERYTHING)] == [
            "Phương án A (bản sao 1)",
            "Phương án A (bản sao 2)",
        ]
        with pytest.raises(ScenarioStoreError, match="có thể kịch bản đã bị xóa"):
            load_scenario(session, first.id)


@pytest.mark.parametrize(
    ("name", "words"), [("   ", "chưa có tên"), ("x" * 81, "81 ký tự"), ("MỘT", "Đã có kịch bản tên")]
)
def test_a_name_that_cannot_be_is_said(engine: Engine, december: ProvincialSnapshot, name: str, words: str) -> None:
    with write_session(engine) as session:
        save_scenario(session, OFFICE, draft(december, "một"), NOON)
    with pytest.raises(ScenarioStoreError, match=words), write_session(engine) as session:
        save_scenario(session, OFFICE, draft(december, name), NOON)
    with read_session(engine) as session:
        assert len(saved_scenarios(session, Sight.EVERYTHING)) == 1


@pytest.mark.parametrize("name", ["Đẩy mạnh", "ĐẨY MẠNH", "đẩy  mạnh", normalize("NFD", "Đẩy mạnh")])
def test_a_vietnamese_name_is_taken_once(engine: Engine, december: ProvincialSnapshot, name: str) -> None:
    with write_session(engine) as session:
        own = save_scenario(session, OFFICE, draft(december, "Đẩy mạnh"), NOON)
    with pytest.raises(ScenarioStoreError, match="Đã có kịch bản tên"), write_session(engine) as session:
        save_scenario(session, OFFICE, draft(december, name), NOON)
    with write_session(engine) as session:
        assert rename_scenario(session, OFFICE, own.id, 1, "ĐẨY MẠNH", NOON).name == "ĐẨY MẠNH"


def test_the_name_of_a_copy_is_free_whatever_its_capitals(engine: Engine, december: ProvincialSnapshot) -> None:
    with write_session(engine) as session:
        own = save_scenario(session, OFFICE, draft(december, "Đẩy mạnh"), NOON)
        save_scenario(session, OFFICE, draft(december, "ĐẨY MẠNH (BẢN SAO 1)"), NOON)
    with write_session(engine) as session:
        assert duplicate_scenario(session, OFFICE, own.id, NOON).name == "Đẩy mạnh (bản sao 2)"


def test_a_period_that_is_not_there_is_said(engine: Engine, december: ProvincialSnapshot) -> None:
    with pytest.raises(ScenarioStoreError, match="không còn"), write_session(engine) as session:
        save_scenario(session, OFFICE, Draft("Một", 999, 12, 2023, Scenario()), NOON)


def test_spoilt_content_is_said_and_hides_nothing_else(engine: Engine, december: ProvincialSnapshot) -> None:
    with write_session(engine) as session:
        bad = save_scenario(session, OFFICE, draft(december, "Hỏng"), NOON)
        good = save_scenario(session, OFFICE, draft(december, "Lành"), NOON)
        session.execute(text("UPDATE scenario SET content = '{' WHERE id = :id"), {"id": bad.id})
    with read_session(engine) as session:
        assert [s.id for s in saved_scenarios(session, Sight.EVERYTHING)] == [good.id]
        with pytest.raises(ScenarioStoreError, match="không đọc được"):
            load_scenario(session, bad.id)


def test_four_stand_side_by_side_each_once() -> None:
    assert compared([3, 1, 3, 2, 5, 6]) == (3, 1, 2, 5)


def test_scenarios_go_with_their_period(new_database: Databases) -> None:
    engine = new_database.opened(prepare_database)
    with write_session(engine) as session:
        period = periods(session)[0]
        save_scenario(session, OFFICE, Draft("Một", period.id, 12, 2023, Scenario()), NOON)
        switch_off(session, delete_scenarios=True)
    with read_session(engine) as session:
        assert saved_scenarios(session, Sight.EVERYTHING) == ()
    engine.dispose()
