"""What changes from one criteria set to another: differences in words, figures carried over, ranks."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from assessment.set_change import RankChanges, UnitChange
from criteria.model import CriteriaSet, Level
from data.repositories import PeriodRecord
from language import _, format_number, format_signed
from reports.set_change import (
    Topic,
    cause_name,
    causes_text,
    input_place,
    set_change_file_name,
    set_change_workbook,
)
from ui import gateway, gateway_sets
from ui.address import select
from ui.downloads import download_row
from ui.figures import figure, figures
from ui.gateway_sets import Comparison, Named
from ui.ranking_view import movement_mark
from ui.renames import chosen_renames, draw_renames
from ui.selection import month_name
from ui.tables import Column, details, draw, lines, table


def draw_change(old: Named, new: Named, level: Level, period: PeriodRecord) -> None:
    """Everything that changes from one set to another, on the figures of a period."""
    renames = chosen_renames()
    told = gateway_sets.comparison(old, new, renames)
    _draw_topics(told)
    _draw_crosswalk(told)
    months = next(months for p, months in gateway.calendar() if p.id == period.id)
    st.subheader(_("Thứ hạng thay đổi"), anchor=False)
    changes = None
    if level == "province":
        st.info(_("Cấp tỉnh chỉ có một đơn vị nên không có thứ hạng để so sánh."))
    elif not months:
        st.info(_("Kỳ đánh giá này chưa có số liệu nên chưa so sánh được thứ hạng; hãy chọn kỳ khác."))
    else:
        month = int(select(_("Số liệu đến hết"), "thang", {str(m): month_name(m) for m in reversed(months)}))
        changes = gateway_sets.changes(period.id, level, month, told, renames)
        _draw_ranks(told, changes, period)
    before, after = told.old.criteria_set, told.new.criteria_set
    download_row(
        "set_change",
        (
            _("Tải bảng thay đổi (Excel)"),
            lambda: set_change_workbook(before, after, told.differences, told.crosswalk, changes),
            set_change_file_name(before, after, changes),
        ),
    )


# Differences


def _draw_topics(told: Comparison) -> None:
    st.subheader(_("Khác nhau"), anchor=False)
    if not told.topics:
        st.success(_("Hai bản giống nhau về nội dung."))
        return
    kinds = dict.fromkeys(("added", "removed", "changed"), 0)
    for difference in told.differences:
        kinds[difference.kind if difference.kind in kinds and not difference.field else "changed"] += 1
    st.caption(
        _("{n} điểm khác nhau: {added} mục thêm mới, {removed} mục bỏ đi, {changed} điểm sửa đổi.").format(
            n=format_number(len(told.differences)), **{kind: format_number(n) for kind, n in kinds.items()}
        )
    )
    for topic in told.topics:
        draw(_topic(topic))


def _topic(topic: Topic) -> Markup:
    columns = [Column(_("Mã"), "nowrap"), Column(_("Tên")), Column(_("Khác nhau"))]
    rows = [[code, name, lines(statements)] for code, name, statements in topic.lines]
    caption = f"{topic.code} {topic.name}".strip()
    if not topic.code:
        return table(columns[2:], [row[2:] for row in rows], caption=caption)
    return table(columns, rows, caption=caption, stack=True)


# Figures carried over


def _draw_crosswalk(told: Comparison) -> None:
    st.subheader(_("Số liệu chuyển sang bản mới"), anchor=False)
    old, new, crosswalk = told.old.criteria_set, told.new.criteria_set, told.crosswalk
    st.caption(
        _(
            "Số liệu được chuyển khi cùng mã và cùng ý nghĩa. Chuyển được {n} số liệu; {lost} số liệu của bản mới không có "
            "nguồn; {dropped} số liệu của bản cũ không dùng đến."
        ).format(
            n=format_number(len(crosswalk.inputs)),
            lost=format_number(len(crosswalk.lost)),
            dropped=format_number(len(crosswalk.dropped)),
        )
    )
    carried = [(input_place(new, n), input_place(old, o)) for n, o in crosswalk.inputs.items() if n != o]
    parts = [
        _block(_("Chuyển sang mã khác"), (_("Số liệu của bản mới"), _("Lấy từ bản cũ")), carried),
        _block(
            _("Số liệu của bản mới chưa có nguồn"),
            (_("Số liệu"), _("Vì sao")),
            [(input_place(new, x.place), x.reason) for x in crosswalk.lost],
        ),
        _block(
            _("Số liệu của bản cũ không dùng đến"),
            (_("Số liệu"),),
            [(input_place(old, place),) for place in crosswalk.dropped],
        ),
    ]
    if any(parts):
        draw(*parts)
    draw_renames(old, new, crosswalk, told.refused)


def _block(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    """A block that opens, with its table; nothing without rows."""
    if not rows:
        return Markup("")
    summary = Markup('<span class="code">{}</span><span class="name">{}</span>').format(format_number(len(rows)), title)
    return details(summary, table([Column(c) for c in columns], rows, caption=title))


# Ranks


def _draw_ranks(told: Comparison, changes: RankChanges, period: PeriodRecord) -> None:
    old, new = told.old.criteria_set, told.new.criteria_set
    used = gateway.criteria_set(period.id, old.level)
    if (used.id, used.version) != (old.id, old.version):
        st.caption(
            _(
                "Kỳ này nhập số liệu theo bộ {id} phiên bản {version}; số liệu đã được chuyển sang bản cũ để so sánh."
            ).format(id=used.id, version=used.version)
        )
    if old.top != new.top:
        st.caption(
            _(
                "Bản cũ có thang {old} điểm, bản mới có thang {new} điểm; nguyên nhân tính theo thang của bản mới."
            ).format(old=format_number(old.top), new=format_number(new.top))
        )
    _draw_figures(changes)
    shown = select(
        _("Hiển thị"), "hien", {"doi": _("Đơn vị đổi hạng"), "tat-ca": _("Tất cả đơn vị")}, widget="segmented"
    )
    rows = changes.movers if shown == "doi" else changes.changes
    if rows:
        draw(_ranks(changes, rows))
        if any(row.missing for row in rows):
            st.caption(
                _(
                    "Số liệu mà bản mới cần và chưa có tạm tính 0 điểm; khoảng hạng cho biết hạng còn có thể thay đổi đến đâu."
                )
            )
    else:
        st.info(_("Không có cơ quan, đơn vị nào đổi hạng."))
    if changes.not_compared:
        columns = [Column(_("Cơ quan, đơn vị")), Column(_("Vì sao không so sánh"))]
        draw(
            table(
                columns, [[n.unit.name_vi, n.reason] for n in changes.not_compared], caption=_("Đơn vị không so sánh")
            )
        )
    _draw_effects(told, changes)
    if rows:
        st.caption(
            _(
                "Nguyên nhân là phần đóng góp vào thang điểm; khi tổng điểm tối đa thay đổi, phần đóng góp của các chỉ số "
                "không sửa đổi cũng thay đổi theo."
            )
        )


def _draw_figures(changes: RankChanges) -> None:
    movements = [c.movement for c in changes.changes]
    up, down = max(movements, default=0), -min(movements, default=0)
    with figures():
        figure(_("Số đơn vị so sánh"), format_number(len(movements)))
        figure(_("Số đơn vị đổi hạng"), format_number(len(changes.movers)))
        figure(_("Tăng nhiều nhất"), _("{n} hạng").format(n=format_number(max(up, 0))))
        figure(_("Giảm nhiều nhất"), _("{n} hạng").format(n=format_number(max(down, 0))))


def _ranks(changes: RankChanges, rows: Sequence[UnitChange]) -> Markup:
    columns = [
        Column(_("Hạng cũ"), "right"),
        Column(_("Hạng mới"), "right"),
        Column(_("Tăng, giảm"), "center"),
        Column(_("Cơ quan, đơn vị")),
        Column(_("Điểm cũ"), "right"),
        Column(_("Điểm mới"), "right"),
        Column(_("Khoảng hạng mới"), "center"),
        Column(_("Nguyên nhân chính"), hint=_("Chỉ số làm điểm tăng hoặc giảm nhiều nhất, kèm số điểm")),
    ]
    body = [
        [
            format_number(row.old_rank),
            format_number(row.new_rank),
            movement_mark(row.movement),
            row.unit.name_vi,
            format_number(row.old_total, 2),
            format_number(row.new_total, 2),
            f"{row.best_rank}–{row.worst_rank}" if row.best_rank != row.worst_rank else str(row.best_rank),
            causes_text(row) or "–",
        ]
        for row in rows
    ]
    name = changes.snapshot.list_of(changes.list_code).name_vi
    caption = _("{list}, kỳ {name}: hạng theo bản cũ và theo bản mới").format(list=name, name=changes.snapshot.name)
    return table(columns, body, caption=caption, stack=True)


def _draw_effects(told: Comparison, changes: RankChanges) -> None:
    if not changes.effects:
        return
    old, new = told.old.criteria_set, told.new.criteria_set
    columns = [
        Column(_("Chỉ số")),
        Column(_("Cộng các đơn vị"), "right"),
        Column(_("Thấp nhất"), "right", _("Đơn vị được thêm ít điểm nhất, hoặc mất nhiều điểm nhất")),
        Column(_("Cao nhất"), "right", _("Đơn vị được thêm nhiều điểm nhất")),
        Column(_("Chênh lệch"), "right", _("Hai đơn vị có thể cách nhau thêm bao nhiêu điểm vì chỉ số này")),
    ]
    rows = [
        [
            cause_name(e, old, new),
            *(format_signed(value, 2) for value in (e.total, e.least, e.most)),
            format_number(e.spread, 2),
        ]
        for e in changes.effects
    ]
    caption = _("Tác động của từng chỉ số: điểm tăng (+) hoặc giảm (−)")
    summary = Markup('<span class="code">{}</span><span class="name">{}</span>').format(
        format_number(len(rows)), _("Tác động của từng chỉ số đến điểm")
    )
    draw(details(summary, table(columns, rows, caption=caption, stack=True)))


def version_label(criteria_set: CriteriaSet, periods: Sequence[str]) -> str:
    """A version with the periods that use it: `commune-2024, phiên bản 1.1 (đã lưu, chưa dùng cho kỳ nào)`."""
    use = _("dùng cho {periods}").format(periods="; ".join(periods)) if periods else unused_label()
    return _("{id}, phiên bản {version} ({use})").format(id=criteria_set.id, version=criteria_set.version, use=use)


def unused_label() -> str:
    """What is said of a stored version that no period uses."""
    return _("đã lưu, chưa dùng cho kỳ nào")


def about_release() -> str:
    """How a stored version is released, and what may be done with one that is not."""
    return _(
        "Ban hành một bộ chính thức cần hai người khác nhau: một người đề nghị, một người phê duyệt, ở mục «Ban hành». Phiên "
        "bản chưa ban hành vẫn dùng thử được cho kỳ đang mở; màn hình và tệp ghi rõ «chưa ban hành»."
    )
