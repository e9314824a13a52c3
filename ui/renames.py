"""The explicit table of renamed criteria: pairs of an old and a new code that stand in the address."""

from collections.abc import Mapping, Sequence

import streamlit as st

from criteria.crosswalk import Crosswalk, Rename
from criteria.model import CriteriaSet
from language import _
from ui.address import write

ADDRESS = "doi-ma"
"""What the table is called in the address: `CQ.1:CQ.9,NT.2:NT.4`. Codes hold neither sign."""
MOST_PAIRS = 60


def chosen_renames() -> tuple[Rename, ...]:
    """The pairs of the address; what is no pair is left out."""
    parts = (part.partition(":") for part in st.query_params.get(ADDRESS, "").split(","))
    found = dict.fromkeys(Rename(old, new) for old, _sign, new in parts if old and new)
    return tuple(found)[:MOST_PAIRS]


def _write(renames: Sequence[Rename]) -> None:
    write(ADDRESS, ",".join(f"{r.old}:{r.new}" for r in renames) or None)


def _add() -> None:
    pair = Rename(st.session_state["rename_old"], st.session_state["rename_new"])
    _write((*chosen_renames(), pair))


def _drop(pair: Rename) -> None:
    _write([r for r in chosen_renames() if r != pair])


def draw_renames(old: CriteriaSet, new: CriteriaSet, crosswalk: Crosswalk, refused: Sequence[str]) -> None:
    """The pairs with a button to drop each, what does not fit in sentences, and a form for one more pair."""
    for sentence in refused:
        st.warning(sentence)
    pairs = chosen_renames()
    if pairs:
        with st.container(horizontal=True, key="rename_pairs"):
            for i, pair in enumerate(pairs):
                label = _("Bỏ cặp {old} → {new}").format(old=pair.old, new=pair.new)
                st.button(label, key=f"rename_drop_{i}", on_click=_drop, args=(pair,))
    unused = _options(old, [code for code, _key in crosswalk.dropped])
    unfed = _options(new, [lost.place[0] for lost in crosswalk.lost])
    if not unused or not unfed:
        return
    with st.form("rename_form", border=True):
        st.caption(
            _(
                "Chỉ số đổi mã, hoặc giữ mã nhưng đổi tên mà vẫn là một nội dung: ghép mã cũ với mã mới để số liệu được "
                "chuyển sang. Các cặp nằm trong địa chỉ trang, chưa lưu vào phần mềm."
            )
        )
        left, right = st.columns(2)
        left.selectbox(_("Chỉ số của bản cũ"), list(unused), format_func=lambda c: unused.get(c, c), key="rename_old")
        right.selectbox(_("Chỉ số của bản mới"), list(unfed), format_func=lambda c: unfed.get(c, c), key="rename_new")
        st.form_submit_button(_("Thêm cặp mã"), on_click=_add, key="rename_add")


def _options(criteria_set: CriteriaSet, codes: Sequence[str]) -> Mapping[str, str]:
    wanted = set(codes)
    return {c.code: f"{c.code} {c.name}" for c in criteria_set.criteria if c.code in wanted}
