"""Mô phỏng kịch bản: what if, among rivals that move; every change answers at once and says where it comes from."""

import streamlit as st

from language import _
from reports.scenarios import (
    comparison_file_name,
    comparison_workbook,
    scenario_file_name,
    scenario_workbook,
)
from scoring.scenarios import Scenario, ScenarioRefusedError
from ui import gateway
from ui import gateway_scenarios as scenarios
from ui.address import select
from ui.back_test_view import draw_back_test
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.scenario_forms import draw_components, draw_unit_form
from ui.scenario_state import (
    PLACE,
    choose_compared,
    choose_setting,
    cut_editor,
    draw_saving,
    scenario_of,
    sliders,
    stop_without_indices,
)
from ui.scenario_view import (
    draw_answer,
    draw_comparison,
    draw_contents,
    draw_refusal,
    draw_result,
)
from ui.selection import origin_of, set_status, stop_without_figures
from ui.tables import use_table_style

identity = guard("scenarios")

with page_frame(_("Mô phỏng kịch bản")) as page:
    use_table_style()
    stop_without_figures()
    draw_outcome(PLACE)
    setting = choose_setting()
    page.about(
        " › ".join((setting.snapshot.period.name, setting.snapshot.name)),
        period_origin=origin_of(setting.snapshot.period),
        data_version=gateway.data_version(),
        set_status=set_status(setting.snapshot),
    )
    stop_without_indices(setting.snapshot, setting.base)
    answer = st.container()
    st.header(_("Điểm chỉ số chính của tỉnh"), anchor=False)
    moved = sliders(setting)
    with st.expander(_("Cắt khi thẩm định (căn cứ yếu)"), key="mp_cut"):
        cut = cut_editor()
    scenario = scenario_of(setting, moved, cut)
    try:
        result = scenarios.result(*setting.key, scenario)
    except ScenarioRefusedError as refusal:
        draw_refusal(refusal)
        result = scenarios.result(*setting.key, Scenario(pace=setting.pace, cut=cut))
    with answer:
        draw_answer(result, scenarios.alike(result.base.base_year, result.scenario.pace))
    key, name = (*setting.key, result.scenario), setting.saved.name if setting.saved else _("kịch bản mới")
    views = {
        "": _("Kết quả"),
        "thanh-phan": _("Chỉ số thành phần"),
        "don-vi": _("Đơn vị"),
        "so-sanh": _("So sánh"),
        "kiem-dinh": _("Kiểm định dự báo"),
    }
    view = select(_("Xem"), "xem-kich-ban", views, widget="segmented")
    if view == "":
        draw_result(result, scenarios.causes(*key))
    elif view == "thanh-phan":
        draw_components(setting.snapshot)
    elif view == "don-vi":
        draw_unit_form(setting.snapshot)
        draw_contents(result)
    elif view == "so-sanh":
        named = choose_compared(result)
        draw_comparison(named)
        download_row(
            "comparison", (_("Tải bảng so sánh"), lambda: comparison_workbook(named), comparison_file_name(named))
        )
    else:
        with st.spinner(_("Đang rút lại các năm đã qua, mất vài giây"), show_time=True):
            tested = scenarios.tested()
        draw_back_test(tested)
    st.header(_("Lưu kịch bản"), anchor=False)
    draw_saving(setting, scenario, identity)
    file = lambda: scenario_workbook(result, name, scenarios.causes(*key))  # noqa: E731
    download_row("scenario", (_("Tải Excel"), file, scenario_file_name(result, name)))
