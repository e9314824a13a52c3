"""The forms of the cheapest path: wish, constraints, and the effort table; what is chosen stands in the address."""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import streamlit as st

from assessment.efforts import (
    ceiling_columns,
    default_rule_text,
    line_columns,
    measure_name,
    months_text,
    read_content,
    read_efforts,
    rule_columns,
    save_efforts,
    step_names,
)
from assessment.path import SHARE_APART, PathConstraints, PathGround, PathQuestion, PathWish
from assessment.permissions import Action, permitted
from criteria.levels import level_names
from criteria.model import Level
from criteria.workbook_cells import MAX_BYTES
from data.efforts import EffortContent, EffortsChangedError
from data.models import EffortUnit
from language import _, format_number
from reports.path import criterion_label, efforts_file_name, efforts_workbook, line_cells
from scoring.csv_files import FileFaults
from ui import gateway
from ui.address import select, select_many, whole_number
from ui.clock import now
from ui.downloads import download_row
from ui.identity import current_identity, identity_of_run
from ui.lasting import lasting
from ui.ranking_view import unit_label
from ui.tables import Column, draw, table

DEFAULT_CHANCE, DEFAULT_SCORE, DEFAULT_BUDGET = 50, 750, 100
APART = {"5": SHARE_APART, "1": 0.0, "2": 0.5}
"""Least share of other steps of a second or third plan, by its code in the address."""
THOUSAND = 1000
MOST_FAULTS = 20
_SEEN = "effort_seen"
"""The edition that this reader's effort table shows."""


def wish_form(ground: PathGround) -> PathWish:
    """Draw what is wished for."""
    measure = measure_name(ground.edition.content.measure)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = {
            "kha-nang": _("Khả năng"),
            "diem": _("Mức điểm"),
            "nguon-luc": _("Nguồn lực"),
        }
        kind = select(_("Mong muốn"), "muon", kinds, widget="segmented")
        if kind == "kha-nang":
            value = whole_number(_("Khả năng ở trong nhóm 15 (%)"), "muc-kha-nang", 1, 99, DEFAULT_CHANCE)
            return PathWish("chance", Decimal(value or DEFAULT_CHANCE) / 100)
        if kind == "diem":
            value = whole_number(_("Tổng điểm mong muốn (thang 1000)"), "muc-diem", 0, THOUSAND, DEFAULT_SCORE)
            return PathWish("score", Decimal(DEFAULT_SCORE if value is None else value) / THOUSAND)
        label = _("Nguồn lực có sẵn ({measure})").format(measure=measure)
        value = whole_number(label, "muc-nguon-luc", 0, 10_000_000, DEFAULT_BUDGET)
        return PathWish("budget", Decimal(DEFAULT_BUDGET if value is None else value))


def unit_options(ground: PathGround) -> dict[str, str]:
    """Units that have an open step, by code."""
    open_units = {step.unit for step in ground.steps}
    parents = {unit.code: unit.name_vi for unit in ground.scope.units.get("district", ())}
    return {
        unit.code: unit_label(unit, parents) if level == "commune" else unit.name_vi
        for level, units in ground.scope.units.items()
        for unit in units
        if unit.code in open_units
    }


def _criterion_options(ground: PathGround) -> dict[str, str]:
    named = dict.fromkeys(f"{ground.level_of[s.set_id]}/{s.criterion}" for s in ground.steps)
    return {code: criterion_label(ground, code) for code in named}


SHORT_LEVELS = {"province": "tinh", "department": "so", "district": "huyen", "commune": "xa"}


def constraints_form(ground: PathGround) -> tuple[PathConstraints, float]:
    """Draw what a plan must keep to; gives it with the share of steps that other plans leave out."""
    measure = measure_name(ground.edition.content.measure)
    units, criteria = unit_options(ground), _criterion_options(ground)
    # The address is read by people: levels stand in it by their Vietnamese short names.
    short = {f"{SHORT_LEVELS[c.partition('/')[0]]}/{c.partition('/')[2]}": c for c in criteria}
    labels = {code: criteria[full] for code, full in short.items()}
    with st.expander(_("Điều kiện"), key="path_constraints", icon=":material/tune:"):
        excluded = select_many(_("Đơn vị không tham gia"), "tru-don-vi", units)
        left, right = st.columns(2)
        with left:
            barred = select_many(_("Chỉ số không làm"), "tru-chi-so", labels)
        with right:
            compulsory = select_many(
                _("Chỉ số bắt buộc"),
                "bat-buoc",
                labels,
                help=_("Mọi đơn vị còn dư địa ở chỉ số này phải làm một bước."),
            )
        left, right = st.columns(2)
        with left:
            label = _("Nguồn lực tối đa của một đơn vị ({measure})").format(measure=measure)
            capacity = whole_number(label, "tran", 0, 10_000_000, None, help=_("Để trống: không giới hạn."))
        with right:
            only = select_many(_("Chỉ giới hạn các đơn vị"), "tran-don-vi", units, help=_("Để trống: mọi đơn vị."))
        left, right = st.columns(2)
        with left:
            projects = whole_number(_("Số dự án tối đa"), "du-an", 0, 10_000, None, help=_("Để trống: không giới hạn."))
        with right:
            ceilings = select(
                _("Mức trần theo tháng"),
                "tran-thang",
                {"co": _("Giữ theo bảng nguồn lực"), "khong": _("Không xét")},
            )
        apart = select(
            _("Phương án thứ hai, thứ ba khác ít nhất"),
            "khac",
            {"5": _("một phần năm số bước"), "1": _("một bước"), "2": _("một nửa số bước")},
        )
    asked = PathConstraints(
        None if capacity is None else Decimal(capacity),
        only,
        excluded,
        tuple(short[c] for c in barred),
        tuple(short[c] for c in compulsory),
        projects,
        ceilings == "co",
    )
    return asked, APART[apart]


def question_form(ground: PathGround) -> PathQuestion:
    """Draw wish and constraints."""
    wish = wish_form(ground)
    constraints, apart = constraints_form(ground)
    return PathQuestion(wish, constraints, apart)


# The effort table


@dataclass(frozen=True)
class _Draft:
    """The three parts of the table as rows of cells by field, with line numbers from 1."""

    lines: list[dict[str, object]]
    ceilings: list[dict[str, object]]
    rule: dict[str, object]

    @classmethod
    def of(cls, content: EffortContent) -> "_Draft":
        lines: list[dict[str, object]] = [
            dict(zip(line_columns(), line_cells(line), strict=True)) for line in content.lines
        ]
        ceilings: list[dict[str, object]] = [
            {"owner": c.owner or "", "months": months_text(c.months), "amount": float(c.amount)}
            for c in content.ceilings
        ]
        rule: dict[str, object] = {
            "measure": measure_name(content.measure),
            "for_all_points": content.for_all_points,
            "least": content.least,
            "months": months_text(content.months),
        }
        return cls(lines, ceilings, rule)

    def content(self, ground: PathGround) -> EffortContent:
        """The checked content. Raises FileFaults."""
        return read_content(
            list(enumerate(self.lines, 1)), list(enumerate(self.ceilings, 1)), [(1, self.rule)], ground.scope
        )


def _save(ground: PathGround, draft: _Draft) -> None:
    try:
        content = draft.content(ground)
    except FileFaults as error:
        _draw_faults(error)
        return
    _store(ground, content)


def _store(ground: PathGround, content: EffortContent) -> None:
    try:
        seen = st.session_state.get(_SEEN, ground.edition.edition)
        saved = save_efforts(gateway.engine(), current_identity(), content, seen, now())
    except (EffortsChangedError, PermissionError) as error:
        st.error(str(error))
        return
    st.session_state["effort_saved"] = saved.edition
    st.rerun()


def _draw_faults(error: FileFaults) -> None:
    first = error.faults[:MOST_FAULTS]
    lines = [
        _("{sheet}, dòng {row}, cột {column}: {message}").format(
            sheet=f.file, row=format_number(f.row), column=f.column, message=f.message
        )
        for f in first
    ]
    rest = len(error.faults) - len(first)
    if rest > 0:
        lines.append(_("và {n} lỗi khác").format(n=format_number(rest)))
    st.error("\n".join(f"- {line}" for line in lines), title=_("Chưa lưu gì vì bảng có lỗi"))


def effort_editor(ground: PathGround) -> None:
    """Draw the effort table in an expander that is filled only when it is opened."""
    expander = st.expander(_("Bảng nguồn lực"), key="path_efforts", on_change="rerun", icon=":material/edit_note:")
    if not expander.open:
        st.session_state.pop(_SEEN, None)
        return
    with expander:
        draft = _Draft.of(ground.edition.content)
        st.caption(default_rule_text(ground.edition.content))
        if ground.efforts.unused:
            st.warning(
                _("{n} dòng của bảng không dùng được trong kỳ này vì kỳ không có chỉ số hoặc đơn vị đó.").format(
                    n=format_number(len(ground.efforts.unused))
                )
            )
        if ground.idle_ceilings:
            names = "; ".join(dict.fromkeys(ground.scope.owner_name(c.owner or "") for c in ground.idle_ceilings))
            st.warning(
                _(
                    "Mức trần của {names} không áp vào bước nào vì không có bước nào do nơi đó chủ trì; hãy ghi đúng tên "
                    "hoặc mã của đơn vị chủ trì."
                ).format(names=names)
            )
        if not permitted(identity_of_run(), Action.SAVE_EFFORTS):
            _show_lines(ground, draft)
            return
        _edit_lines(ground, draft)
        _say_saved()
        _add_line(ground, draft)
        left, right = st.columns(2)
        with left:
            _edit_rule(ground, draft)
        with right:
            _edit_ceilings(ground, draft)
        _files(ground)
    # A later save is held against what the reader had before his eyes, not against what somebody else saved since.
    st.session_state[_SEEN] = ground.edition.edition


def _say_saved() -> None:
    saved = st.session_state.pop("effort_saved", None)
    told = lasting(
        "effort_saved",
        None if saved is None else _("Đã lưu bảng nguồn lực, phiên bản {n}.").format(n=format_number(saved)),
    )
    if told is not None:
        st.success(told)


def _show_lines(ground: PathGround, draft: _Draft) -> None:
    """The table for those who may read it only."""
    columns = line_columns()
    if draft.lines:
        rows = [["" if line[code] is None else line[code] for code in columns] for line in draft.lines]
        draw(table([Column(title) for title in columns.values()], rows, caption=_("Bảng nguồn lực của cơ quan")))
    else:
        st.info(_("Chưa có dòng nào; mọi bước đang lấy mức mặc định."))
    _download(ground)


def _edit_lines(ground: PathGround, draft: _Draft) -> None:
    if not draft.lines:
        st.info(_("Chưa có dòng nào; mọi bước đang lấy mức mặc định. Hãy thêm dòng ở dưới hoặc nhập từ tệp Excel."))
        return
    columns = line_columns()
    frame = pd.DataFrame(draft.lines)
    frame.insert(0, "keep", True)
    edited = st.data_editor(
        frame,
        key=f"effort_lines_{ground.edition.edition}",
        hide_index=True,
        num_rows="fixed",
        disabled=["level", "unit", "criterion", "step"],
        column_config={
            "keep": st.column_config.CheckboxColumn(_("Giữ"), width="small"),
            **{code: st.column_config.TextColumn(title) for code, title in columns.items() if code != "amount"},
            "amount": st.column_config.NumberColumn(columns["amount"], min_value=0, format="localized"),
        },
        alt=_("Bảng nguồn lực của cơ quan, sửa được từng ô"),
    )
    if st.button(_("Lưu các dòng"), key="effort_save_lines"):
        records = edited.where(edited.notna(), None).to_dict("records")
        kept = [{code: row[code] for code in columns} for row in records if row["keep"]]
        _save(ground, _Draft(kept, draft.ceilings, draft.rule))


def _add_line(ground: PathGround, draft: _Draft) -> None:
    levels: dict[str, Level] = {name: code for code, name in level_names().items() if code in ground.scope.sets}
    level_name = st.selectbox(_("Cấp của dòng mới"), list(levels), key="effort_level")
    level = levels[level_name]
    own = {u.code: u.name_vi for u in ground.scope.units[level]}
    # The province is the only unit of its level.
    units = {"": next(iter(own.values()))} if level == "province" else {"": _("Mọi đơn vị của cấp"), **own}
    criteria = {c.code: f"{c.code} {c.name}" for c in ground.scope.sets[level].criteria}
    with st.form("effort_add", border=False):
        left, right = st.columns(2)
        unit = left.selectbox(_("Đơn vị"), list(units), format_func=lambda c: units[c], key=f"effort_unit_{level}")
        criterion = right.selectbox(
            _("Chỉ số"), list(criteria), format_func=lambda c: criteria[c], key=f"effort_criterion_{level}"
        )
        left, middle, right = st.columns(3)
        step = left.selectbox(_("Bước"), list(step_names().values()), key="effort_step")
        measure = measure_name(ground.edition.content.measure)
        amount = middle.text_input(_("Nguồn lực ({measure})").format(measure=measure), key="effort_amount")
        months = right.text_input(_("Tháng thực hiện"), key="effort_months", placeholder=_("3, 5-7"))
        left, right = st.columns(2)
        owner = left.text_input(_("Đơn vị chủ trì"), key="effort_owner", placeholder=_("để trống: chính đơn vị"))
        project = right.text_input(_("Dự án"), key="effort_project", placeholder=_("để trống: không thuộc dự án"))
        if st.form_submit_button(_("Thêm hoặc thay dòng"), key="effort_add_line"):
            row: dict[str, object] = {
                "level": level_name,
                "unit": unit,
                "criterion": criterion,
                "step": step,
                "amount": amount,
                "months": months,
                "owner": owner,
                "project": project,
            }
            place = ("level", "unit", "criterion", "step")
            others = [line for line in draft.lines if any(line[k] != row[k] for k in place)]
            _save(ground, _Draft([*others, row], draft.ceilings, draft.rule))


def _edit_rule(ground: PathGround, draft: _Draft) -> None:
    titles = rule_columns()
    units = [measure_name(unit) for unit in EffortUnit]
    with st.form("effort_rule"):
        st.markdown(_("**Mức mặc định, chưa được cơ quan xác nhận**"))
        own = str(draft.rule["measure"])
        rule: dict[str, object] = {
            "measure": st.selectbox(titles["measure"], units, index=units.index(own), key="effort_measure"),
            "for_all_points": st.text_input(
                titles["for_all_points"], str(draft.rule["for_all_points"]), key="effort_all"
            ),
            "least": st.text_input(titles["least"], str(draft.rule["least"]), key="effort_least"),
            "months": st.text_input(titles["months"], str(draft.rule["months"]), key="effort_default_months"),
        }
        if st.form_submit_button(_("Lưu mức mặc định"), key="effort_save_rule"):
            _save(ground, _Draft(draft.lines, draft.ceilings, rule))


def _edit_ceilings(ground: PathGround, draft: _Draft) -> None:
    titles = ceiling_columns()
    with st.form("effort_ceiling"):
        st.markdown(_("**Mức trần theo tháng**"))
        for ceiling in draft.ceilings:
            owner = ground.scope.owner_name(str(ceiling["owner"])) or _("mọi đơn vị cộng lại")
            amount = format_number(float(str(ceiling["amount"])))
            st.markdown(
                _("- {owner}, tháng {months}: {amount}").format(owner=owner, months=ceiling["months"], amount=amount)
            )
        row: dict[str, object] = {
            "owner": st.text_input(
                titles["owner"], key="ceiling_owner", placeholder=_("để trống: mọi đơn vị cộng lại")
            ),
            "months": st.text_input(titles["months"], key="ceiling_months", placeholder=_("3, 5-7")),
            "amount": st.text_input(titles["amount"], key="ceiling_amount"),
        }
        added = st.form_submit_button(_("Thêm hoặc thay mức trần"), key="ceiling_add")
        cleared = st.form_submit_button(_("Bỏ mọi mức trần"), key="ceiling_clear")
        if added:
            others = [c for c in draft.ceilings if (c["owner"], c["months"]) != (row["owner"], row["months"])]
            _save(ground, _Draft(draft.lines, [*others, row], draft.rule))
        elif cleared:
            _save(ground, _Draft(draft.lines, [], draft.rule))


def _download(ground: PathGround) -> None:
    content, scope = ground.edition.content, ground.scope
    file = lambda: efforts_workbook(content, scope)  # noqa: E731
    download_row("efforts", (_("Tải bảng nguồn lực"), file, efforts_file_name(ground)))


def _files(ground: PathGround) -> None:
    _download(ground)
    sent = st.file_uploader(
        _("Nhập bảng nguồn lực từ Excel (thay toàn bộ bảng)"),
        type=["xlsx"],
        key=f"effort_file_{ground.edition.edition}",
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    if sent is not None and st.button(_("Kiểm tra và lưu tệp"), key="effort_import"):
        try:
            read = read_efforts(sent.getvalue(), sent.name, ground.scope)
        except FileFaults as error:
            _draw_faults(error)
            return
        _store(ground, read)
