"""The filters that screens share: level, year, month, what to compare with, unit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

import streamlit as st

from assessment.permissions import Identity
from assessment.province import ProvincialSnapshot
from assessment.publication import is_published, may_read_unpublished
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot, ScoreStage
from criteria.model import Level
from data.repositories import PeriodRecord, UnitRecord
from language import _, capitalised
from reports import labels
from reports.publication import edition_name
from ui import gateway, gateway_reports
from ui.account_box import draw_sign_in_link
from ui.address import begin_with, quoted, select
from ui.identity import identity_of_run
from ui.lasting import lasting

RANKED: Mapping[str, Level] = {"so": "department", "huyen": "district", "xa": "commune"}
"""Levels whose units are ranked, by their code in the address."""

_BEGUN = "begun_with_own_unit"
COMPARED = "so-voi"
"""What is compared with is called so in the address."""
EDITION = "lan"
"""What the edition is called in the address."""
STAGE = "diem"
STAGES: Mapping[str, ScoreStage] = {
    "tu-danh-gia": ScoreStage.SELF,
    "tham-dinh": ScoreStage.APPRAISED,
    "cong-bo": ScoreStage.PUBLISHED,
}
"""The three scores by their code in the address, where they are called STAGE."""
LEVELS: Mapping[str, Level] = {**RANKED, "tinh": "province"}
"""All levels that have a criteria set, by their code in the address."""


def origin_of(period: PeriodRecord) -> Literal["demonstration", "office"]:
    """Origin of a period, as the page frame takes it."""
    return "demonstration" if labels.is_demonstration(period) else "office"


def level_names() -> Mapping[str, str]:
    """What each level is called, by its code in the address."""
    return {code: labels.level_name(level) for code, level in LEVELS.items()}


@dataclass(frozen=True)
class Choice:
    """What the reader chose: a snapshot of one level, one of its lists, and what movement is measured from.

    stages: the scores that the reader could choose between; none where the screen leaves no choice.
    """

    level_code: str
    now: LevelSnapshot
    list_code: str
    then: LevelSnapshot | None
    stages: tuple[ScoreStage, ...] = ()

    @property
    def stage_query(self) -> Mapping[str, str]:
        """What names the score in an address; empty for the one that is shown there without it."""
        return stage_query(self.now.period, self.now.stage)

    @property
    def whole_list(self) -> bool:
        """Whether the list is that of the whole level."""
        return self.list_code == self.now.lists[0].code

    @property
    def demonstration(self) -> bool:
        """Whether the figures are invented."""
        return labels.is_demonstration(self.now.period)

    @property
    def source(self) -> str:
        """The source line of charts."""
        return labels.source_of(self.now)

    @property
    def origin(self) -> Literal["demonstration", "office"]:
        """Origin of the period, as the page frame takes it."""
        return origin_of(self.now.period)


def stage_query(period: PeriodRecord, stage: ScoreStage) -> Mapping[str, str]:
    """What names a score in an address; empty for the one that is shown there without it."""
    usual = ScoreStage.PUBLISHED if is_published(period) else ScoreStage.SELF
    return {} if stage is usual else {STAGE: next(code for code, own in STAGES.items() if own is stage)}


def begin_with_own_unit(identity: Identity) -> None:
    """Whoever works for a unit begins every screen with it, until somebody else is chosen or an address names one."""
    if identity.role not in (Role.DATA_ENTRY, Role.UNIT_LEADER) or _BEGUN in st.session_state:
        return
    st.session_state[_BEGUN] = True
    periods = (period for period, _months in gateway.calendar())
    units = (unit for period in periods for unit in gateway_reports.units(period, identity))
    own = next(units, None)
    if own is not None:
        begin_with("khoi", next(code for code, level in RANKED.items() if level == own.level))
        begin_with("don-vi", own.code)


def month_name(month: int) -> str:
    """What a month is called in a filter."""
    return _("Tháng {month}").format(month=month)


@dataclass(frozen=True)
class Moment:
    """A month of a period, which score of it is shown, and the place of the snapshot that movement is measured from.

    stages: the scores that the reader could choose between; none where the screen leaves no choice.
    """

    period: PeriodRecord
    month: int
    then: tuple[PeriodRecord, int] | None
    stage: ScoreStage
    stages: tuple[ScoreStage, ...] = ()

    @property
    def demonstration(self) -> bool:
        """Whether the figures are invented."""
        return labels.is_demonstration(self.period)

    @property
    def text(self) -> str:
        """Where the reader is: period and month."""
        return " › ".join((self.period.name, month_name(self.month)))

    @property
    def stage_query(self) -> Mapping[str, str]:
        """What names the score in an address; empty for the one that is shown there without it."""
        return stage_query(self.period, self.stage)


def choose_month() -> tuple[PeriodRecord, int]:
    """Draw the filters of period and month in the current place, and give what they choose.

    At least one period has a month; `stop_without_figures` has seen to that.
    """
    years = {str(p.id): (p, months) for p, months in gateway.calendar() if months}
    period_id = select(_("Kỳ đánh giá"), "ky", {code: p.name for code, (p, _months) in years.items()})
    period, months = years[period_id]
    month = int(select(_("Số liệu đến hết"), "thang", {str(m): month_name(m) for m in reversed(months)}))
    return period, month


def choose_moment(*, comparison: bool = True, scores: Collection[ScoreStage] = ()) -> Moment:
    """Draw the filters of period, month, comparison and score in the current place, and give what they choose.

    comparison: whether the screen compares with an earlier snapshot at all; without it there is nothing to choose. Nor
    is there of appraised and published scores, which are measured from what was published before.
    scores: those that the screen can show; without any it shows that of the units' own figures, and the published one
    to those who see nothing else. At least one period has a month, as for `choose_month`.
    """
    period, month = choose_month()
    stages = tuple(s for s in gateway.stages(period.id, month) if s in scores) if scores else ()
    stage = choose_stage(period, stages) if scores else gateway.usual_stage()
    then = _choose_compared(period, month, stage) if comparison else None
    return Moment(period, month, then, stage, stages)


def _choose_compared(period: PeriodRecord, month: int, stage: ScoreStage) -> tuple[PeriodRecord, int] | None:
    """The snapshot that movement is measured from; asked for where there is a choice, of the self-assessed score."""
    if stage is not ScoreStage.SELF:
        if COMPARED in st.query_params:
            # It would stand in the address for nothing.
            del st.query_params[COMPARED]
        return gateway.published_before(period.id)
    options = {"thang": _("Kỳ liền trước"), "nam": _("Cuối năm trước")}
    last_month = select(_("So với"), COMPARED, options) == "thang"
    return gateway.before(period.id, month) if last_month else gateway.year_before(period.id)


def stop_without_figures() -> None:
    """Say what to do and end the page while no period has figures: an office's database begins empty."""
    if not any(months for _period, months in gateway.calendar()):
        _stop(_("Chưa có số liệu của kỳ đánh giá nào."))


def _stop_public() -> NoReturn:
    st.info(
        _(
            "Chưa có kết quả đánh giá nào được công bố. Người làm công tác đánh giá của cơ quan, đơn vị đăng nhập để xem "
            "số liệu đang thực hiện; thứ hạng toàn quốc đã công bố có ở màn hình «Thứ hạng toàn quốc»."
        )
    )
    draw_sign_in_link()
    st.stop()


def _stop(what: str) -> NoReturn:
    if not may_read_unpublished(identity_of_run()):
        _stop_public()
    todo = _(
        "Hãy nhập số liệu của cơ quan (hướng dẫn sử dụng, mục 16 «Số liệu của cơ quan») hoặc đưa số liệu trình diễn vào lại."
    )
    st.info(f"{what} {todo}")
    st.stop()


def choose_stage(period: PeriodRecord, stages: Sequence[ScoreStage]) -> ScoreStage:
    """Which of the scores of a period is shown: the published one from its publication on. Asked only of several.

    Draws in the current place; an address that names a score or an edition that is not shown is answered with a sentence.
    """
    stage = ScoreStage.PUBLISHED if ScoreStage.PUBLISHED in stages else ScoreStage.SELF
    if len(stages) > 1 or STAGE in st.query_params:
        names = {code: capitalised(labels.stage_name(own)) for code, own in STAGES.items() if own in stages}
        default = next(code for code, own in STAGES.items() if own is stage)
        stage = STAGES[select(_("Điểm"), STAGE, names, default=default)]
    _tell_other_edition(period, stage)
    return stage


def _tell_other_edition(period: PeriodRecord, stage: ScoreStage) -> None:
    """Says what is shown where the address names another edition than the one in force: others have their own screen."""
    asked = st.query_params.get(EDITION)
    edition = gateway.edition(period.id) if stage is ScoreStage.PUBLISHED else None
    told = None
    if asked is not None and (edition is None or asked != str(edition.number)):
        del st.query_params[EDITION]
        told = _("Địa chỉ nêu lần công bố «{value}» không có ở màn hình này; đang hiển thị {shown}.").format(
            value=quoted(asked),
            shown=labels.stage_name(stage)
            if edition is None
            else _(
                "«{edition}», lần đang có hiệu lực. Kết quả của từng lần công bố có ở màn hình «Kết quả công bố»"
            ).format(edition=edition_name(edition)),
        )
    told = lasting("other_edition", told)
    if told is not None:
        st.warning(told)


def choose_snapshot(*, comparison: bool = True, scores: bool = False) -> Choice:
    """Draw the filters of level, period, month, comparison, score and list beside each other, and give what they choose.

    comparison: as of `choose_moment`. scores: whether the reader chooses between the three scores. Ends the page with a
    sentence while there is nothing to choose from.
    """
    stop_without_figures()
    names = level_names()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        levels = {code: names[code] for code in RANKED}
        level_code = select(_("Khối xếp hạng"), "khoi", levels, widget="segmented")
        moment = choose_moment(comparison=comparison, scores=tuple(ScoreStage) if scores else ())
        level = RANKED[level_code]
        now = gateway.snapshot(moment.period.id, level, moment.month, moment.stage)
        list_code = _choose_list(now)
    withheld = labels.withheld_text(now)
    if withheld:
        st.caption(withheld)
    then = gateway.compared_with(moment.then, level, gateway.earlier_stage(now.stage))
    return Choice(level_code, now, list_code, then, moment.stages)


def _choose_list(now: LevelSnapshot) -> str:
    """The list to rank in; asked for only where the level has more than one. The whole level without a choice."""
    if len(now.lists) == 1:
        # The list of another level would stand in the address for nothing.
        if "danh-sach" in st.query_params:
            del st.query_params["danh-sach"]
        return now.lists[0].code
    return select(_("Danh sách"), "danh-sach", {x.code: labels.list_name(x) for x in now.lists})


def listed_units(choice: Choice) -> tuple[UnitRecord, ...]:
    """The units of the chosen list, in Vietnamese order."""
    members = choice.now.list_of(choice.list_code).members
    return tuple(choice.now.units[choice.now.row_of[code]] for code in members)


def as_of(choice: Choice) -> str:
    """Where the reader is: level, period and month."""
    return " › ".join((choice.now.period.name, month_name(choice.now.month), level_names()[choice.level_code]))


def set_status(snapshot: LevelSnapshot | ProvincialSnapshot) -> str:
    """The set of a snapshot with its version, and whether it is official and released or a reference set."""
    return f"{labels.set_name(snapshot.criteria_set)}, {labels.used_set_status(snapshot)}"
