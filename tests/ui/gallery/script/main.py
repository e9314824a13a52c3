"""One of every widget, so that the browser shows every built-in string."""

import datetime as dt

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from reports.labels import reference_set_label
from ui.charts import DIVERGING, MAIN_INDEX_COLOURS, SEQUENTIAL, colour_scale, show_chart
from ui.frame import page_frame
from ui.navigation import ICON

st.set_page_config(page_title="Mẫu", page_icon=str(ICON), layout="wide")
table = pd.DataFrame(
    {"Đơn vị": ["Vũng Tàu", "Bà Rịa"], "Điểm": [81.25, 79.5], "Ngày": [dt.date(2024, 3, 5), dt.date(2024, 4, 6)]}
)


def fail() -> None:
    """Raise what no page expects."""
    raise ZeroDivisionError


def bars() -> go.Figure:
    """One bar per main index in its colour."""
    codes = list(MAIN_INDEX_COLOURS)
    heights = [1234.5 - 87.25 * i for i in range(len(codes))]
    return go.Figure(go.Bar(x=codes, y=heights, marker_color=list(MAIN_INDEX_COLOURS.values())))


def heat() -> go.Figure:
    """A heat map on a colour scale."""
    colours = DIVERGING if st.session_state.get("switch") else SEQUENTIAL
    return go.Figure(go.Heatmap(z=[[i + j for i in range(10)] for j in range(4)], colorscale=colour_scale(colours)))


with page_frame("Mẫu các thành phần") as page:
    page.about("Kỳ thử › Mẫu", period_origin="demonstration", data_version=1234, set_status=reference_set_label())
    st.selectbox("Đơn vị", ["Vũng Tàu", "Bà Rịa"], index=None, key="one", help="Chọn một đơn vị")
    st.multiselect("Khối xếp hạng", ["Sở", "Huyện", "Xã"], key="many")
    st.text_input("Tìm", key="text")
    st.text_area("Ghi chú", key="area")
    st.number_input("Số", min_value=0, max_value=10, key="number", value=None)
    st.date_input("Ngày", value=None, format="DD/MM/YYYY", key="day")
    st.date_input("Khoảng ngày", value=[], format="DD/MM/YYYY", key="days")
    st.time_input("Giờ", value=None, key="hour")
    st.file_uploader("Tệp số liệu", type=["xlsx"], key="file")
    st.toggle("Thang hai phía", key="switch")
    st.radio("Cấp", ["Sở", "Huyện"], key="level", horizontal=True)
    st.segmented_control("Năm", ["2023", "2024"], key="year")
    st.slider("Tháng", 1, 12, key="month")
    st.checkbox("Chỉ đơn vị thiếu số liệu", key="only")
    st.button("Gây lỗi", key="fail", on_click=fail)
    st.dataframe(table, key="grid")
    st.data_editor(table, key="editor", num_rows="fixed")
    st.metric("Điểm", "81,25", "+1,5")
    st.code("mã lệnh")
    st.download_button("Tải phiếu", "x", key="download")
    st.pagination(5, key="pages")
    with st.popover("Thêm", key="popover"):
        st.markdown("Nội dung thêm")
    with st.form("form"):
        st.text_input("Trong biểu mẫu", key="inform")
        st.form_submit_button("Gửi")
    tabs = st.tabs(["Một", "Hai"], key="tabs")
    tabs[0].write("Thẻ một")
    show_chart(bars(), "bars", "Điểm theo chỉ số chính", "số liệu mẫu", table, unit="điểm", demonstration=True)
    show_chart(heat(), "heat", "Bảng nhiệt", "số liệu mẫu", lambda: table)
    st.bar_chart(table, x="Đơn vị", y="Điểm")
    st.table(table)
    st.echarts_chart({"xAxis": {"data": ["a"]}, "yAxis": {}, "series": [{"type": "bar", "data": [1]}]}, key="echarts")
