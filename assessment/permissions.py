"""Who may do what: one table of use cases, roles and reach, asked by every use case before it does anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assessment.roles import Role, role_name
from data.lineage import UnitKey
from language import _


@dataclass(frozen=True, slots=True)
class Identity:
    """Who acts: the account's user name and the part it plays; an anonymous visitor has no account.

    unit: the account's own unit. groups: main indices that an appraiser appraises. full_name: empty once erased.
    agency: code of the agency whose figures a data supplier gives; empty while what it is called names none.
    demonstration: whether the account belongs to the demonstration, whose passwords whoever started the product has seen.
    """

    account: str | None
    role: Role
    unit: UnitKey | None = None
    groups: frozenset[str] = frozenset()
    account_id: int | None = None
    full_name: str = ""
    unit_name: str = ""
    agency: str = ""
    demonstration: bool = False


STANDING_AGENCY = "STTTT"
"""Code of the department that the office is part of: it drew up the plan. Source: plan of 2024, preamble."""
VISITOR = Identity(None, Role.PUBLIC)
"""Somebody who has not signed in."""


class Action(StrEnum):
    """What somebody may want to do."""

    READ_UNPUBLISHED = "read_unpublished"
    IMPORT_INPUTS = "import_inputs"
    ENTER_FIGURES = "enter_figures"
    READ_DRAFTS = "read_drafts"
    APPROVE_REPORT = "approve_report"
    RETURN_REPORT = "return_report"
    FOLLOW_REPORTS = "follow_reports"
    SET_DEADLINES = "set_deadlines"
    READ_APPRAISED = "read_appraised"
    RECORD_COUNCIL = "record_council"
    APPRAISE = "appraise"
    DIRECT_APPRAISAL = "direct_appraisal"
    READ_DRAFT_RESULTS = "read_draft_results"
    EXPLAIN = "explain"
    ANSWER_DRAFT_RESULTS = "answer_draft_results"
    PUBLISH = "publish"
    ATTACH_EVIDENCE = "attach_evidence"
    READ_EVIDENCE = "read_evidence"
    READ_SECURITY_EVIDENCE = "read_security_evidence"
    REMOVE_SECRET = "remove_secret"
    IMPORT_SYSTEM_FIGURES = "import_system_figures"
    SUPPLY_FIGURES = "supply_figures"
    DISPUTE_FIGURES = "dispute_figures"
    ANSWER_DISPUTES = "answer_disputes"
    OPEN_PERIOD = "open_period"
    STORE_SET = "store_set"
    RELEASE_SET = "release_set"
    STORE_NATIONAL = "store_national"
    SAVE_SCENARIO = "save_scenario"
    CHANGE_SCENARIO = "change_scenario"
    SAVE_EFFORTS = "save_efforts"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_ADMINISTRATORS = "manage_administrators"
    USE_OWN_ACCOUNT = "use_own_account"
    READ_AUDIT = "read_audit"


class Reach(StrEnum):
    """How far a permission goes: everywhere, only to one's own unit (for scenarios: one's own work), to every other
    unit, only to other units' matters in the main indices that one appraises, or only to the figures that one's own
    agency verifies.
    """

    ANY = "any"
    OWN = "own"
    OTHERS = "others"
    GROUPS = "groups"
    AGENCY = "agency"


_SIGNED_IN = tuple(role for role in Role if role != Role.PUBLIC)
PERMISSIONS: Mapping[Action, Mapping[Role, Reach]] = {
    # A data supplier is not ranked and sees of the ranking what everybody sees.
    Action.READ_UNPUBLISHED: {role: Reach.ANY for role in _SIGNED_IN if role != Role.DATA_PROVIDER},
    # A unit reports by its form, through its head.
    Action.IMPORT_INPUTS: {Role.DX_OFFICE: Reach.ANY},
    Action.ENTER_FIGURES: {Role.UNIT_LEADER: Reach.OWN, Role.DATA_ENTRY: Reach.OWN},
    Action.READ_DRAFTS: {Role.DX_OFFICE: Reach.ANY, Role.UNIT_LEADER: Reach.OWN, Role.DATA_ENTRY: Reach.OWN},
    Action.APPROVE_REPORT: {Role.UNIT_LEADER: Reach.OWN},
    Action.RETURN_REPORT: {Role.DX_OFFICE: Reach.ANY},
    Action.FOLLOW_REPORTS: {Role.DX_OFFICE: Reach.ANY, Role.PROVINCE_LEADER: Reach.ANY},
    Action.SET_DEADLINES: {Role.DX_OFFICE: Reach.ANY},
    # A unit sees of appraisal what is sent to it; of the others' nothing before it is published.
    Action.READ_APPRAISED: {
        Role.DX_OFFICE: Reach.ANY,
        Role.APPRAISER: Reach.ANY,
        Role.PROVINCE_LEADER: Reach.ANY,
    },
    # Nobody appraises his own unit.
    Action.APPRAISE: {Role.DX_OFFICE: Reach.OTHERS, Role.APPRAISER: Reach.GROUPS},
    Action.DIRECT_APPRAISAL: {Role.DX_OFFICE: Reach.ANY},
    Action.READ_DRAFT_RESULTS: {Role.UNIT_LEADER: Reach.OWN, Role.DATA_ENTRY: Reach.OWN},
    Action.EXPLAIN: {Role.UNIT_LEADER: Reach.OWN, Role.DATA_ENTRY: Reach.OWN},
    Action.ANSWER_DRAFT_RESULTS: {Role.UNIT_LEADER: Reach.OWN},
    Action.RECORD_COUNCIL: {Role.DX_OFFICE: Reach.ANY},
    Action.PUBLISH: {Role.DX_OFFICE: Reach.ANY},
    Action.ATTACH_EVIDENCE: {Role.UNIT_LEADER: Reach.OWN, Role.DATA_ENTRY: Reach.OWN},
    Action.READ_EVIDENCE: {
        Role.DX_OFFICE: Reach.ANY,
        Role.APPRAISER: Reach.GROUPS,
        Role.UNIT_LEADER: Reach.OWN,
        Role.DATA_ENTRY: Reach.OWN,
    },
    Action.READ_SECURITY_EVIDENCE: {
        Role.APPRAISER: Reach.GROUPS,
        Role.UNIT_LEADER: Reach.OWN,
        Role.DATA_ENTRY: Reach.OWN,
    },
    Action.REMOVE_SECRET: {Role.ADMINISTRATOR: Reach.ANY, Role.DX_OFFICE: Reach.ANY},
    Action.IMPORT_SYSTEM_FIGURES: {Role.DX_OFFICE: Reach.ANY},
    Action.SUPPLY_FIGURES: {Role.DX_OFFICE: Reach.ANY, Role.DATA_PROVIDER: Reach.AGENCY},
    Action.DISPUTE_FIGURES: {Role.UNIT_LEADER: Reach.OWN, Role.DATA_ENTRY: Reach.OWN},
    Action.ANSWER_DISPUTES: {Role.DX_OFFICE: Reach.ANY, Role.DATA_PROVIDER: Reach.AGENCY},
    Action.OPEN_PERIOD: {Role.DX_OFFICE: Reach.ANY},
    Action.STORE_SET: {Role.DX_OFFICE: Reach.ANY},
    Action.RELEASE_SET: {Role.DX_OFFICE: Reach.ANY, Role.PROVINCE_LEADER: Reach.ANY},
    Action.STORE_NATIONAL: {Role.DX_OFFICE: Reach.ANY},
    Action.SAVE_SCENARIO: {Role.DX_OFFICE: Reach.ANY, Role.PROVINCE_LEADER: Reach.ANY},
    Action.CHANGE_SCENARIO: {Role.DX_OFFICE: Reach.ANY, Role.PROVINCE_LEADER: Reach.OWN},
    Action.SAVE_EFFORTS: {Role.DX_OFFICE: Reach.ANY},
    Action.MANAGE_ACCOUNTS: {Role.ADMINISTRATOR: Reach.ANY, Role.DX_OFFICE: Reach.ANY},
    Action.MANAGE_ADMINISTRATORS: {Role.ADMINISTRATOR: Reach.ANY},
    Action.USE_OWN_ACCOUNT: dict.fromkeys(_SIGNED_IN, Reach.ANY),
    Action.READ_AUDIT: {Role.ADMINISTRATOR: Reach.ANY, Role.DX_OFFICE: Reach.ANY, Role.UNIT_LEADER: Reach.OWN},
}
"""What is not here is permitted to nobody."""


def action_name(action: Action) -> str:
    """The action as a sentence names it, after "không được"."""
    return {
        Action.READ_UNPUBLISHED: _("xem số liệu chưa công bố"),
        Action.IMPORT_INPUTS: _("nhập số liệu từ tệp"),
        Action.ENTER_FIGURES: _("nhập và trình số liệu tự đánh giá"),
        Action.READ_DRAFTS: _("xem số liệu đang nhập, chưa gửi"),
        Action.APPROVE_REPORT: _("duyệt và gửi báo cáo tự đánh giá"),
        Action.RETURN_REPORT: _("trả lại báo cáo để bổ sung"),
        Action.FOLLOW_REPORTS: _("theo dõi tình hình nộp báo cáo"),
        Action.SET_DEADLINES: _("đặt thời hạn nộp báo cáo"),
        Action.READ_APPRAISED: _("xem điểm thẩm định chưa công bố"),
        Action.APPRAISE: _("thẩm định chỉ số của cơ quan, đơn vị"),
        Action.DIRECT_APPRAISAL: _("tổ chức thẩm định, phân công, gửi kết quả dự kiến"),
        Action.READ_DRAFT_RESULTS: _("xem kết quả thẩm định dự kiến"),
        Action.EXPLAIN: _("giải trình kết quả thẩm định dự kiến"),
        Action.ANSWER_DRAFT_RESULTS: _("đồng ý hoặc gửi giải trình kết quả thẩm định dự kiến"),
        Action.RECORD_COUNCIL: _("ghi biên bản hội đồng, trình phê duyệt kết quả"),
        Action.PUBLISH: _("công bố kết quả, kết thúc chạy thử nội bộ"),
        Action.ATTACH_EVIDENCE: _("thêm, đính kèm và gỡ tài liệu kiểm chứng"),
        Action.READ_EVIDENCE: _("đọc tài liệu kiểm chứng"),
        Action.READ_SECURITY_EVIDENCE: _("đọc tài liệu kiểm chứng về an toàn thông tin mạng"),
        Action.REMOVE_SECRET: _("gỡ tài liệu có nội dung mật"),
        Action.IMPORT_SYSTEM_FIGURES: _("nạp số liệu hệ thống cho các đơn vị"),
        Action.SUPPLY_FIGURES: _("cung cấp số liệu của cơ quan mình cho các đơn vị"),
        Action.DISPUTE_FIGURES: _("gửi ý kiến về số liệu hệ thống"),
        Action.ANSWER_DISPUTES: _("trả lời ý kiến về số liệu hệ thống"),
        Action.OPEN_PERIOD: _("mở kỳ đánh giá"),
        Action.STORE_SET: _("lưu bộ chỉ số"),
        Action.RELEASE_SET: _("đề nghị, phê duyệt ban hành bộ chỉ số"),
        Action.STORE_NATIONAL: _("lưu kết quả toàn quốc"),
        Action.SAVE_SCENARIO: _("lưu kịch bản"),
        Action.CHANGE_SCENARIO: _("sửa, đổi tên hoặc xóa kịch bản"),
        Action.SAVE_EFFORTS: _("lưu bảng nguồn lực"),
        Action.MANAGE_ACCOUNTS: _("quản lý tài khoản"),
        Action.MANAGE_ADMINISTRATORS: _("quản lý tài khoản quản trị hệ thống"),
        Action.USE_OWN_ACCOUNT: _("dùng mục tài khoản cá nhân"),
        Action.READ_AUDIT: _("xem nhật ký hệ thống"),
    }[action]


def only_invented() -> str:
    """What is said to an account of the demonstration that wants to see or change what is not invented."""
    return _(
        "Tài khoản trình diễn chỉ xem và thao tác với số liệu và tài khoản trình diễn; hãy đăng nhập bằng tài khoản do cơ "
        "quan cấp."
    )


def may_know(identity: Identity, *, invented: bool) -> bool:
    """Whether a thing is there at all for the identity: an account of the demonstration knows of invented ones alone."""
    return invented or not identity.demonstration


def reach(identity: Identity, action: Action) -> Reach | None:
    """How far the identity may do the action; None when it may not at all."""
    return PERMISSIONS.get(action, {}).get(identity.role)


def permitted(
    identity: Identity,
    action: Action,
    unit: UnitKey | None = None,
    author: str | None = None,
    groups: frozenset[str] = frozenset(),
    agencies: frozenset[str] = frozenset(),
) -> bool:
    """Whether the identity may do the action.

    unit: whose figures are touched. author: user name of whose work is touched. groups: main indices that are touched.
    agencies: codes of those that verify the figure that is touched.
    Where only one's own is permitted, neither unit nor author is a refusal; an appraiser never reaches his own unit,
    nor the office the department that it is part of.
    """
    own_unit = unit is not None and unit == identity.unit
    home = own_unit or (unit is not None and identity.role == Role.DX_OFFICE and unit.code == STANDING_AGENCY)
    own_work = author is not None and author == identity.account
    own_group = unit is not None and not own_unit and bool(groups & identity.groups)
    match reach(identity, action):
        case Reach.ANY:
            return True
        case Reach.OWN:
            return own_unit or own_work
        case Reach.OTHERS:
            return unit is not None and not home
        case Reach.GROUPS:
            return own_group
        case Reach.AGENCY:
            return bool(identity.agency) and identity.agency in agencies
        case None:
            return False


def permit(
    identity: Identity,
    action: Action,
    unit: UnitKey | None = None,
    author: str | None = None,
    groups: frozenset[str] = frozenset(),
    agencies: frozenset[str] = frozenset(),
) -> None:
    """Raises PermissionError, with a sentence, unless `permitted`."""
    if permitted(identity, action, unit, author, groups, agencies):
        return
    if reach(identity, action) is None:
        sentence = _(
            "Vai trò «{role}» không được {action}. Nếu cần, đề nghị liên hệ cơ quan thường trực chuyển đổi số "
            "để được cấp quyền."
        )
    else:
        sentence = _("Vai trò «{role}» chỉ được {action} trong phạm vi của mình, không được làm thay nơi khác.")
    raise PermissionError(sentence.format(role=role_name(identity.role), action=action_name(action)))
