"""Hội đồng và công bố: what stands in the council's way, its minutes, submission, decision, and the end of a trial run."""

import streamlit as st

from assessment.submissions import OPEN
from data.models import PeriodState, StepKind
from language import _
from reports.publication import council_file_name, council_workbook
from ui import gateway, gateway_publishing, gateway_reports
from ui.council_view import (
    DECIDING,
    PLACE,
    draw_editions,
    draw_publishing,
    draw_standings,
    draw_steps,
    draw_waiting_disputes,
    draw_where,
)
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.report_period import choose_period
from ui.selection import origin_of
from ui.tables import use_table_style

identity = guard("council")

with page_frame(_("Hội đồng và công bố")) as page:
    use_table_style()
    period = choose_period()
    page.about(period.name, period_origin=origin_of(period), data_version=gateway.data_version())
    steps = gateway_publishing.steps(period)
    own = gateway_publishing.editions_of(period)
    running = period.state != PeriodState.PUBLISHED and StepKind.TRIAL_CLOSED not in steps
    standings = gateway_publishing.standings(identity, period) if running else ()
    faults = () if StepKind.TRIAL_CLOSED in steps else gateway_publishing.faults(period)
    cautions = gateway_publishing.cautions(identity, period, standings) if running else ()
    overtaken = gateway_publishing.overtaken(identity, period) if running else None
    draw_where(period, steps, faults, standings, overtaken)
    if running:
        st.header(_("Việc còn lại trước hội đồng"), anchor=False)
        draw_standings(standings, cautions, passed=period.state not in OPEN)
        if period.state in OPEN:
            waiting = sum(d.is_open for d in gateway_reports.disputes_of_period(identity, period.id))
            draw_waiting_disputes(waiting, period)
        download_row(
            "council",
            (_("Tải Excel"), lambda: council_workbook(period, steps, standings, overtaken), council_file_name(period)),
        )
    # Where it was pressed: the top of the page is out of sight from there.
    draw_outcome(PLACE)
    draw_steps(identity, period, steps, cautions, trial=gateway_publishing.trial(period))
    draw_publishing(identity, period, steps)
    draw_outcome(DECIDING)
    if own:
        st.header(_("Các lần công bố"), anchor=False)
        draw_editions(own)
