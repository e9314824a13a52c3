"""Nhập từ Excel: a criteria set from a workbook, checked, compared with the one in use, stored as a version."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from assessment.set_storing import store_version
from criteria.loader import Fault
from criteria.model import CriteriaSet, Level
from criteria.workbook import SheetFault, to_workbook
from criteria.workbook_cells import MAX_BYTES
from criteria.yaml_text import to_yaml
from data.repositories import PeriodRecord
from language import _, capitalised, format_date, format_number, local_day
from reports import labels
from reports.criteria_set import criteria_set_form_name
from ui import gateway, gateway_sets
from ui.clock import now
from ui.downloads import download_row
from ui.gateway_sets import Named
from ui.identity import current_identity
from ui.outcome import draw_outcome, forget, refusals_told
from ui.set_change_view import about_release, draw_change, unused_label
from ui.tables import Column, definition, draw, table

_WIDGET, _KEPT, _PLACE = "set_file", "set_file_kept", "set"


def draw_import(level: Level, period: PeriodRecord | None) -> None:
    """Upload, faults or what would change, and the way to store it. Without a period nothing is there to change."""
    used = gateway_sets.set_in_use(period, level)
    st.markdown(
        _(
            "Tải mẫu của bộ đang dùng, sửa trong Excel, ghi phiên bản mới ở trang «Thông tin chung», rồi tải tệp lên. Phần mềm "
            "kiểm tra toàn bộ trước; tệp còn lỗi thì không có gì được lưu."
        )
    )
    download_row(
        "set_form",
        (_("Tải mẫu để sửa và nhập lại (Excel)"), lambda: to_workbook(used), criteria_set_form_name(used)),
    )
    st.file_uploader(
        _("Tệp bộ chỉ số (.xlsx)"),
        type=["xlsx"],
        key=_WIDGET,
        on_change=_keep,
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    kept: tuple[str, bytes] | None = st.session_state.get(_KEPT)
    if kept is None:
        return
    name, content = kept
    if st.session_state.get(_WIDGET) is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_("Đang dùng tệp đã chọn trước đó: {name}").format(name=_plain(name)))
            st.button(_("Bỏ tệp này"), key="set_file_drop", on_click=_forget)
    reading = gateway_sets.reading(name, content)
    if reading.criteria_set is None:
        _draw_faults(reading.faults)
        return
    _draw_sound(Named(gateway_sets.file_key(content), reading.criteria_set), reading.remarks, level, period)


def _keep() -> None:
    """The chosen file stays chosen while the reader looks at other views."""
    uploaded = st.session_state[_WIDGET]
    st.session_state[_KEPT] = None if uploaded is None else (uploaded.name, uploaded.getvalue())
    forget(_PLACE)


def _forget() -> None:
    st.session_state[_KEPT] = None
    forget(_PLACE)


def _plain(name: str) -> str:
    """A file name as inline code, so that nothing in it is drawn as markup."""
    return "`" + name[:80].replace("`", "'") + "`"


def _draw_faults(faults: Sequence[Fault]) -> None:
    st.error(
        _("Tệp có {n} lỗi nên chưa lưu gì. Hãy sửa trong Excel rồi tải lên lại.").format(n=format_number(len(faults)))
    )
    draw(_fault_table(faults, _("Lỗi theo trang, dòng và cột")))


def _fault_table(faults: Sequence[Fault], caption: str) -> Markup:
    columns = [
        Column(_("Trang"), "nowrap"),
        Column(_("Dòng"), "right"),
        Column(_("Cột"), "nowrap"),
        Column(_("Nội dung")),
    ]
    return table(columns, map(_fault_row, faults), caption=caption, stack=True)


def _fault_row(fault: Fault) -> list[str]:
    message = capitalised(fault.message)
    if not isinstance(fault, SheetFault) or not fault.sheet:
        return ["–", "–", "–", message]
    return [fault.sheet, format_number(fault.line), fault.column or "–", message]


def _draw_sound(new: Named, remarks: Sequence[Fault], level: Level, period: PeriodRecord | None) -> None:
    criteria_set, standing = new.criteria_set, gateway_sets.standing(new)
    released = standing.standing == "same" and standing.found is not None and standing.found.stored.released
    st.success(_("Tệp đúng mẫu."))
    draw(
        definition(
            [
                (_("Bộ chỉ số"), labels.set_name(criteria_set)),
                (_("Tình trạng"), labels.set_status(criteria_set, released=released)),
                (_("Cấp"), labels.level_name(criteria_set.level)),
                (_("Số chỉ số thành phần"), format_number(len(criteria_set.criteria))),
            ]
        )
    )
    if remarks:
        draw(_fault_table(remarks, _("Lưu ý, không phải lỗi")))
    if criteria_set.level != level and period is not None:
        st.info(
            _("Tệp là bộ chỉ số của {level}, nên được so sánh với bộ của cấp này trong kỳ đang chọn.").format(
                level=labels.level_name(criteria_set.level).lower()
            )
        )
    _draw_storing(new)
    if period is not None:
        draw_change(gateway_sets.used_set(period.id, criteria_set.level), new, criteria_set.level, period)


def _draw_storing(new: Named) -> None:
    draw_outcome(_PLACE)
    standing = gateway_sets.standing(new)
    match standing.standing:
        case "new":
            st.button(_("Lưu thành phiên bản"), key="set_save", on_click=_save, args=(new.criteria_set,))
            st.caption(_("Lưu xong, phiên bản có trong danh sách để so sánh, chưa dùng cho kỳ nào."))
        case "same" if standing.found is not None:
            use = "; ".join(standing.found.periods)
            st.success(
                _("Phiên bản này đã lưu ngày {day}: {use}.").format(
                    day=format_date(local_day(standing.found.stored_at)),
                    use=_("dùng cho {periods}").format(periods=use) if use else unused_label(),
                )
            )
            st.caption(about_release())
        case _:
            for sentence in standing.faults:
                st.warning(sentence)
    download_row(
        "set_yaml",
        (
            _("Tải bộ chỉ số dạng YAML"),
            lambda: to_yaml(new.criteria_set).encode(),
            criteria_set_form_name(new.criteria_set, "yaml"),
        ),
    )


def _save(criteria_set: CriteriaSet) -> None:
    with refusals_told(_PLACE):
        store_version(gateway.engine(), current_identity(), criteria_set, now())
