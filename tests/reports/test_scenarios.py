"""Scenarios in words."""

import datetime as dt

from assessment.scenarios import SavedScenario
from reports.scenarios import scenario_label
from scoring.scenarios import Scenario


def test_the_list_names_the_day_in_viet_nam_on_which_a_scenario_was_saved() -> None:
    # 17:30 on 5 March in UTC is half past midnight on 6 March in Viet Nam.
    moment = dt.datetime(2024, 3, 5, 17, 30, tzinfo=dt.UTC)
    saved = SavedScenario(1, "Đẩy mạnh nhận thức", 2, 12, 2023, Scenario(), moment, moment, None, 1)
    assert scenario_label(saved) == "Đẩy mạnh nhận thức (lưu ngày 06/03/2024)"
