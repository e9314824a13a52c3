"""So sánh phiên bản: two stored versions of a level."""

import streamlit as st

from criteria.model import Level
from data.repositories import PeriodRecord
from language import _
from ui import gateway_sets
from ui.address import select
from ui.gateway_sets import Named, named
from ui.set_change_view import about_release, draw_change, version_label
from ui.set_release_view import draw_versions


def draw_comparison(level: Level, period: PeriodRecord, *, may_import: bool) -> None:
    """The stored versions, and what changes from one to another. may_import: whether the reader may store one more."""
    stored = gateway_sets.stored(level)
    draw_versions(stored)
    st.caption(about_release())
    if len(stored) < 2:
        told = _("Cấp này mới có một phiên bản được lưu.")
        how = _("Hãy nhập thêm phiên bản ở mục «Nhập từ Excel» để so sánh.")
        st.info(f"{told} {how}" if may_import else told)
        return
    sets = {(found := named(s)).key: found for s in stored}
    names = {key: version_label(sets[key].criteria_set, s.periods) for key, s in zip(sets, stored, strict=True)}
    used = gateway_sets.used_set(period.id, level).key
    old = sets[select(_("Bản cũ"), "ban-cu", names, default=used)]
    new = sets[select(_("Bản mới"), "ban-moi", names, default=_other(sets, old))]
    if old.key == new.key:
        st.info(_("Hai bản đang chọn là một. Hãy chọn hai phiên bản khác nhau."))
        return
    draw_change(old, new, level, period)


def _other(sets: dict[str, Named], old: Named) -> str:
    """The newest version that is not the old one."""
    return next(key for key in sets if key != old.key)
