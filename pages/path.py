"""Phương án vào / giữ nhóm 15: the least effort that brings the wished score or chance, and what stands in the way."""

import streamlit as st

from language import _
from reports.base_line import question_in_words
from reports.path import path_file_name, path_title, path_workbook
from ui import gateway, gateway_outlook, gateway_path
from ui.address import select
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.path_form import effort_editor, question_form
from ui.path_view import AGAIN, FIRST_SECONDS, draw_answer, draw_unfinished, draw_wait
from ui.scenario_state import stop_without_indices
from ui.selection import choose_month, origin_of, set_status, stop_without_figures
from ui.tables import use_table_style

guard("path")

years = {str(year): _("Năm {year}").format(year=year) for year in gateway_outlook.known_base_years()}
asked = st.query_params.get("nam-goc")
chosen_year = asked if asked in years else next(iter(years), None)
place = gateway_path.last_place()
line = gateway_outlook.our_base_line(*place, int(chosen_year)) if chosen_year and place else None

with page_frame(path_title(line)) as page:
    use_table_style()
    stop_without_figures()
    top = st.container(horizontal=True, vertical_alignment="bottom")
    with top:
        period, month = choose_month()
    ground = gateway_path.ground(period.id, month)
    page.about(
        f"{period.name} › {ground.snapshot.name}",
        period_origin=origin_of(period),
        data_version=gateway.data_version(),
        set_status=set_status(ground.snapshot),
    )
    if not years:
        st.info(_("Chưa có kết quả toàn quốc nào của tỉnh để làm điểm xuất phát; hãy nhập kết quả đã công bố trước."))
        st.stop()
    with top:
        year = int(select(_("Năm gốc"), "nam-goc", years))
        cuts = {"": _("Chưa trừ"), "co": _("Trừ theo phân bố mặc định")}
        cut = select(_("Chênh lệch tự đánh giá - thẩm định"), "tham-dinh", cuts) == "co"
    base = gateway_outlook.our_base_line(period.id, month, year)
    stop_without_indices(ground.snapshot, base)
    st.markdown(question_in_words(base))
    question = question_form(ground)
    effort_editor(ground)
    again = bool(st.session_state.get(AGAIN))
    job = gateway_path.path_job((period.id, month), year, cut=cut, question=question, anew=again)
    job.wait(FIRST_SECONDS)
    answer = job.result
    if not job.finished:
        draw_wait(job)
    elif job.failed or job.cancelled:
        draw_unfinished(job)
    if answer is not None:
        draw_answer(answer)
        whole = answer
        download_row("path", (_("Tải Excel"), lambda: path_workbook(whole), path_file_name(whole)))
