"""The table of permissions, written out a second time by hand: use case x role x own or another unit."""

import datetime as dt

import pytest

from assessment.permissions import VISITOR, Action, Identity, Reach, action_name, permit, permitted, reach
from assessment.roles import Role
from data.lineage import UnitKey

OWN = UnitKey("747", dt.date(2020, 1, 1))
SAME_CODE_LATER = UnitKey("747", dt.date(2025, 1, 1))
OTHER = UnitKey("748", dt.date(2020, 1, 1))
ROLES = (
    Role.ADMINISTRATOR, Role.DX_OFFICE, Role.APPRAISER, Role.PROVINCE_LEADER, Role.UNIT_LEADER, Role.DATA_ENTRY,
    Role.DATA_PROVIDER, Role.PUBLIC,
)  # fmt: skip
# Columns in the order of ROLES. A: everywhere, o: own unit or own work only, g: other units in one's own main indices
# only, n: every other unit, s: figures of one's own agency only, -: not at all.
TABLE = {
    Action.READ_UNPUBLISHED: "A A A A A A - -",
    Action.IMPORT_INPUTS: "- A - - - - - -",
    Action.ENTER_FIGURES: "- - - - o o - -",
    Action.READ_DRAFTS: "- A - - o o - -",
    Action.APPROVE_REPORT: "- - - - o - - -",
    Action.RETURN_REPORT: "- A - - - - - -",
    Action.FOLLOW_REPORTS: "- A - A - - - -",
    Action.SET_DEADLINES: "- A - - - - - -",
    Action.READ_APPRAISED: "- A A A - - - -",
    Action.APPRAISE: "- n g - - - - -",
    Action.DIRECT_APPRAISAL: "- A - - - - - -",
    Action.READ_DRAFT_RESULTS: "- - - - o o - -",
    Action.EXPLAIN: "- - - - o o - -",
    Action.ANSWER_DRAFT_RESULTS: "- - - - o - - -",
    Action.RECORD_COUNCIL: "- A - - - - - -",
    Action.PUBLISH: "- A - - - - - -",
    Action.ATTACH_EVIDENCE: "- - - - o o - -",
    Action.READ_EVIDENCE: "- A g - o o - -",
    Action.READ_SECURITY_EVIDENCE: "- - g - o o - -",
    Action.REMOVE_SECRET: "A A - - - - - -",
    Action.IMPORT_SYSTEM_FIGURES: "- A - - - - - -",
    Action.SUPPLY_FIGURES: "- A - - - - s -",
    Action.DISPUTE_FIGURES: "- - - - o o - -",
    Action.ANSWER_DISPUTES: "- A - - - - s -",
    Action.OPEN_PERIOD: "- A - - - - - -",
    Action.STORE_SET: "- A - - - - - -",
    Action.RELEASE_SET: "- A - A - - - -",
    Action.STORE_NATIONAL: "- A - - - - - -",
    Action.SAVE_SCENARIO: "- A - A - - - -",
    Action.CHANGE_SCENARIO: "- A - o - - - -",
    Action.SAVE_EFFORTS: "- A - - - - - -",
    Action.MANAGE_ACCOUNTS: "A A - - - - - -",
    Action.MANAGE_ADMINISTRATORS: "A - - - - - - -",
    Action.USE_OWN_ACCOUNT: "A A A A A A A -",
    Action.READ_AUDIT: "A A - - o - - -",
}
CASES = [(action, role, mark) for action, row in TABLE.items() for role, mark in zip(ROLES, row.split(), strict=True)]


def test_the_table_names_every_use_case_and_every_role() -> None:
    assert set(TABLE) == set(Action)
    assert set(ROLES) == set(Role)


@pytest.mark.parametrize(("action", "role", "mark"), CASES)
def test_use_case_by_role_and_unit(action: Action, role: Role, mark: str) -> None:
    identity = Identity("a", role, OWN, groups=frozenset({"CQ"}), agency="CAT")
    assert permitted(identity, action, unit=OWN) is (mark in "Ao")
    assert permitted(identity, action, unit=OTHER) is (mark in "An")
    assert permitted(identity, action, unit=SAME_CODE_LATER) is (mark in "An")
    assert permitted(identity, action, author="a") is (mark in "Ao")
    assert permitted(identity, action, author="b") is (mark == "A")
    assert permitted(identity, action) is (mark == "A")
    assert permitted(identity, action, unit=OTHER, groups=frozenset({"CQ", "XH"})) is (mark in "Agn")
    assert permitted(identity, action, unit=OTHER, groups=frozenset({"XH"})) is (mark in "An")
    # Nobody appraises his own unit.
    assert permitted(identity, action, unit=OWN, groups=frozenset({"CQ"})) is (mark in "Ao")
    assert permitted(identity, action, agencies=frozenset({"CAT", "STC"})) is (mark in "As")
    assert permitted(identity, action, agencies=frozenset({"STC"})) is (mark == "A")
    marks = {"A": Reach.ANY, "o": Reach.OWN, "g": Reach.GROUPS, "n": Reach.OTHERS, "s": Reach.AGENCY, "-": None}
    assert reach(identity, action) == marks[mark]


def test_a_supplier_whose_agency_is_not_known_reaches_nothing() -> None:
    nameless = Identity("a", Role.DATA_PROVIDER, OWN, unit_name="Công ty lạ")
    assert not permitted(nameless, Action.SUPPLY_FIGURES, agencies=frozenset())
    assert not permitted(nameless, Action.SUPPLY_FIGURES, agencies=frozenset({""}))


@pytest.mark.parametrize("action", list(Action))
def test_a_visitor_may_do_nothing_and_owns_nothing(action: Action) -> None:
    assert not permitted(VISITOR, action)
    # Nobody's work and no unit are not the visitor's own.
    assert not permitted(VISITOR, action, unit=None, author=None)
    assert not permitted(Identity(None, Role.PROVINCE_LEADER), Action.CHANGE_SCENARIO, author=None)


def test_a_refusal_is_a_sentence_with_role_and_deed() -> None:
    with pytest.raises(PermissionError, match="Vai trò «Người dân và doanh nghiệp» không được lưu bộ chỉ số"):
        permit(VISITOR, Action.STORE_SET)
    with pytest.raises(
        PermissionError, match="«Người nhập» chỉ được nhập và trình số liệu tự đánh giá trong phạm vi của mình"
    ):
        permit(Identity("a", Role.DATA_ENTRY, OWN), Action.ENTER_FIGURES, unit=OTHER)
    permit(Identity("a", Role.DATA_ENTRY, OWN), Action.ENTER_FIGURES, unit=OWN)


def test_every_action_has_its_own_words() -> None:
    assert len({action_name(action) for action in Action}) == len(Action)
