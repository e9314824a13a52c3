"""Why a unit's place moved, in words."""

from collections.abc import Sequence

from assessment.rank_change import CauseStep, MovedCriterion, RankChange
from data.repositories import UnitRecord
from language import _, format_number, format_signed
from scoring.waterfall import Cause

MOST_NAMED = 5
"""Units that a sentence names one by one."""


def cause_name(cause: Cause) -> str:
    """A cause in few words."""
    return {
        Cause.RULES: _("Bộ chỉ số"),
        Cause.NOT_APPLICABLE: _("Nội dung không áp dụng"),
        Cause.OWN: _("Kết quả của đơn vị"),
        Cause.APPRAISAL: _("Thẩm định"),
        Cause.RIVALS: _("Các đơn vị khác"),
    }[cause]


def cause_text(step: CauseStep, change: RankChange) -> str:
    """What a cause means here."""
    match step.cause:
        case Cause.RULES if change.same_set:
            return _("Hai kỳ dùng cùng bộ chỉ số nên bước này bằng 0.")
        case Cause.RULES:
            return _("Số liệu cũ của cả khối chấm lại theo bộ chỉ số mới.")
        case Cause.NOT_APPLICABLE if not step.points:
            return _("Nội dung không áp dụng của đơn vị không thay đổi, hoặc thay đổi mà không làm đổi điểm.")
        case Cause.NOT_APPLICABLE:
            return _("Nội dung không áp dụng của đơn vị thay đổi, số liệu vẫn như cũ.")
        case Cause.OWN:
            return _("Số liệu mới của đơn vị, gồm các chỉ số vừa đến kỳ số liệu; các đơn vị khác vẫn như cũ.")
        case Cause.APPRAISAL:
            return _("Điểm sau thẩm định thay cho điểm tự đánh giá.")
        case Cause.RIVALS if step.points:
            return _(
                "Các đơn vị khác có số liệu mới; điểm của đơn vị đổi theo vì có chỉ số chấm so với giá trị của các đơn vị khác."
            )
        case Cause.RIVALS:
            return _("Các đơn vị khác trong khối có số liệu mới; điểm của đơn vị không đổi.")


def places_text(places: int) -> str:
    """Places won or lost, in words."""
    if not places:
        return _("giữ hạng")
    text = _("tăng {n} hạng") if places > 0 else _("giảm {n} hạng")
    return text.format(n=format_number(abs(places)))


def change_sentences(change: RankChange) -> tuple[str, ...]:
    """Why the place moved: the sum, the criteria that the unit moved most, and who changed sides with it."""
    total = change.start_rank - change.end_rank
    sentences = [
        _("Từ {before} đến {after}: {places} (hạng {old} → {new}), điểm {points} ({start} → {end}).").format(
            before=change.before,
            after=change.after,
            places=places_text(total),
            old=change.start_rank,
            new=change.end_rank,
            points=format_signed(change.end_total - change.start_total, 2),
            start=format_number(change.start_total, 2),
            end=format_number(change.end_total, 2),
        )
    ]
    if change.moved:
        named = "; ".join(map(_moved_text, change.moved))
        sentences.append(_("Chỉ số thành phần làm tổng điểm của đơn vị đổi nhiều nhất: {named}.").format(named=named))
    if change.newly_due:
        sentences.append(
            _(
                "{n} chỉ số thành phần vừa đến kỳ số liệu, nên mỗi chỉ số khác chiếm phần nhỏ hơn trong tổng điểm."
            ).format(n=format_number(change.newly_due))
        )
    if change.alone_rank != change.end_rank:
        sentences.append(_alone_text(change))
    if change.overtaken_by:
        sentences.append(_("Trước đứng dưới, nay đứng trên đơn vị: {names}.").format(names=_names(change.overtaken_by)))
    if change.overtook:
        sentences.append(_("Trước đứng trên, nay đứng dưới đơn vị: {names}.").format(names=_names(change.overtook)))
    return tuple(sentences)


def _alone_text(change: RankChange) -> str:
    """Where the unit would stand if the others had not moved."""
    places = change.start_rank - change.alone_rank
    text = (
        _("Nếu các đơn vị khác đứng yên thì đơn vị lên hạng {rank}.")
        if places > 0
        else _("Nếu các đơn vị khác đứng yên thì đơn vị xuống hạng {rank}.")
        if places < 0
        else _("Nếu các đơn vị khác đứng yên thì đơn vị giữ hạng {rank}.")
    )
    return text.format(rank=format_number(change.alone_rank))


def _moved_text(moved: MovedCriterion) -> str:
    due = _(", vừa đến kỳ số liệu") if moved.newly_due else ""
    return f"{moved.criterion.code} {moved.criterion.name} ({format_signed(moved.gain, 2)}{due})"


def _names(units: Sequence[UnitRecord]) -> str:
    names = ", ".join(u.name_vi for u in units[:MOST_NAMED])
    more = len(units) - MOST_NAMED
    return names if more <= 0 else _("{names} và {n} đơn vị khác").format(names=names, n=format_number(more))
