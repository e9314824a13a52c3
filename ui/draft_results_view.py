"""Kết quả thẩm định: points before and after, what was decided, what the unit says to it, and its answer."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup
from sqlalchemy.orm import Session

from assessment.appraisal import AppraisalRefusedError
from assessment.explaining import EarlierRecord, accept_results, explain, send_explanations
from assessment.permissions import Action, Identity, permitted
from assessment.reasons import MOST_REASON
from assessment.reopening import ReopeningRecord
from assessment.rulings import kind_name
from assessment.submissions import OPEN, SubmissionRecord, state_name
from assessment.unit_publications import UnitPublication
from assessment.unit_results import CriterionResult, GroupResult, UnitResults
from data.database import draft_session
from data.models import PeriodState
from data.repositories import PeriodRecord
from language import _, format_date, format_moment, format_number, format_signed
from reports.draft_results import (
    appraised_text,
    decision_text,
    earlier_head,
    input_texts,
    maximum_text,
    published_sentences,
    reopening_head,
    reopening_line,
    reported_text,
    results_label,
    ruling_head,
    score_lines,
    standing_text,
    total_label,
    unpublished_text,
)
from reports.labels import is_demonstration, level_name
from reports.publication import without_place_text
from reports.wording import conversion_text, points_text, rule_in_words
from ui import gateway, gateway_appraisal
from ui.address import select
from ui.clock import now
from ui.evidence_form import Proof, draw_attaching
from ui.evidence_parts import document_list
from ui.figures import arrow_of, figure, figures
from ui.identity import current_identity
from ui.outcome import Step, draw_outcome, forget, refusals_told, take_step
from ui.plain import plain
from ui.publication_view import card_address, publication_address
from ui.tables import Column, contents, definition, details, draw, lines, marked, table, way
from ui.widget_keys import widget_key

PLACE = "draft_results"
_SEEN, _UNSAVED = "explanation_seen", "explanation_unsaved"
_UNKNOWN = -1
"""No version that there is: whoever typed what stands in the field had seen nobody knows which."""
HEIGHT = 120
CHANGED, ALL = "thay-doi", "tat-ca"
CRITERIA, ANSWER = "tung-chi-so", "tra-loi"
"""Anchors of the parts of the page."""


# Before the results are told


def draw_waiting(period: PeriodRecord, record: SubmissionRecord, published: Sequence[UnitPublication]) -> None:
    """Where the report stands while there is nothing to read yet, or what was published without it."""
    if published:
        st.info(unpublished_text(published))
        draw(way(publication_address(published[0].edition), _("Xem kết quả công bố")))
        return
    st.info(_waiting_text(period, record))
    if period.state in OPEN and record.is_with_the_unit and gateway_appraisal.end_of(period) is None:
        draw(way(f"/nhap-so-lieu?ky={period.id}", _("Mở Nhập số liệu")))


def _waiting_text(period: PeriodRecord, record: SubmissionRecord) -> str:
    ended = gateway_appraisal.end_of(period)
    if ended is not None:
        unsent = _("{ended} Đơn vị không gửi báo cáo nên không có kết quả thẩm định trong kỳ này.")
        none = _("{ended} Đơn vị không có kết quả thẩm định trong kỳ này.")
        return (unsent if record.is_with_the_unit else none).format(ended=ended)
    if period.state not in OPEN:
        return _(
            "Kỳ đánh giá ở bước «{state}»; đơn vị không gửi báo cáo nên không có kết quả thẩm định trong kỳ này."
        ).format(state=state_name(PeriodState(period.state)))
    match record.state:
        case PeriodState.SENT:
            return _("Báo cáo đã gửi lúc {time}, chờ cơ quan thường trực đưa vào thẩm định.").format(
                time=format_moment(record.changed_at or now())
            )
        case PeriodState.APPRAISAL:
            return _(
                "Báo cáo đang được thẩm định. Kết quả dự kiến hiện ở đây khi cơ quan thường trực gửi; khi đó đơn vị giải trình "
                "hoặc đồng ý."
            )
        case _:
            return _(
                "Báo cáo tự đánh giá ở bước «{state}», chưa gửi cơ quan thường trực; kết quả thẩm định có sau khi gửi."
            ).format(state=state_name(record.state))


# What was found


def draw_figures(results: UnitResults, published: Sequence[UnitPublication]) -> None:
    """Totals before and after and as published, how much has changed, and where the unit's answer stands."""
    snapshot, told = results.snapshot, results.told
    label = results_label(snapshot)
    if label and not is_demonstration(snapshot.period):
        st.warning(f"**{label}**", icon=":material/info:")
    with figures():
        figure(_("Điểm tự đánh giá"), format_number(results.reported_total, 2, missing="–"))
        figure(
            total_label(results),
            format_number(results.appraised_total, 2, missing="–"),
            None if results.gap is None else _("{gap} điểm").format(gap=format_signed(results.gap, 2)),
            arrow=arrow_of(results.gap),
            wide=True,
        )
        if published:
            _draw_published_figure(published[0])
        figure(
            _("Chỉ số có thay đổi"),
            f"{format_number(len(results.changed))} / {format_number(len(results.lines))}",
        )
        if results.due is not None:
            left = format_number(results.due.days_left)
            figure(_("Hạn giải trình"), format_date(results.due.day), _("còn {n} ngày làm việc").format(n=left))
    answered = told.agreed or results.sent_at is not None
    moved = results.agreement is not None and bool(results.agreement.moved)
    settled = answered and not told.reappraising and not told.ended and not moved
    (st.success if settled else st.info)(standing_text(results))
    if published:
        _draw_scores(results, published)
    elif snapshot.period.state not in OPEN:
        st.caption(_("Kỳ đánh giá ở bước «{state}».").format(state=state_name(PeriodState(snapshot.period.state))))
    converted = conversion_text(results.conversion)
    if converted:
        st.caption(_("Tổng điểm sau thẩm định: {text}").format(text=converted))
    answer = _answer_title(results)
    parts = [(CRITERIA, _("Diễn biến, tài liệu và giải trình")), *([(ANSWER, answer)] if answer else [])]
    draw(contents(parts))


def _draw_published_figure(own: UnitPublication) -> None:
    place = own.place
    if place is None or place.total is None:
        figure(_("Điểm công bố"), "–", without_place_text(), wide=True)
        return
    rank = _("hạng {rank} / {units}").format(rank=format_number(place.rank), units=format_number(place.ranked))
    figure(_("Điểm công bố"), format_number(place.total, 2), rank, wide=True)


def _draw_scores(results: UnitResults, published: Sequence[UnitPublication]) -> None:
    """The three scores beside each other, each with what it rests on, and the ways to what was published."""
    st.markdown(" ".join(map(plain, published_sentences(results, published))))
    columns = [
        Column(_("Điểm"), "wide"),
        Column(_("Tổng điểm"), "right"),
        Column(_("Hạng"), "right"),
        Column(_("Xếp loại"), "nowrap"),
        Column(_("Căn cứ"), "wide"),
    ]
    rows = [
        [x.name, format_number(x.total, 2, missing="–"), x.rank, x.band or "–", x.basis]
        for x in score_lines(results, published)
    ]
    in_force = published[0]
    where = in_force.place.list_name if in_force.place is not None else level_name(results.unit.level)
    caption = _("Điểm tự đánh giá, thẩm định và công bố; hạng trong danh sách «{list}»").format(list=where)
    draw(table(columns, rows, caption=caption, stack=True))
    edition, period = in_force.edition, results.snapshot.period
    draw(
        way(card_address(period, edition, results.unit), _("Xem phiếu điểm công bố của đơn vị")),
        way(publication_address(edition), _("Xem kết quả công bố")),
    )


def chosen_lines(results: UnitResults) -> tuple[CriterionResult, ...]:
    """The criteria to show: what has changed, is explained or was reopened, or all of them."""
    some = tuple(line for line in results.lines if _is_of_note(line))
    names = {
        CHANGED: _("Có thay đổi, giải trình hoặc mở lại ({n})").format(n=format_number(len(some))),
        ALL: _("Tất cả ({n})").format(n=format_number(len(results.lines))),
    }
    default = CHANGED if some else ALL
    chosen = select(_("Hiển thị"), "loc-ket-qua", names, default=default, widget="segmented")
    return some if chosen == CHANGED else results.lines


def _is_of_note(line: CriterionResult) -> bool:
    return line.changed or line.explanation is not None or bool(line.reopenings) or bool(line.earlier)


def draw_lines(results: UnitResults, chosen: Sequence[CriterionResult]) -> None:
    """The criteria by main index: points, what was decided and why, the figures before and after."""
    if not chosen:
        st.success(_("Thẩm định không thay đổi chỉ số nào của đơn vị."))
        return
    columns = [
        Column(_("Chỉ số thành phần"), "wide"),
        Column(_("Tự đánh giá"), "right"),
        Column(_("Thẩm định"), "right"),
        Column(_("Chênh lệch"), "right"),
        Column(_("Tối đa"), "right"),
        Column(_("Kết luận và lý do"), "wide"),
        Column(_("Số liệu báo cáo → thẩm định"), "wide"),
    ]
    rows: list[list[object]] = []
    for group in results.groups:
        own = [line for line in chosen if line.group.code == group.group.code]
        if own:
            rows.append(_group_row(group))
            rows += [_line_row(results, line) for line in own]
    draw(table(columns, rows, caption=_("Điểm trước và sau thẩm định theo chỉ số chính"), stack=True))
    if any(line.relative for line in chosen):
        st.caption(
            _(
                "Chỉ số «so với đơn vị khác» chấm theo số liệu của cả khối: điểm còn có thể đổi khi các đơn vị khác được thẩm định."
            )
        )


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def _group_row(group: GroupResult) -> list[object]:
    points = (group.reported, group.appraised)
    return [
        _strong(f"{group.group.code} {group.group.name}"),
        *(_strong(points_text(p)) for p in points),
        _strong(_gap_text(group.gap)),
        _strong(points_text(group.maximum)),
        "",
        "",
    ]


def _gap_text(gap: float) -> str:
    return format_signed(gap, 2) if gap else points_text(0)


def _line_row(results: UnitResults, line: CriterionResult) -> list[object]:
    decision: list[str] = [decision_text(line)]
    if line.ruling is not None and line.ruling.reason:
        decision.append(line.ruling.reason)
    if line.reopenings:
        decision.append(reopening_line(line))
    if line.reappraising:
        ended = results.told.ended
        decision.append(_("Thẩm định lại chưa xong khi kỳ kết thúc.") if ended else _("Đang thẩm định lại."))
    return [
        marked(f"{line.criterion.code} {line.criterion.name}", _("so với đơn vị khác") if line.relative else ""),
        reported_text(line.reported),
        appraised_text(line),
        _gap_text(line.gap),
        maximum_text(line),
        lines(decision),
        lines(input_texts(results.snapshot, line, line.ruling)) if line.ruling is not None else "",
    ]


# Criterion by criterion


def extra_criterion(results: UnitResults) -> str:
    """A criterion that has not changed and that the reader wants to look at all the same; empty for none."""
    rest = [line for line in results.lines if line.rulings and not line.changed]
    options = {"": _("Không chọn"), **{x.criterion.code: f"{x.criterion.code} {x.criterion.name}" for x in rest}}
    st.header(_("Diễn biến, tài liệu và giải trình"), anchor=CRITERIA)
    if not rest:
        return ""
    return select(_("Xem thêm một chỉ số không thay đổi"), "chi-so-xem", options)


def draw_criteria(identity: Identity, results: UnitResults, extra: str) -> None:
    """What has changed, is explained or was reopened, and one criterion more, each with its history, documents and explanation."""
    shown = [line for line in results.lines if line.rulings and _is_drawn(results, line, extra)]
    writable = results.told.may_answer and permitted(identity, Action.EXPLAIN, unit=results.place.unit)
    for line in shown:
        with st.container(border=True):
            st.markdown(f"**{line.criterion.code}** {plain(str(line.criterion.name))}")
            known, said = st.columns([2, 3], gap="medium")
            with known:
                draw(_history(results, line))
            with said:
                _draw_explanation(results, line, writable=writable)
                _draw_documents(results, line, writable=writable)


def _is_drawn(results: UnitResults, line: CriterionResult, extra: str) -> bool:
    code = line.criterion.code
    return _is_of_note(line) or code == extra or _key(results, code) in _unsaved()


def _history(results: UnitResults, line: CriterionResult) -> Markup:
    points = _("{before} → {after}, tối đa {most}").format(
        before=reported_text(line.reported), after=appraised_text(line), most=maximum_text(line)
    )
    found: list[tuple[str, object]] = []
    for told in line.history:
        if isinstance(told, EarlierRecord):
            found.append((earlier_head(told), lines(told.text.splitlines())))
        elif isinstance(told, ReopeningRecord):
            found.append((reopening_head(told), told.reason))
        else:
            texts = [kind_name(told.kind), *input_texts(results.snapshot, line, told), told.reason]
            found.append((ruling_head(told), lines(texts)))
    going = _("chưa xong khi kỳ kết thúc") if results.told.ended else _("đang thực hiện")
    waiting = [(_("Thẩm định lại"), going)] if line.reappraising else []
    rule = definition([(_("Quy tắc"), rule_in_words(line.criterion))], narrow=True)
    return definition([(_("Điểm"), points), *found, *waiting], narrow=True) + details(
        Markup("{}").format(_("Quy tắc chấm")), rule, kind="dti-plain"
    )


def _draw_documents(results: UnitResults, line: CriterionResult, *, writable: bool) -> None:
    records = results.evidence.get(line.criterion.code, ())
    if records:
        proves = results.place, line.criterion.code
        draw(document_list(records, "" if writable else _("Tài liệu kiểm chứng"), proves))
    elif not writable:
        st.caption(_("Không có tài liệu kiểm chứng."))
    if writable:
        proof = Proof(results.place, results.unit.name_vi, results.snapshot.criteria_set, line.criterion)
        draw_attaching(proof, records, detachable=False)


# What the unit says


def _key(results: UnitResults, criterion: str) -> str:
    return widget_key("explain", results.place.period_id, results.place.unit.code, criterion)


def _unsaved() -> dict[str, str]:
    """Explanations that could not be kept, as they were typed, by the key of their field."""
    return st.session_state.setdefault(_UNSAVED, {})


def _seen() -> dict[str, int]:
    """Version of the explanation that stands in a field, by the key of the field."""
    return st.session_state.setdefault(_SEEN, {})


def _version(line: CriterionResult) -> int:
    return line.explanation.version if line.explanation is not None else 0


def _draw_explanation(results: UnitResults, line: CriterionResult, *, writable: bool) -> None:
    if not writable:
        _draw_said(results, line)
        return
    key, unsaved, seen = _key(results, line.criterion.code), _unsaved(), _seen()
    first = _settle(line, key)
    act = {"on_click": _save, "args": (results, line.criterion.code, key)}
    # Without max_chars: it would cut what is pasted, and nobody would be told.
    st.text_area(
        _("Giải trình (nhiều nhất {most} ký tự)").format(most=format_number(MOST_REASON)),
        value=first or "",
        key=key,
        height=HEIGHT,
        placeholder=_("Vì sao đơn vị không đồng ý, căn cứ ở tài liệu nào, trang nào"),
        on_change=_save,
        args=(results, line.criterion.code, key),
    )
    text = str(st.session_state[key] or "")
    if first is not None and text.strip() != first:
        unsaved[key], seen[key] = text, _UNKNOWN
    st.caption(_state_text(results, line, text, saved=key not in unsaved))
    if key in unsaved and seen.get(key, 0) != _version(line):
        _draw_conflict(results, line, key)
        return
    draw_outcome(key, stays=True)
    st.button(_("Lưu giải trình"), key=f"{key}_save", **act)


def _settle(line: CriterionResult, key: str) -> str | None:
    """Put what is kept into the field when it was changed elsewhere; what could not be kept stays.

    Gives what the field is to begin with in a session that has not drawn it yet, else None. It is not put into it: the
    browser may come from another process, with what its user has typed there and nobody has kept.
    """
    unsaved, seen = _unsaved(), _seen()
    kept = line.explanation.text if line.explanation is not None else ""
    if key in unsaved:
        # The field itself forgets what it holds when another page or filter was looked at meanwhile.
        st.session_state.setdefault(key, unsaved[key])
        return None
    if key in seen and (key not in st.session_state or seen[key] != _version(line)):
        st.session_state[key] = kept
    first = None if key in seen else kept
    seen[key] = _version(line)
    return first


def _state_text(results: UnitResults, line: CriterionResult, text: str, *, saved: bool) -> str:
    count = _("{n} / {most} ký tự").format(n=format_number(len(text.strip())), most=format_number(MOST_REASON))
    if not saved:
        return _("**Chưa lưu** · {count}").format(count=count)
    if line.explanation is None:
        return _("Chưa có giải trình · {count}").format(count=count)
    return f"{_kept_text(results, line)} · {count}"


def _kept_text(results: UnitResults, line: CriterionResult) -> str:
    assert line.explanation is not None
    kept = _("Đã lưu lúc {time}").format(time=format_moment(line.explanation.changed_at))
    who = results.people.get(line.explanation.account_id or 0)
    return f"{kept}, {plain(who)}" if who else kept


def _draw_said(results: UnitResults, line: CriterionResult) -> None:
    """An explanation that can no longer be changed, and what was typed too late to be kept."""
    key = _key(results, line.criterion.code)
    if key in _unsaved():
        draw_outcome(key, stays=True)
        draw(definition([(_("Nội dung chưa lưu được"), lines(_unsaved()[key].splitlines()))], narrow=True))
    if line.explanation is None:
        st.caption(_("Đơn vị không giải trình chỉ số này."))
        return
    sent = line.explanation.sent_at
    told = (
        _("Gửi lúc {time}").format(time=format_moment(sent))
        if sent is not None
        else _("Chưa gửi khi hết hạn nên không được xem xét")
    )
    said = lines(line.explanation.text.splitlines())
    draw(definition([(_("Giải trình của đơn vị"), said), (_("Trạng thái"), told)], narrow=True))


def _save(results: UnitResults, criterion: str, key: str) -> None:
    """Keeps what stands in the field; what cannot be kept stays there, with the reason below it."""
    text = str(st.session_state[key] or "")
    _unsaved()[key] = text
    forget(key)
    with refusals_told(key):
        identity = current_identity()
        with draft_session(gateway.engine()) as session:
            seen = _seen().get(key, 0)
            kept = explain(session, identity, results.place, criterion, text, seen, now())
        _seen()[key] = kept.version if kept is not None else 0
        del _unsaved()[key]


def _draw_conflict(results: UnitResults, line: CriterionResult, key: str) -> None:
    theirs = line.explanation
    if _seen().get(key) == _UNKNOWN:
        st.warning(
            _("Trang vừa được nối lại với máy chủ. Bản ở ô trên khác bản đang lưu, chưa ghi đè bản nào; hãy chọn một.")
        )
    else:
        who = results.people.get((theirs.account_id if theirs else None) or 0) or _("người khác trong đơn vị")
        st.warning(
            _("{who} vừa sửa giải trình này. Bản của bạn còn ở ô trên, chưa ghi đè bản nào; hãy chọn một.").format(
                who=plain(who)
            )
        )
    draw(definition([(_("Bản kia"), lines((theirs.text if theirs else _("để trống")).splitlines()))], narrow=True))
    with st.container(horizontal=True):
        st.button(_("Giữ bản của tôi"), key=f"{key}_mine", on_click=_keep_mine, args=(results, line, key))
        st.button(_("Lấy bản kia"), key=f"{key}_theirs", on_click=_take_theirs, args=(key,))


def _keep_mine(results: UnitResults, line: CriterionResult, key: str) -> None:
    _seen()[key] = _version(line)
    _save(results, line.criterion.code, key)


def _take_theirs(key: str) -> None:
    forget(key)
    _unsaved().pop(key, None)
    _seen()[key] = _UNKNOWN


# The answer


def _answer_title(results: UnitResults) -> str:
    """What the unit's answer is called; empty when there is none and can be none any more."""
    if results.told.may_answer:
        return _("Trả lời kết quả dự kiến")
    return _("Giải trình đã gửi") if results.sent_at is not None else ""


def draw_answers(identity: Identity, results: UnitResults) -> None:
    """What the head sends, or that he agrees; whoever is not the head is told who does. Afterwards what was sent."""
    title = _answer_title(results)
    if not title:
        return
    st.header(title, anchor=ANSWER)
    if results.explained:
        _draw_explained(results)
    if not results.told.may_answer:
        return
    if not permitted(identity, Action.ANSWER_DRAFT_RESULTS, unit=results.place.unit):
        st.info(
            _(
                "Người nhập ghi giải trình và bổ sung tài liệu; chỉ lãnh đạo đơn vị gửi giải trình hoặc đồng ý với kết quả."
            )
        )
        return
    waiting = [line.criterion.code for line in results.lines if _key(results, line.criterion.code) in _unsaved()]
    if waiting:
        st.warning(
            _("Còn giải trình chưa lưu ở {codes}; hãy lưu, hoặc xóa nội dung trong ô, trước khi trả lời.").format(
                codes=", ".join(waiting)
            )
        )
    elif results.explained:
        _draw_sending(results)
    else:
        _draw_accepting(results)


def _draw_explained(results: UnitResults) -> None:
    """The explanations that will be sent, or were, with their documents."""
    sent = results.sent_at is not None
    columns = [
        Column(_("Chỉ số thành phần"), "wide"),
        Column(_("Tự đánh giá"), "right"),
        Column(_("Thẩm định"), "right"),
        Column(_("Giải trình"), "wide"),
        Column(_("Tài liệu"), "right"),
        Column(_("Gửi lúc") if sent else _("Lưu lúc"), "nowrap"),
    ]
    rows = [
        [
            f"{line.criterion.code} {line.criterion.name}",
            reported_text(line.reported),
            appraised_text(line),
            lines(line.explanation.text.splitlines()),
            format_number(len(results.evidence.get(line.criterion.code, ()))),
            format_moment(line.explanation.sent_at or line.explanation.changed_at),
        ]
        for line in results.explained
        if line.explanation is not None
    ]
    caption = _("{n} giải trình đã gửi") if sent else _("{n} giải trình sẽ gửi")
    draw(table(columns, rows, caption=caption.format(n=format_number(len(rows))), stack=True))


def _draw_sending(results: UnitResults) -> None:
    read = {x.criterion.code: _version(x) for x in results.explained}

    def act(session: Session, identity: Identity) -> str:
        count = send_explanations(session, identity, results.place, results.told.version, now(), read)
        return _("Đã gửi giải trình {n} chỉ số đến cơ quan thường trực.").format(n=format_number(count))

    _draw_confirmed(
        widget_key(PLACE, "send", results.place.period_id),
        _("Tôi đã đọc các giải trình trên; gửi rồi thì không sửa hoặc gửi thêm được"),
        _("Gửi giải trình"),
        act,
    )
    st.caption(_("Muốn đồng ý với kết quả thì xóa nội dung các giải trình trước."))


def _draw_accepting(results: UnitResults) -> None:
    def act(session: Session, identity: Identity) -> str:
        accept_results(session, identity, results.place, results.told.version, now())
        return _("Đã đồng ý với kết quả thẩm định dự kiến.")

    st.caption(_("Chưa có giải trình nào. Ghi giải trình ở chỉ số chưa đồng ý, hoặc đồng ý với toàn bộ kết quả."))
    _draw_confirmed(
        widget_key(PLACE, "accept", results.place.period_id),
        _("Đơn vị đồng ý với kết quả dự kiến; đồng ý rồi thì không giải trình nữa"),
        _("Đồng ý với kết quả"),
        act,
    )


def _draw_confirmed(key: str, sure: str, label: str, act: Step) -> None:
    """A button that does something in one transaction once the mark beside it is set."""

    def confirmed(session: Session, identity: Identity) -> str:
        if not st.session_state[f"{key}_sure"]:
            raise AppraisalRefusedError([_("Chưa đánh dấu ô xác nhận; hãy đọc, đánh dấu rồi bấm lại.")])
        return act(session, identity)

    with st.form(key, border=True):
        st.checkbox(sure, key=f"{key}_sure")
        st.form_submit_button(label, key=f"{key}_press", on_click=take_step, args=(PLACE, confirmed))
