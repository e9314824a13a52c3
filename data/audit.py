"""The audit log at rest: entries with their lines. They are only ever added; the database refuses anything else."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from data.lineage import UnitKey
from data.models import AuditChange, AuditEntry
from language import fold


class Deed(StrEnum):
    """What was done. One action of the table of permissions may be several deeds."""

    IMPORT_INPUTS = "import_inputs"
    OPEN_PERIOD = "open_period"
    TYPE_FIGURES = "type_figures"
    COPY_FIGURES = "copy_figures"
    CONFIRM_FIGURES = "confirm_figures"
    HAND_TO_HEAD = "hand_to_head"
    TAKE_BACK = "take_back"
    SEND_REPORT = "send_report"
    RETURN_REPORT = "return_report"
    ADD_EVIDENCE = "add_evidence"
    ATTACH_EVIDENCE = "attach_evidence"
    DETACH_EVIDENCE = "detach_evidence"
    MARK_EVIDENCE = "mark_evidence"
    REMOVE_EVIDENCE = "remove_evidence"
    REMOVE_SECRET = "remove_secret"
    TAKE_WORKBOOK = "take_workbook"
    IMPORT_SYSTEM_FIGURES = "import_system_figures"
    SUPPLY_FIGURES = "supply_figures"
    RAISE_DISPUTE = "raise_dispute"
    ANSWER_DISPUTE = "answer_dispute"
    SET_DEADLINE = "set_deadline"
    SET_DAY_OFF = "set_day_off"
    BEGIN_APPRAISAL = "begin_appraisal"
    DRAW_RECHECK = "draw_recheck"
    ASSIGN_APPRAISAL = "assign_appraisal"
    RULE = "rule"
    SEND_DRAFT_RESULTS = "send_draft_results"
    EXPLAIN = "explain"
    SEND_EXPLANATIONS = "send_explanations"
    ACCEPT_DRAFT_RESULTS = "accept_draft_results"
    BEGIN_REAPPRAISAL = "begin_reappraisal"
    REOPEN_APPRAISAL = "reopen_appraisal"
    RECORD_COUNCIL = "record_council"
    SUBMIT_FOR_APPROVAL = "submit_for_approval"
    PUBLISH = "publish"
    AMEND_PUBLICATION = "amend_publication"
    CLOSE_TRIAL = "close_trial"
    OPEN_MONTH = "open_month"
    USE_SET = "use_set"
    STORE_SET = "store_set"
    PROPOSE_RELEASE = "propose_release"
    CONFIRM_RELEASE = "confirm_release"
    WITHDRAW_RELEASE = "withdraw_release"
    REFUSE_RELEASE = "refuse_release"
    STORE_NATIONAL = "store_national"
    WITHDRAW_NATIONAL = "withdraw_national"
    SAVE_SCENARIO = "save_scenario"
    CHANGE_SCENARIO = "change_scenario"
    RENAME_SCENARIO = "rename_scenario"
    COPY_SCENARIO = "copy_scenario"
    DELETE_SCENARIO = "delete_scenario"
    SAVE_EFFORTS = "save_efforts"
    CREATE_ACCOUNT = "create_account"
    RESET_PASSWORD = "reset_password"
    RESET_SECOND_FACTOR = "reset_second_factor"
    UNLOCK_ACCOUNT = "unlock_account"
    END_SESSIONS = "end_sessions"
    LINK_IDENTITY = "link_identity"
    UNLINK_IDENTITY = "unlink_identity"
    CLOSE_ACCOUNT = "close_account"
    HAND_OVER = "hand_over"
    ERASE_PERSON = "erase_person"
    SIGN_IN = "sign_in"
    GIVE_PASSWORD = "give_password"
    FAIL = "fail"
    LOCK_OUT = "lock_out"
    SIGN_OUT = "sign_out"
    SIGN_OUT_OWN = "sign_out_own"
    CHANGE_PASSWORD = "change_password"
    SET_UP_SECOND_FACTOR = "set_up_second_factor"
    DEMONSTRATION_OFF = "demonstration_off"
    DEMONSTRATION_ON = "demonstration_on"
    RESTORE_BACKUP = "restore_backup"
    UPGRADE = "upgrade"


SERVER_ROLE = "administrator"
"""The role of a command on the server: whoever can run one can read and write the database anyway."""


@dataclass(frozen=True, slots=True)
class Change:
    """What stood at a place before and after, None for nothing; unit: whose figure it is."""

    place: str
    before: str | None
    after: str | None
    unit: UnitKey | None = None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is to be noted. No name of a person, password, secret or token may stand in it: it can never be erased.

    account_id: whose account did it, None for a command on the server and for somebody not signed in. about_id: the
    account that it was done to. demonstration: whether it is about demonstration data.
    """

    moment: dt.datetime
    deed: Deed
    role: str
    account_id: int | None = None
    about_id: int | None = None
    period: str | None = None
    unit: UnitKey | None = None
    subject: str = ""
    reason: str = ""
    demonstration: bool = False
    changes: Sequence[Change] = ()


def add_entry(session: Session, new: NewEntry) -> int:
    """Notes what is done, with its changes, in the transaction in which it is done; gives the entry's id."""
    entry = AuditEntry(
        moment=new.moment,
        account_id=new.account_id,
        role=new.role,
        action=new.deed.value,
        about_id=new.about_id,
        period=new.period,
        unit_code=new.unit.code if new.unit else None,
        unit_valid_from=new.unit.valid_from if new.unit else None,
        subject=new.subject,
        reason=new.reason,
        demonstration=new.demonstration,
        lines=len(new.changes),
        folded=fold(f"{new.subject} {new.reason} {new.period or ''}"),
    )
    session.add(entry)
    session.flush()
    rows = [
        {
            "entry_id": entry.id,
            "line": line,
            "place": change.place,
            "before": change.before,
            "after": change.after,
            "unit_code": change.unit.code if change.unit else None,
            "unit_valid_from": change.unit.valid_from if change.unit else None,
        }
        for line, change in enumerate(new.changes, 1)
    ]
    if rows:
        session.connection().execute(insert(AuditChange), rows)
    return entry.id
