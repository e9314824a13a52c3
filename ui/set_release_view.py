"""Ban hành: the stored versions of a level, and how two people release one."""

from collections.abc import Callable, Mapping

import streamlit as st

from assessment.audit_log import Holder
from assessment.permissions import Identity
from assessment.reasons import MOST_REASON
from assessment.set_release import (
    confirm_release,
    propose_release,
    refuse_release,
    same_person,
    withdraw_release,
)
from criteria.model import Level
from data.models import ReleaseDecision
from data.stored_sets import ReleaseRecord, StoredSet
from language import _, format_date, format_moment, local_day
from reports import labels
from reports.audit import holder_text
from ui import gateway, gateway_sets
from ui.address import select
from ui.clock import now
from ui.gateway_sets import named
from ui.identity import current_identity
from ui.outcome import attempt, draw_outcome
from ui.set_change_view import about_release, unused_label
from ui.tables import Column, draw, table
from ui.texts import text_box

_PLACE = "set_release"


def release_text(found: StoredSet, people: Mapping[int, Holder]) -> str:
    """Where a version stands on its way to release. people: who may be named, by account."""
    release = found.release
    if found.stored.status == "reference":
        return _("bộ tham chiếu, không ban hành")
    if release is None:
        return _("chưa ban hành, chưa đề nghị")
    if not people:
        return _("đã ban hành") if found.stored.released else _("chưa ban hành")
    told = {
        None: _("chưa ban hành, đã đề nghị bởi {proposer} lúc {proposed}"),
        ReleaseDecision.CONFIRMED: _(
            "đã ban hành bởi {proposer} (đề nghị lúc {proposed}) và {decider} (phê duyệt lúc {decided})"
        ),
        ReleaseDecision.WITHDRAWN: _("chưa ban hành, {proposer} đã rút đề nghị lúc {decided}"),
        ReleaseDecision.REFUSED: _("chưa ban hành, {decider} từ chối lúc {decided}: {reason}"),
    }[release.decision]
    return told.format(
        proposer=holder_text(people[release.proposed_by]),
        proposed=format_moment(release.proposed_at),
        decider=holder_text(people[release.decided_by]) if release.decided_by else "",
        decided=format_moment(release.decided_at) if release.decided_at else "",
        reason=release.reason or "",
    )


def draw_versions(stored: tuple[StoredSet, ...]) -> None:
    """The stored versions of a level: status, release, since when, for which periods."""
    columns = [
        Column(_("Mã bộ chỉ số"), "nowrap"),
        Column(_("Phiên bản")),
        Column(_("Tình trạng")),
        Column(_("Ngày lưu"), "nowrap"),
        Column(_("Dùng cho")),
        Column(_("Ban hành")),
    ]
    people = gateway_sets.people(stored)
    rows = [
        [
            s.stored.set_id,
            s.stored.version,
            labels.set_status(named(s).criteria_set, released=s.stored.released),
            format_date(local_day(s.stored_at)),
            "; ".join(s.periods) or unused_label(),
            release_text(s, people),
        ]
        for s in stored
    ]
    draw(table(columns, rows, caption=_("Các phiên bản đã lưu"), stack=True))


def draw_release(level: Level) -> None:
    """The stored versions, and for one of them what may be done now: propose, withdraw, confirm or refuse."""
    stored = gateway_sets.stored(level)
    draw_versions(stored)
    st.caption(about_release())
    draw_outcome(_PLACE)
    waiting = {str(s.id): s for s in stored if s.stored.status == "official" and not s.stored.released}
    if not waiting:
        st.info(
            _(
                "Không có phiên bản chính thức nào chờ ban hành. Muốn ban hành, hãy ghi tình trạng «Chính thức» và căn cứ ban "
                "hành trong mẫu Excel rồi lưu thành phiên bản mới ở mục «Nhập từ Excel»."
            )
        )
        return
    names = {
        code: _("{id}, phiên bản {version}").format(id=s.stored.set_id, version=s.stored.version)
        for code, s in waiting.items()
    }
    chosen = waiting[select(_("Phiên bản chờ ban hành"), "phien-ban", names)]
    release = chosen.release
    if release is None or release.decision is not None:
        st.button(
            _("Đề nghị ban hành"),
            key="release_propose",
            on_click=_press(
                lambda who: propose_release(gateway.engine(), who, chosen.id, now()), _("Đã đề nghị ban hành.")
            ),
        )
    elif release.proposed_by == current_identity().account_id:
        st.info(same_person())
        st.button(
            _("Rút đề nghị"),
            key="release_withdraw",
            on_click=_press(
                lambda who: withdraw_release(gateway.engine(), who, release.id, now()), _("Đã rút đề nghị.")
            ),
        )
    else:
        _draw_decision(release)


def _draw_decision(release: ReleaseRecord) -> None:
    st.button(
        _("Phê duyệt ban hành"),
        key="release_confirm",
        on_click=_press(
            lambda who: confirm_release(gateway.engine(), who, release.id, now()), _("Đã ban hành; không sửa được nữa.")
        ),
    )
    with st.form("release_refusal", border=True):
        text_box(_("Lý do từ chối"), MOST_REASON, key="release_reason", height=80)
        st.form_submit_button(
            _("Từ chối"),
            on_click=_press(
                lambda who: refuse_release(
                    gateway.engine(), who, release.id, str(st.session_state["release_reason"] or ""), now()
                ),
                _("Đã từ chối đề nghị."),
            ),
        )


def _press(act: Callable[[Identity], None], done: str) -> Callable[[], None]:
    """What a button does: the act, by whoever is signed in at that moment, and what to say about it."""

    def pressed(who: Identity) -> str:
        act(who)
        return done

    return lambda: attempt(_PLACE, pressed)
