"""Labels that screens and papers share: what is invented, what is only a reference, where figures come from."""

from assessment.decisions import Decision
from assessment.province import ProvincialSnapshot
from assessment.scorecard import Standing
from assessment.snapshots import LevelSnapshot, ScoreStage
from criteria.levels import level_names
from criteria.model import CriteriaSet, Level
from data.models import InputOrigin, PeriodOrigin
from data.ranking_lists import kind_of
from data.repositories import PeriodRecord, RankingListRecord
from language import _, fold, format_date, language

DEMONSTRATION_PREFIX = "TRINH-DIEN_"


def no_figures_text(stage: ScoreStage = ScoreStage.SELF) -> str:
    """What stands for rank, total and band of a unit that has no figure at all, and for a figure that is not there.

    stage: of the score; what is open in appraised points nobody has ruled on yet, whatever the unit reported.
    """
    return _("chưa thẩm định") if stage == ScoreStage.APPRAISED else _("chưa có số liệu")


def demonstration_label() -> str:
    """The label that every screen, picture and paper with invented figures carries."""
    return _("SỐ LIỆU TRÌNH DIỄN - KHÔNG CÓ GIÁ TRỊ")


def trial_label(*snapshots: LevelSnapshot) -> str:
    """The label of results of an internal trial run, which have no force; empty where none is of one.

    Invented figures bear the demonstration label, which says more.
    """
    if any(s.trial and not is_demonstration(s.period) for s in snapshots):
        return _("CHẠY THỬ NỘI BỘ - KẾT QUẢ KHÔNG CÓ GIÁ TRỊ, KHÔNG CÔNG BỐ")
    return ""


def reference_set_label() -> str:
    """The status of a criteria set that nobody has issued."""
    return _("bộ tham chiếu, không phải bộ chính thức")


def is_demonstration(period: PeriodRecord) -> bool:
    """Whether the figures of a period are invented."""
    return period.origin == PeriodOrigin.DEMONSTRATION


def period_label(period: PeriodRecord) -> str:
    """The demonstration label for a period with invented figures, empty for any other."""
    return demonstration_label() if is_demonstration(period) else ""


def level_name(level: Level) -> str:
    """What a level is called."""
    return level_names()[level]


def list_name(ranking_list: RankingListRecord) -> str:
    """What a ranking list is called."""
    return ranking_list.name_en if language() == "en" and ranking_list.name_en else ranking_list.name_vi


def place_in(standing: Standing, area: str) -> str:
    """The unit's place in one of its lists: `3/82 toàn tỉnh`, `1/12 trong Thành phố Vũng Tàu`, `2/29 phường`.

    area: name of the district of a commune.
    """
    names = {
        "whole": _("toàn tỉnh"),
        "area": _("trong {area}").format(area=area),
        "type": standing.unit.type_vi.lower(),
    }
    name = names.get(kind_of(standing.ranking_list.code), f"({list_name(standing.ranking_list)})")
    return f"{standing.rank}/{standing.units} {name}"


def origin_text(origin: str) -> str:
    """Where an input comes from. Raises ValueError for an origin that is not known."""
    return {
        InputOrigin.SELF_ASSESSED: _("đơn vị tự báo cáo"),
        InputOrigin.SOURCE_SYSTEM: _("số liệu hệ thống"),
        InputOrigin.DEMONSTRATION: _("số liệu trình diễn"),
    }[InputOrigin(origin)]


def set_name(criteria_set: CriteriaSet) -> str:
    """Title and version of a criteria set."""
    return _("{title} (mã {id}, phiên bản {version})").format(
        title=criteria_set.title or _("Bộ chỉ số"), id=criteria_set.id, version=criteria_set.version
    )


def set_status(criteria_set: CriteriaSet, *, released: bool) -> str:
    """Status of a set: a reference set says so, an official one names its document, and whether it is released."""
    if criteria_set.status == "reference":
        return reference_set_label()
    issued = next(iter(criteria_set.legal_basis), None)
    if issued is None:
        return _("bộ chính thức") if released else _("bộ chính thức, chưa ban hành")
    told = (
        _("bộ chính thức, ban hành theo {document}") if released else _("bộ chính thức theo {document}, chưa ban hành")
    )
    return told.format(document=issued.document)


def used_set_status(snapshot: LevelSnapshot | ProvincialSnapshot) -> str:
    """Status of the set that a snapshot is scored by."""
    return set_status(snapshot.criteria_set, released=snapshot.released)


def short_set_status(snapshot: LevelSnapshot | ProvincialSnapshot) -> str:
    """Status of the set that a snapshot is scored by, in a word or two."""
    if snapshot.criteria_set.status == "reference":
        return _("tham chiếu")
    return _("chính thức") if snapshot.released else _("chính thức chưa ban hành")


def figures_kind(period: PeriodRecord, stage: ScoreStage = ScoreStage.SELF) -> str:
    """Who the figures of a period are from that a score rests on."""
    if is_demonstration(period):
        return _("số liệu trình diễn do phần mềm sinh ra")
    reported = stage == ScoreStage.SELF
    return _("số liệu do cơ quan, đơn vị báo cáo") if reported else _("số liệu đã thẩm định")


def source_of(snapshot: LevelSnapshot) -> str:
    """Where the figures come from and by which set they were scored, in one short line."""
    kind = figures_kind(snapshot.period, snapshot.stage)
    if snapshot.stage != ScoreStage.SELF:
        kind = ", ".join(
            filter(None, (published_source(snapshot) or stage_name(snapshot.stage), kind, withheld_source(snapshot)))
        )
    chosen = snapshot.criteria_set
    return _("{kind}; chấm theo bộ {status} {id} {version}").format(
        kind=kind, status=short_set_status(snapshot), id=chosen.id, version=chosen.version
    )


def _withheld_name(snapshot: LevelSnapshot) -> str:
    return next((unit.name_vi for unit in snapshot.units if unit.key == snapshot.withheld), "")


def withheld_source(snapshot: LevelSnapshot) -> str:
    """What is left out of appraised points for whoever reads them, in a phrase; empty without anything."""
    name = _withheld_name(snapshot)
    return _("không tính kết luận chưa thông báo cho {unit}").format(unit=name) if name else ""


def withheld_text(snapshot: LevelSnapshot) -> str:
    """The same as a sentence that says what follows from it."""
    name = _withheld_name(snapshot)
    if not name:
        return ""
    return _(
        "Kết luận thẩm định chưa thông báo cho {unit} không hiện với người của đơn vị; ở đây {unit} được coi như chưa có các "
        "kết luận này nên hạng của các đơn vị khác có thể là một khoảng."
    ).format(unit=name)


def decision_name(decision: Decision) -> str:
    """A decision in a phrase: `Quyết định số 789/QĐ-UBND ngày 20/12/2024`."""
    return _("Quyết định số {number} ngày {day}").format(number=decision.number, day=format_date(decision.date))


def published_source(*snapshots: LevelSnapshot) -> str:
    """What published points rest on: `điểm công bố theo Quyết định số …`; empty without any that is published."""
    decisions = dict.fromkeys(own.decision for own in snapshots if own.decision is not None)
    return source_by(*decisions) if decisions else ""


def source_by(*decisions: Decision) -> str:
    """The same of decisions."""
    names = "; ".join(map(decision_name, decisions))
    return _("{score} theo {decisions}").format(score=stage_name(ScoreStage.PUBLISHED), decisions=names)


def stage_name(stage: ScoreStage) -> str:
    """Which of the three scores it is, as screens and papers write it. Source: glossary."""
    return {
        ScoreStage.SELF: _("điểm tự đánh giá"),
        ScoreStage.APPRAISED: _("điểm thẩm định"),
        ScoreStage.PUBLISHED: _("điểm công bố"),
    }[stage]


def source_line(snapshot: LevelSnapshot) -> str:
    """The source line of a paper."""
    return _("Nguồn: {source}.").format(source=source_of(snapshot))


def slug(text: str) -> str:
    """The text for a file name: lower case, without diacritics, words joined by hyphens."""
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in fold(text)).split())


def file_name(snapshot: LevelSnapshot, *parts: str, extension: str) -> str:
    """Name of a file made from a snapshot: `TRINH-DIEN_xep-hang_cap-xa_2024-12.xlsx`.

    Starts with the demonstration prefix when the period's figures are invented. Names the score unless it is the
    self-assessed one.
    """
    prefix = DEMONSTRATION_PREFIX if is_demonstration(snapshot.period) else ""
    month = f"{snapshot.period.year}-{snapshot.month:02d}"
    stage = () if snapshot.stage == ScoreStage.SELF else (stage_name(snapshot.stage),)
    return prefix + "_".join((*map(slug, (*parts, *stage)), month)) + "." + extension


def period_file_name(period: PeriodRecord, *parts: str, extension: str) -> str:
    """Name of a file about a whole period, as `file_name` with the year in the place of the month."""
    prefix = DEMONSTRATION_PREFIX if is_demonstration(period) else ""
    return prefix + "_".join((*map(slug, parts), str(period.year))) + "." + extension
