"""The way to a unit's draft results from the screens on which it works before."""

from assessment.permissions import Action, Identity, permitted
from data.lineage import UnitKey
from language import _
from ui import gateway_explaining
from ui.tables import draw, way


def results_address(period_id: int) -> str:
    """Address of a unit's own draft results in a period."""
    return f"/ket-qua-tham-dinh?ky={period_id}"


def draw_way_to_results(identity: Identity, unit: UnitKey, period_id: int) -> None:
    """The way to the results of a period, for whoever of the unit may read them."""
    if permitted(identity, Action.READ_DRAFT_RESULTS, unit=unit):
        draw(way(results_address(period_id), _("Xem kết quả thẩm định")))


def draw_to_answer(identity: Identity) -> None:
    """The results that wait for the unit's answer: until then documents can still be attached there."""
    if identity.unit is None or not permitted(identity, Action.READ_DRAFT_RESULTS, unit=identity.unit):
        return
    for period in gateway_explaining.to_answer(identity):
        before = _("{period} đang chờ giải trình; còn đính kèm được tài liệu: ").format(period=period.name)
        draw(way(results_address(period.id), _("mở Kết quả thẩm định"), before))
