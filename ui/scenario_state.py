"""The scenario that a reader is working on: sliders and rows in the session, everything else in the address."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from assessment.permissions import Action, Identity, permitted
from assessment.province import ProvincialSnapshot
from assessment.scenarios import (
    MOST_COMPARED,
    Draft,
    SavedScenario,
    ScenarioResult,
    ScenarioStoreError,
    change_scenario,
    delete_scenario,
    duplicate_scenario,
    lacking_indices,
    rename_scenario,
    save_scenario,
)
from language import _
from reports.scenarios import PACES, index_names, pace_code, pace_name, scenario_label
from scoring.baseline import BaseLine
from scoring.national import INDEX_WEIGHTS
from scoring.outlook import Pace
from scoring.outlook.assumptions import AppraisalCut
from scoring.scenarios import IndexScore, Override, Scenario, place_of
from ui import gateway, gateway_outlook
from ui import gateway_scenarios as scenarios
from ui.address import moved_in_history, name_several, put, quoted, select, select_several, write
from ui.clock import now
from ui.lasting import lasting
from ui.outcome import attempt

ROWS, LOADED, OPENED = "mp_rows", "mp_loaded", "mp_opened"
PLACE = "scenarios"
"""Where what a button did is said."""
SEEN = "mp_seen"
"""The version of the chosen scenario that this reader has opened or written; a later one was saved elsewhere."""
POINTS, SEEN_POINTS, AT_BASE = "diem", "seen_diem", "goc"
"""The moved sliders in the address, as `NT:69,XH:150`, or that none is moved although the saved scenario moves some."""
COMPARED = "doi-chieu"
"""The scenarios beside the one on screen, in the address by their numbers: a name may change."""
CUT_KEYS = ("mp_cut_low", "mp_cut_mode", "mp_cut_high")


@dataclass(frozen=True)
class Setting:
    """What a scenario stands on: the saved one it began with, period, month, base line, pace of the rivals."""

    saved: SavedScenario | None
    period_id: int
    month: int
    base: BaseLine
    pace: Pace

    @property
    def key(self) -> tuple[int, int, int]:
        """Period, month and base year, as results are asked for."""
        return self.period_id, self.month, self.base.base_year

    @property
    def snapshot(self) -> ProvincialSnapshot:
        """The province at the end of the month."""
        return gateway_outlook.provincial(self.period_id, self.month)

    def slider_key(self, code: str) -> str:
        """Key of a main index's slider: another base has other sliders."""
        return _slider_key(code, self.period_id, self.month, self.base.base_year)


def _slider_key(code: str, period_id: int, month: int, base_year: int) -> str:
    return f"mp_{code}_{period_id}_{month}_{base_year}"


def base_points(base: BaseLine, code: str) -> int:
    """Where a slider stands when it changes nothing: the base in whole points of the thousand."""
    return round(base.indices[code] * INDEX_WEIGHTS[code])


def rows() -> tuple[Override, ...]:
    """The overrides beside the sliders."""
    return st.session_state.get(ROWS, ())


def put_row(override: Override) -> None:
    """Adds an override, in the place of one that speaks of the same."""
    place = place_of(override)
    st.session_state[ROWS] = (*(r for r in rows() if place_of(r) != place), override)


def drop_row(place: tuple[object, ...]) -> None:
    """Takes an override out."""
    st.session_state[ROWS] = tuple(r for r in rows() if place_of(r) != place)


def _load(saved: SavedScenario | None) -> None:
    """Puts a saved scenario, or an empty one, into widgets and address before they are drawn."""
    scenario = Scenario() if saved is None else saved.scenario
    st.session_state[ROWS] = tuple(o for o in scenario.overrides if not isinstance(o, IndexScore))
    cut = scenario.cut
    for key, share in zip(CUT_KEYS, (cut.low, cut.mode, cut.high), strict=True):
        st.session_state[key] = round(share * 100)
    for key in [str(k) for k in st.session_state if str(k).startswith("mp_component_")]:
        del st.session_state[key]
    st.session_state[SEEN] = None if saved is None else saved.version
    if saved is None:
        for key in [str(k) for k in st.session_state if any(str(k).startswith(f"mp_{c}_") for c in INDEX_WEIGHTS)]:
            del st.session_state[key]
        return
    put("ky", str(saved.period_id))
    put("thang", str(saved.month))
    put("nam-goc", str(saved.base_year))
    put("toc-do", pace_code(scenario.pace))
    base = gateway_outlook.our_base_line(saved.period_id, saved.month, saved.base_year)
    direct = {o.index: o.score for o in scenario.overrides if isinstance(o, IndexScore)}
    for code, weight in INDEX_WEIGHTS.items():
        value = round(direct[code] * weight) if code in direct else base_points(base, code)
        st.session_state[_slider_key(code, saved.period_id, saved.month, saved.base_year)] = value


def stop_without_indices(snapshot: ProvincialSnapshot, base: BaseLine) -> None:
    """Say why and end the page where the province's criteria set does not speak of every national main index."""
    lacking = lacking_indices(snapshot, base)
    if lacking:
        st.info(
            _(
                "Bộ chỉ số cấp tỉnh của kỳ này không có chỉ số chính {codes} của bộ chỉ số quốc gia nên không tính được điểm "
                "toàn quốc từ số liệu của kỳ; hãy chọn kỳ khác, hoặc dùng bộ chỉ số cấp tỉnh có đủ tám chỉ số chính."
            ).format(codes=", ".join(lacking))
        )
        st.stop()


def choose_setting() -> Setting:
    """Draw the choice of scenario, period, month, base year and pace beside each other, and give what they choose."""
    known = {str(s.id): s for s in scenarios.saved()}
    years = {str(p.id): (p, months) for p, months in gateway.calendar() if months}
    _open_saved()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {"": _("Kịch bản mới"), **{code: scenario_label(s) for code, s in known.items()}}
        chosen = select(_("Kịch bản"), "kich-ban", names)
        if st.session_state.get(LOADED) != chosen:
            _load(known.get(chosen))
            st.session_state[LOADED] = chosen
        period_id = select(_("Kỳ số liệu"), "ky", {code: p.name for code, (p, _months) in years.items()})
        period, months = years[period_id]
        options = {str(m): _("Tháng {month}").format(month=m) for m in reversed(months)}
        month = int(select(_("Số liệu đến hết"), "thang", options))
        known_years = gateway_outlook.known_base_years()
        bases = {str(y): _("{year}").format(year=y) for y in known_years}
        base_year = int(select(_("Năm gốc"), "nam-goc", bases, widget="segmented"))
        paces = {code: pace_name(code) for code in PACES}
        pace = PACES[select(_("Các tỉnh khác"), "toc-do", paces)]
    base = gateway_outlook.our_base_line(period.id, month, base_year)
    return Setting(known.get(chosen), period.id, month, base, pace)


def _points_of(asked: str) -> tuple[dict[str, int], list[str]]:
    """Points by main index as the address names them, and the parts that say nothing a slider can show."""
    points: dict[str, int] = {}
    strange: list[str] = []
    for part in asked.split(",") if asked not in ("", AT_BASE) else ():
        code, _colon, value = part.partition(":")
        fits = code in INDEX_WEIGHTS and value.isascii() and value.isdigit() and len(value) <= len("1000")
        if fits and int(value) <= INDEX_WEIGHTS[code]:
            points[code] = int(value)
        else:
            strange.append(part)
    return points, strange


def _saved_points(setting: Setting) -> dict[str, int]:
    """What the chosen scenario was saved with; nothing for a new one."""
    kept = () if setting.saved is None else setting.saved.scenario.overrides
    return {o.index: round(o.score * INDEX_WEIGHTS[o.index]) for o in kept if isinstance(o, IndexScore)}


def _in_address(setting: Setting, points: Mapping[str, int]) -> str | None:
    """The moved sliders as the address names them; None where base or saved scenario say the same."""
    if points == _saved_points(setting):
        return None
    return ",".join(f"{code}:{value}" for code, value in points.items()) or AT_BASE


def _put_points(setting: Setting, points: Mapping[str, int]) -> None:
    for code in INDEX_WEIGHTS:
        st.session_state[setting.slider_key(code)] = points.get(code, base_points(setting.base, code))


def _settle_sliders(setting: Setting) -> None:
    """Put the points of the address into the sliders; what it names wrongly is said."""
    asked, unusable, differs = st.query_params.get(POINTS), "", False
    if asked is not None and asked != st.session_state.get(SEEN_POINTS):
        points, strange = _points_of(asked)
        _put_points(setting, points)
        unusable = ", ".join(quoted(part) for part in strange)
        differs = setting.saved is not None and _in_address(setting, points) is not None
    elif asked is None and moved_in_history():
        _put_points(setting, _saved_points(setting))
    told = _(
        "Địa chỉ nêu điểm chỉ số chính {parts} không dùng được; cần mã và số điểm nguyên trong thang của chỉ số, ví dụ NT:69. "
        "Các chỉ số chính còn lại giữ điểm gốc."
    ).format(parts=unusable)
    told = lasting(POINTS, told if unusable else None)
    if told is not None:
        st.warning(told)
    if differs:
        st.info(
            _("Các thanh trượt lấy theo địa chỉ, khác bản đã lưu của kịch bản «{name}».").format(
                name=setting.saved.name if setting.saved else ""
            )
        )


def sliders(setting: Setting) -> dict[str, float]:
    """Draw one slider a main index, in points of the thousand, and name the moved ones in the address. Returns these as fractions."""
    _settle_sliders(setting)
    names = index_names(setting.snapshot)
    moved: dict[str, int] = {}
    left, right = st.columns(2, gap="medium")
    for place, (code, weight) in enumerate(INDEX_WEIGHTS.items()):
        key, start = setting.slider_key(code), base_points(setting.base, code)
        st.session_state.setdefault(key, start)
        label = _("{code} {name}: gốc {base} trên {weight} điểm").format(
            code=code, name=names[code], base=start, weight=weight
        )
        with left if place < len(INDEX_WEIGHTS) // 2 else right:
            value = st.slider(label, 0, weight, step=1, key=key, persist_state="session")
        if value != start:
            moved[code] = value
    write(POINTS, _in_address(setting, moved))
    return {code: value / INDEX_WEIGHTS[code] for code, value in moved.items()}


def cut_editor() -> AppraisalCut:
    """Draw the three shares of the appraisal cut. Returns the cut; the default one while they are out of order."""
    default = AppraisalCut()
    shares: list[int] = []
    labels = (_("Thấp nhất (%)"), _("Thường gặp (%)"), _("Cao nhất (%)"))
    columns = st.columns(3)
    for column, key, label, share in zip(
        columns, CUT_KEYS, labels, (default.low, default.mode, default.high), strict=True
    ):
        st.session_state.setdefault(key, round(share * 100))
        with column:
            shares.append(int(st.number_input(label, 0, 100, step=1, key=key, persist_state="session") or 0))
    low, mode, high = (share / 100 for share in shares)
    if low <= mode <= high:
        return AppraisalCut(low, mode, high)
    st.warning(
        _("Tỷ lệ cắt phải tăng dần: thấp nhất, thường gặp, cao nhất. Đang dùng mặc định 0 %, 15 %, 23 %; hãy sửa lại.")
    )
    return default


def scenario_of(setting: Setting, moved: Mapping[str, float], cut: AppraisalCut) -> Scenario:
    """What the widgets say, as one value."""
    direct = tuple(IndexScore(code, score) for code, score in moved.items())
    return Scenario((*rows(), *direct), setting.pace, cut)


def _open_saved() -> None:
    """Makes a scenario that has just been stored the chosen one; widgets already hold it."""
    code, version = st.session_state.pop(OPENED, (None, None))
    if code is not None:
        st.session_state[LOADED], st.session_state[SEEN], st.session_state["mp_name"] = code, version, ""
        put("kich-ban", code)


def save_new(setting: Setting, scenario: Scenario) -> None:
    """Saves what the widgets say under the name that was typed, and runs the page again on it."""

    def action(who: Identity) -> str:
        name = str(st.session_state.get("mp_name") or "")
        draft = Draft(name, setting.period_id, setting.month, setting.base.base_year, scenario)
        saved = scenarios.write(lambda session: save_scenario(session, who, draft, now()))
        st.session_state[OPENED] = str(saved.id), saved.version
        return _("Đã lưu kịch bản «{name}».").format(name=saved.name)

    attempt(PLACE, action, ScenarioStoreError)


def _seen(own: SavedScenario) -> int:
    """The version of the chosen scenario that the reader works on."""
    return int(st.session_state.get(SEEN) or own.version)


def _open_anew() -> None:
    """Takes the chosen scenario as it is saved now, in the place of what the widgets say."""
    del st.session_state[LOADED]


def save_over(setting: Setting, scenario: Scenario) -> None:
    """Puts what the widgets say in the place of the chosen scenario."""
    own = setting.saved
    assert own is not None

    def action(who: Identity) -> str:
        draft = Draft(own.name, setting.period_id, setting.month, setting.base.base_year, scenario)
        saved = scenarios.write(lambda session: change_scenario(session, who, own.id, _seen(own), draft, now()))
        st.session_state[SEEN] = saved.version
        return _("Đã lưu thay đổi vào kịch bản «{name}».").format(name=saved.name)

    attempt(PLACE, action, ScenarioStoreError)


def rename(own: SavedScenario) -> None:
    """Gives the chosen scenario the name that was typed."""

    def action(who: Identity) -> str:
        name = str(st.session_state.get("mp_name") or "")
        saved = scenarios.write(lambda session: rename_scenario(session, who, own.id, _seen(own), name, now()))
        st.session_state[SEEN] = saved.version
        st.session_state["mp_name"] = ""
        return _("Đã đổi tên «{old}» thành «{new}».").format(old=own.name, new=saved.name)

    attempt(PLACE, action, ScenarioStoreError)


def duplicate(own: SavedScenario) -> None:
    """Opens a copy of the chosen scenario, as it was saved."""

    def action(who: Identity) -> str:
        saved = scenarios.write(lambda session: duplicate_scenario(session, who, own.id, now()))
        put("kich-ban", str(saved.id))
        return _("Đã nhân bản thành «{name}».").format(name=saved.name)

    attempt(PLACE, action, ScenarioStoreError)


def delete(own: SavedScenario) -> None:
    """Removes the chosen scenario; what the widgets say stays as a new one."""

    def action(who: Identity) -> str:
        name = scenarios.write(lambda session: delete_scenario(session, who, own.id, _seen(own), now()))
        st.session_state[LOADED] = ""
        put("kich-ban", "")
        return _("Đã xóa kịch bản «{name}».").format(name=name)

    attempt(PLACE, action, ScenarioStoreError)


def draw_saving(setting: Setting, scenario: Scenario, identity: Identity) -> None:
    """Draw the name and the buttons that the identity may press: save as new; for a saved one also save, rename,
    duplicate, delete."""
    own = setting.saved
    if not permitted(identity, Action.SAVE_SCENARIO):
        st.caption(_("Vai trò của bạn thử kịch bản tự do nhưng không lưu được; hãy tải kết quả về nếu cần giữ lại."))
        return
    if own is not None and own.version != _seen(own):
        st.warning(
            _(
                "Kịch bản «{name}» đã được lưu ở nơi khác sau khi bạn mở. Các thay đổi của bạn còn trên màn hình: hãy "
                "lưu thành kịch bản mới, hoặc mở lại bản mới (các thay đổi của bạn sẽ mất)."
            ).format(name=own.name)
        )
        st.button(_("Mở lại bản mới"), key="mp_open_anew", on_click=_open_anew)
    may_change = own is not None and permitted(identity, Action.CHANGE_SCENARIO, author=own.author)
    st.text_input(_("Tên kịch bản"), key="mp_name", placeholder=_("ví dụ: Đẩy mạnh hồ sơ trực tuyến"))
    with st.container(horizontal=True):
        # Answered here and not in a callback, so that what is saved is what the widgets hold now.
        if st.button(_("Lưu thành kịch bản mới"), key="mp_save_new"):
            save_new(setting, scenario)
            st.rerun()
        if own is None:
            return
        if may_change:
            if st.button(_("Lưu thay đổi"), key="mp_save"):
                save_over(setting, scenario)
                st.rerun()
            st.button(_("Đổi tên"), key="mp_rename", on_click=rename, args=(own,))
        st.button(_("Nhân bản"), key="mp_duplicate", on_click=duplicate, args=(own,))
        if may_change:
            with st.popover(_("Xóa"), key="mp_delete"):
                st.write(_("Xóa hẳn kịch bản «{name}»? Không lấy lại được.").format(name=own.name))
                st.button(_("Xóa kịch bản này"), key="mp_delete_sure", on_click=delete, args=(own,))
    if own.author:
        st.caption(_("Người lập kịch bản «{name}»: {author}.").format(name=own.name, author=own.author))


def _by_number(saved: Mapping[str, SavedScenario]) -> None:
    """Puts numbers in the place of names in an address of an earlier version, whose names a renaming would break."""
    numbers = {own.name: number for number, own in saved.items()}
    asked = st.query_params.get_all(COMPARED)
    if any(name in numbers and name not in saved for name in asked):
        name_several(COMPARED, [numbers.get(name, name) for name in asked])


def choose_compared(now: ScenarioResult) -> list[tuple[str, ScenarioResult]]:
    """Draw the choice of saved scenarios. Returns at most four results: what is on the screen, and those chosen."""
    saved = {str(s.id): s for s in scenarios.saved()}
    _by_number(saved)
    chosen = select_several(
        _("Kịch bản đặt cạnh (nhiều nhất {most})").format(most=MOST_COMPARED - 1),
        COMPARED,
        {number: own.name for number, own in saved.items()},
        default=(),
        most=MOST_COMPARED - 1,
    )
    named = [(_("Đang xem"), now)]
    for number in chosen:
        own = saved[number]
        named.append((own.name, scenarios.result(own.period_id, own.month, own.base_year, own.scenario)))
    return named
