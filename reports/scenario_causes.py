"""Why a scenario brings another national rank, in words."""

from collections.abc import Sequence

from assessment.scenarios import ScenarioResult
from language import _, format_number, format_signed
from scoring.waterfall import Cause, NationalWaterfall

PLACES = 1
"""Decimals of a mean of ranks."""


def national_cause_name(cause: Cause) -> str:
    """A cause of the national rank in few words. Raises KeyError for a cause that a scenario does not have."""
    return {
        Cause.RULES: _("Trọng số của bộ chỉ số"),
        Cause.OWN: _("Kết quả của tỉnh"),
        Cause.APPRAISAL: _("Cắt khi thẩm định"),
        Cause.RIVALS: _("Các tỉnh khác"),
    }[cause]


def since_base_text(cause: Cause) -> str:
    """How a step from the base year is worked out. Raises KeyError likewise."""
    return {
        Cause.RULES: _("Chỉ đổi trọng số theo kịch bản; các tỉnh khác giữ điểm năm gốc."),
        Cause.OWN: _("Thêm mọi thay đổi khác của kịch bản, chưa cắt; các tỉnh khác giữ điểm năm gốc."),
        Cause.APPRAISAL: _("Trừ phần cắt khi thẩm định khỏi điểm tăng thêm."),
        Cause.RIVALS: _("Các tỉnh khác thay đổi như kịch bản giả định; điểm của tỉnh cộng nhiễu."),
    }[cause]


def between_text(cause: Cause) -> str:
    """How a step from one scenario to another is worked out. Raises KeyError likewise."""
    return {
        Cause.RULES: _("Thay trọng số của kịch bản trước bằng trọng số của kịch bản sau."),
        Cause.OWN: _("Thay mọi nội dung khác của kịch bản trước bằng nội dung của kịch bản sau."),
        Cause.APPRAISAL: _("Thay phần cắt khi thẩm định."),
        Cause.RIVALS: _("Thay tốc độ của các tỉnh khác."),
    }[cause]


def mean_rank(waterfall: NationalWaterfall, total: int) -> str:
    """The mean rank that a sum over the draws gives."""
    return format_number(total / waterfall.draws, PLACES)


def places_won(waterfall: NationalWaterfall, places_in_draws: int) -> str:
    """Places won (+) or lost (-) in the mean of the draws."""
    return format_signed(places_in_draws / waterfall.draws, PLACES)


def ends_in_words(result: ScenarioResult) -> tuple[str, str]:
    """What the base year and the scenario are called at the two ends of the steps."""
    base = result.base
    return _("Năm {year}").format(year=base.base_year), _("Kịch bản, năm {year}").format(year=base.target_year)


def waterfall_rows(waterfall: NationalWaterfall, between: bool) -> list[Sequence[str]]:
    """Cause, places, mean rank after the step, how it is worked out; the last row is the sum.

    between: whether it leads from one scenario to another instead of from the base year.
    """
    explain, total = between_text if between else since_base_text, waterfall.start
    rows: list[Sequence[str]] = []
    for step in waterfall.steps:
        total -= step.places_in_draws
        rows.append(
            (
                national_cause_name(step.cause),
                places_won(waterfall, step.places_in_draws),
                mean_rank(waterfall, total),
                explain(step.cause),
            )
        )
    return [
        *rows,
        (
            _("Cộng"),
            places_won(waterfall, waterfall.start - waterfall.end),
            mean_rank(waterfall, waterfall.end),
            _("Các bước cộng bằng đúng thay đổi của hạng bình quân."),
        ),
    ]
