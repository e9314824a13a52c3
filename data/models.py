"""The tables. One model for SQLite and PostgreSQL: stored fold and sort keys, times in UTC, version columns."""

import datetime as dt
from enum import StrEnum
from typing import Any, Literal, get_args

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column

from criteria.model import Level
from language import _, sort_key


class PeriodState(StrEnum):
    """Where a period stands in the yearly process."""

    SELF_ASSESSMENT = "self_assessment"
    AWAITING_HEAD = "awaiting_head"
    SENT = "sent"
    RETURNED = "returned"
    APPRAISAL = "appraisal"
    AWAITING_EXPLANATION = "awaiting_explanation"
    REAPPRAISAL = "reappraisal"
    COUNCIL_PASSED = "council_passed"
    AWAITING_APPROVAL = "awaiting_approval"
    PUBLISHED = "published"


SUBMISSION_STATES = (
    PeriodState.SELF_ASSESSMENT, PeriodState.AWAITING_HEAD, PeriodState.SENT, PeriodState.RETURNED,
    PeriodState.APPRAISAL, PeriodState.AWAITING_EXPLANATION, PeriodState.REAPPRAISAL,
)  # fmt: skip
"""Where a unit's report of a period can stand; the council and what comes after it concern the whole period."""


class PeriodOrigin(StrEnum):
    """Who made a period: the demonstration data set or the office."""

    DEMONSTRATION = "demonstration"
    OFFICE = "office"


class InputState(StrEnum):
    """State of a stored input; a missing input has no row."""

    GIVEN = "given"
    NOT_APPLICABLE = "not_applicable"


class InputOrigin(StrEnum):
    """Where an input comes from."""

    SELF_ASSESSED = "self_assessed"
    SOURCE_SYSTEM = "source_system"
    DEMONSTRATION = "demonstration"


class SuccessionKind(StrEnum):
    """How a unit became another one; moved is the same unit under another parent."""

    MERGED = "merged"
    RENAMED = "renamed"
    SPLIT = "split"
    MOVED = "moved"


class ResultOrigin(StrEnum):
    """Where a result comes from: published by others and packaged with the product, or put in by the office."""

    PUBLISHED = "published"
    OFFICE = "office"


class EffortUnit(StrEnum):
    """What effort is counted in; one for the whole table."""

    PERSON_DAYS = "person_days"
    MILLION_DONG = "million_dong"


class ReleaseDecision(StrEnum):
    """What became of a proposal to release a version of a criteria set."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class AppraisalTier(StrEnum):
    """First appraisal, the office's re-check of a drawn sample, or the second appraisal after an explanation."""

    FIRST = "first"
    RECHECK = "recheck"
    SECOND = "second"


class RulingKind(StrEnum):
    """What an appraiser decides about a criterion of a unit."""

    AGREE = "agree"
    CORRECT = "correct"
    REJECT_EVIDENCE = "reject_evidence"
    GIVE_POINTS = "give_points"
    NOT_APPLICABLE = "not_applicable"


class StepKind(StrEnum):
    """What is done about a whole period after appraisal, beside publishing it."""

    COUNCIL = "council"
    APPROVAL = "approval"
    TRIAL_CLOSED = "trial_closed"


class AccountState(StrEnum):
    """Where an account stands; only an active one can sign in."""

    ACTIVE = "active"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


class AccountOrigin(StrEnum):
    """Who made an account: the demonstration data set or people."""

    DEMONSTRATION = "demonstration"
    OFFICE = "office"


LEVELS: tuple[Level, ...] = get_args(Level)
SUPPLIERS: Literal["supplier"] = "supplier"
"""Stands in the place of a level where something is set for the data suppliers, who are no units."""
ACCOUNT_ROLES = (
    "administrator", "dx_office", "appraiser", "province_leader", "unit_leader", "data_entry", "data_provider",
)  # fmt: skip
"""Roles that an account can have: the public has none."""


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment with its zone: stored in UTC, given back in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """The moment in UTC. Raises ValueError for a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(_("thời điểm {value} không có múi giờ; hãy ghi kèm múi giờ.").format(value=value))
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """The stored moment in UTC; SQLite keeps no zone, so it is put back."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def stored_sort_key(text: str) -> str:
    """A string whose byte order is the Vietnamese order of `language.sort_key`, for ORDER BY on any database."""
    letters, tones = sort_key(text)
    widths = {0: "06x", 1: "012d", 2: "02x"}
    return "".join(f"{kind}{value:{widths[kind]}}" for kind, value in letters) + "!" + "".join(map(str, tones))


def _one_of(column: str, values: type[StrEnum] | tuple[str, ...], name: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


BytewiseText = String(600).with_variant(String(600, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """Base of all tables; constraint names follow one pattern so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Unit(Base):
    """A unit while nothing about it changes. Codes are used again by the state: the key is code + valid_from."""

    __tablename__ = "unit"
    __table_args__ = (
        _one_of("level", LEVELS, "level"),
        _one_of("attested", ("attested", "expected"), "attested"),
        Index(None, "level", "valid_from"),
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date | None]
    level: Mapped[str] = mapped_column(String(20))
    type_vi: Mapped[str] = mapped_column(String(40))
    name_vi: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))
    parent_code: Mapped[str | None] = mapped_column(String(20))
    folded: Mapped[str] = mapped_column(String(200), index=True)
    sort_text: Mapped[str] = mapped_column(BytewiseText)
    source: Mapped[str] = mapped_column(Text)
    attested: Mapped[str] = mapped_column(String(20))


class UnitSuccession(Base):
    """A unit that became another one, or a part of it, on a day."""

    __tablename__ = "unit_succession"
    __table_args__ = (
        ForeignKeyConstraint(["from_code", "from_valid_from"], ["unit.code", "unit.valid_from"]),
        ForeignKeyConstraint(["to_code", "to_valid_from"], ["unit.code", "unit.valid_from"]),
        _one_of("kind", SuccessionKind, "kind"),
        Index(None, "to_code", "to_valid_from"),
    )

    from_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    from_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    to_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    to_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    date: Mapped[dt.date]
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)


class CriteriaSetVersion(Base):
    """The text of one version of a criteria set. Once stored it never changes: the database itself refuses that."""

    __tablename__ = "criteria_set_version"
    __table_args__ = (
        UniqueConstraint("set_id", "version"),
        _one_of("level", LEVELS, "level"),
        _one_of("status", ("reference", "official"), "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    stored_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


@event.listens_for(CriteriaSetVersion, "before_update")
def _refuse_change(mapper: Mapper[CriteriaSetVersion], connection: object, target: CriteriaSetVersion) -> None:
    raise ValueError(
        _("Bộ chỉ số {id} phiên bản {version} đã lưu thì không sửa được; hãy lưu thành một phiên bản mới.").format(
            id=target.set_id, version=target.version
        )
    )


class SetRelease(Base):
    """A proposal to release a version of a criteria set, and what became of it; decided, the database keeps it as it is.

    Whoever proposed it may withdraw it; somebody else confirms or refuses it. A version is proposed or released once at
    a time.
    """

    __tablename__ = "set_release"
    __table_args__ = (
        _one_of("decision", ReleaseDecision, "decision"),
        CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)", name="decided"
        ),
        CheckConstraint("(decision = 'withdrawn') = (decided_by = proposed_by)", name="two_people"),
        CheckConstraint("(reason IS NOT NULL) = (decision IS NOT NULL AND decision = 'refused')", name="reason"),
        Index(
            "uq_set_release_standing",
            "criteria_set_version_id",
            unique=True,
            sqlite_where=text("decision IS NULL OR decision = 'confirmed'"),
            postgresql_where=text("decision IS NULL OR decision = 'confirmed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    criteria_set_version_id: Mapped[int] = mapped_column(ForeignKey("criteria_set_version.id"))
    proposed_by: Mapped[int]
    proposed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(20))
    decided_by: Mapped[int | None]
    decided_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class Period(Base):
    """A yearly assessment. Its units are those valid on `unit_date`."""

    __tablename__ = "period"
    __table_args__ = (
        _one_of("state", PeriodState, "state"),
        _one_of("origin", PeriodOrigin, "origin"),
        UniqueConstraint("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(40))
    origin: Mapped[str] = mapped_column(String(20))
    unit_date: Mapped[dt.date]
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class PeriodCriteriaSet(Base):
    """Which version of which criteria set a period uses at a level. What may change is checked on every write itself."""

    __tablename__ = "period_criteria_set"
    __table_args__ = (_one_of("level", LEVELS, "level"),)

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    criteria_set_version_id: Mapped[int] = mapped_column(ForeignKey("criteria_set_version.id"))

    __mapper_args__: dict[str, Any] = {  # noqa: RUF012
        "version_id_col": criteria_set_version_id,
        "version_id_generator": False,
    }


class Snapshot(Base):
    """The state of a period at the end of a month; a closed one takes no more inputs."""

    __tablename__ = "snapshot"
    __table_args__ = (CheckConstraint("month BETWEEN 1 AND 12", name="month"),)

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    as_of: Mapped[dt.date]
    closed: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


def _unit_key() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["unit_code", "unit_valid_from"], ["unit.code", "unit.valid_from"])


class UnitTrait(Base):
    """What a unit has in a period, as far as criteria depend on it."""

    __tablename__ = "unit_trait"
    __table_args__ = (_unit_key(),)

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    has_public_services: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class RankingList(Base):
    """Units of one level that are ranked against each other (khối xếp hạng)."""

    __tablename__ = "ranking_list"
    __table_args__ = (_one_of("level", LEVELS, "level"),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    level: Mapped[str] = mapped_column(String(20))
    name_vi: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(200))


class RankingListMember(Base):
    """A unit in a ranking list of a period. A unit may stand in several lists."""

    __tablename__ = "ranking_list_member"
    __table_args__ = (_unit_key(),)

    list_code: Mapped[str] = mapped_column(ForeignKey("ranking_list.code"), primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)


class Input(Base):
    """One input as it was reported in a month. Missing inputs have no row; a snapshot reads the latest row."""

    __tablename__ = "input"
    __table_args__ = (
        _unit_key(),
        _one_of("state", InputState, "state"),
        _one_of("origin", InputOrigin, "origin"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        CheckConstraint(
            "(state = 'given' AND (number IS NULL) <> (text IS NULL) AND reason IS NULL AND approver IS NULL)"
            " OR (state = 'not_applicable' AND number IS NULL AND text IS NULL"
            " AND reason IS NOT NULL AND approver IS NOT NULL)",
            name="value",
        ),
        # The key is the table itself: a snapshot walks one stretch of it.
        {"sqlite_with_rowid": False},
    )

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(String(64), primary_key=True)
    input_key: Mapped[str] = mapped_column(String(140), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[float | None] = mapped_column(Double)
    text: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    approver: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


INDEX_CODES = ("NT", "TC", "HT", "NL", "AT", "CQ", "KT", "XH")
"""Codes of the eight scored main indices of the national index."""
PILLAR_CODES = ("CQS", "KTS", "XHS")
"""Codes of its three pillars."""
_NATIONAL_SCORES = (
    *(f"index_{code.lower()}" for code in INDEX_CODES),
    "total",
    *(f"pillar_{code.lower()}" for code in PILLAR_CODES),
)


class NationalResult(Base):
    """What is known of a province's national result in a year; scores in grid steps (1e-9), null where not public.

    A correction is a new edition. The row before it stays, with the moment at which it was superseded.
    """

    __tablename__ = "national_result"
    __table_args__ = (
        CheckConstraint("rank BETWEEN 1 AND 63", name="rank"),
        CheckConstraint(
            " AND ".join(f"({name} IS NULL OR {name} BETWEEN 0 AND 1000000000)" for name in _NATIONAL_SCORES),
            name="scores",
        ),
        _one_of("origin", ResultOrigin, "origin"),
        Index(
            "uq_national_result_current",
            "year",
            "province",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    province: Mapped[str] = mapped_column(String(20), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rank: Mapped[int | None]
    index_nt: Mapped[int | None] = mapped_column(BigInteger)
    index_tc: Mapped[int | None] = mapped_column(BigInteger)
    index_ht: Mapped[int | None] = mapped_column(BigInteger)
    index_nl: Mapped[int | None] = mapped_column(BigInteger)
    index_at: Mapped[int | None] = mapped_column(BigInteger)
    index_cq: Mapped[int | None] = mapped_column(BigInteger)
    index_kt: Mapped[int | None] = mapped_column(BigInteger)
    index_xh: Mapped[int | None] = mapped_column(BigInteger)
    total: Mapped[int | None] = mapped_column(BigInteger)
    pillar_cqs: Mapped[int | None] = mapped_column(BigInteger)
    pillar_kts: Mapped[int | None] = mapped_column(BigInteger)
    pillar_xhs: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(20))
    superseded_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class NationalYear(Base):
    """What is published of all provinces together in a year; scores in grid steps (1e-9)."""

    __tablename__ = "national_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    units: Mapped[int]
    mean: Mapped[int | None] = mapped_column(BigInteger)
    minimum_at_least: Mapped[int | None] = mapped_column(BigInteger)
    units_above_mean: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)


class NationalIndexRank(Base):
    """A published rank of a province in one main index or pillar."""

    __tablename__ = "national_index_rank"
    __table_args__ = (
        _one_of("index_code", (*INDEX_CODES, *PILLAR_CODES), "index_code"),
        CheckConstraint("rank BETWEEN 1 AND 63", name="rank"),
    )

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    province: Mapped[str] = mapped_column(String(20), primary_key=True)
    index_code: Mapped[str] = mapped_column(String(10), primary_key=True)
    rank: Mapped[int]
    source: Mapped[str] = mapped_column(Text)


class InternalTotal(Base):
    """A result of the internal index without its inputs, on the scale of 100; points in grid steps (1e-9).

    Without a level it is the mean of the three levels, without a unit the mean of the level.
    """

    __tablename__ = "internal_total"
    __table_args__ = (
        ForeignKeyConstraint(["unit_code", "unit_valid_from"], ["unit.code", "unit.valid_from"]),
        _one_of("level", LEVELS, "level"),
        _one_of("origin", ResultOrigin, "origin"),
        CheckConstraint("total BETWEEN 0 AND 100000000000", name="total"),
        CheckConstraint(
            "(unit_code IS NULL) = (unit_valid_from IS NULL) AND (unit_code IS NULL OR level IS NOT NULL)", name="unit"
        ),
        Index(None, "year"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    level: Mapped[str | None] = mapped_column(String(20))
    unit_code: Mapped[str | None] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date | None]
    total: Mapped[int] = mapped_column(BigInteger)
    change: Mapped[int | None] = mapped_column(BigInteger)
    rank: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(20))


class EffortTable(Base):
    """One edition of the office's effort table: how it measures, and its default rule. The last edition is used.

    An edition never changes: a correction is a new one, so that a plan on paper can always be worked out again.
    months: the months of the default rule, one bit each, January the lowest.
    """

    __tablename__ = "effort_table"
    __table_args__ = (
        _one_of("measure", EffortUnit, "measure"),
        CheckConstraint("for_all_points >= 0 AND least >= 0", name="default_amounts"),
        CheckConstraint("months BETWEEN 1 AND 4095", name="months"),
    )

    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    saved_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    measure: Mapped[str] = mapped_column(String(20))
    for_all_points: Mapped[int]
    least: Mapped[int]
    months: Mapped[int]


class EffortLine(Base):
    """One row of an edition: what a step of a criterion takes, for one unit or for all units of the level.

    amount: in thousandths. months: one bit each, January the lowest; null for those of the default rule.
    """

    __tablename__ = "effort_line"
    __table_args__ = (
        _one_of("level", LEVELS, "level"),
        _one_of("step", ("next", "target", "full"), "step"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("months BETWEEN 1 AND 4095", name="months"),
    )

    edition: Mapped[int] = mapped_column(ForeignKey("effort_table.edition", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(String(20))
    unit_code: Mapped[str | None] = mapped_column(String(20))
    criterion: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int] = mapped_column(BigInteger)
    months: Mapped[int | None]
    owner: Mapped[str | None] = mapped_column(String(200))
    project: Mapped[str] = mapped_column(String(200))


class EffortCeiling(Base):
    """Most effort in some months of an edition, of one owner or (owner null) of all together; in thousandths."""

    __tablename__ = "effort_ceiling"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("months BETWEEN 1 AND 4095", name="months"),
    )

    edition: Mapped[int] = mapped_column(ForeignKey("effort_table.edition", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str | None] = mapped_column(String(200))
    months: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)


class DataVersion(Base):
    """One row: a counter that every write transaction raises, so that readers know when to read again."""

    __tablename__ = "data_version"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)


class Seeding(Base):
    """Which packaged data has been put in, and when: it is put in once, even if somebody removes it later."""

    __tablename__ = "seeding"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    done_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Scenario(Base):
    """A named what-if on a period at a month: its overrides as JSON. The figures of the period are never touched."""

    __tablename__ = "scenario"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
        Index(None, "period_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    month: Mapped[int]
    base_year: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    author: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class Account(Base):
    """Somebody's way in. It holds no name of a person: that stands in `person` and can be erased.

    group_codes: main indices that an appraiser appraises, separated by blanks. organisation: of a data supplier that is
    no unit. totp_secret: sealed; one of before is in clear until it is used next. totp_step: the last time step whose
    code was used. lock_outs: how often it was locked in a row.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("folded"),
        UniqueConstraint("oidc_subject"),
        _unit_key(),
        _one_of("role", ACCOUNT_ROLES, "role"),
        _one_of("state", AccountState, "state"),
        _one_of("origin", AccountOrigin, "origin"),
        CheckConstraint(
            "(unit_code IS NULL) = (unit_valid_from IS NULL)"
            " AND (unit_code IS NOT NULL OR role NOT IN ('unit_leader', 'data_entry'))",
            name="unit",
        ),
        CheckConstraint("NOT totp_confirmed OR totp_secret IS NOT NULL", name="totp"),
        Index(None, "unit_code", "unit_valid_from"),
        # The id of an account that is gone must never name another one: logs hold ids.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(String(64))
    folded: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    unit_code: Mapped[str | None] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date | None]
    organisation: Mapped[str | None] = mapped_column(String(200))
    group_codes: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change: Mapped[bool]
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    totp_confirmed: Mapped[bool]
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20))
    failed: Mapped[int]
    lock_outs: Mapped[int]
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    oidc_subject: Mapped[str | None] = mapped_column(String(255))
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    origin: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    signed_in_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class Person(Base):
    """Who holds an account. The row can be erased; the account, and what it did, stays."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("email"),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    full_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200))


class RecoveryCode(Base):
    """A code that stands in once for the second factor, as a hash."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class SignInSession(Base):
    """A browser that is signed in, or (account null) a visitor's. The token itself is only in the browser's cookie.

    confirmed: whether the second factor has been given in it. by_provider: whether an identity provider vouched for who
    opened it, instead of a password. client: what the browser calls itself.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "account_id"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    csrf: Mapped[str] = mapped_column(String(64))
    confirmed: Mapped[bool]
    by_provider: Mapped[bool]
    client: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """What somebody did, when and why. The database itself refuses to change or remove a row.

    account_id: whose account did it, null for a command on the server and for somebody not signed in. about_id: the
    account that it was done to. period: its name then. lines: how many `AuditChange` belong to it. folded: what is
    searched in. It refers to no other table, so that nothing it speaks of must stay for its sake; and it has no list of
    roles and actions, because on SQLite a changed constraint rebuilds the table without its triggers.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("(unit_code IS NULL) = (unit_valid_from IS NULL)", name="unit"),
        CheckConstraint("lines >= 0", name="lines"),
        Index(None, "moment", "id"),
        Index(None, "account_id", "moment", "id"),
        Index(None, "about_id", "moment", "id"),
        Index(None, "role", "moment", "id"),
        Index(None, "action", "moment", "id"),
        Index(None, "unit_code", "unit_valid_from", "moment", "id"),
        # The id of an entry never names another one: people cite it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    moment: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]
    role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[int | None]
    period: Mapped[str | None] = mapped_column(String(250))
    unit_code: Mapped[str | None] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date | None]
    subject: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    demonstration: Mapped[bool]
    lines: Mapped[int]
    folded: Mapped[str] = mapped_column(Text)


class AuditChange(Base):
    """One line of an entry: what stood at a place before and after, null for nothing; its unit where it has one."""

    __tablename__ = "audit_change"
    __table_args__ = (
        CheckConstraint("(unit_code IS NULL) = (unit_valid_from IS NULL)", name="unit"),
        Index(None, "unit_code", "unit_valid_from", "entry_id"),
        {"sqlite_with_rowid": False},
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(Text)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    unit_code: Mapped[str | None] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date | None]


class Holiday(Base):
    """A day on which offices are closed, beside Saturdays and Sundays; a working Saturday or Sunday has working true."""

    __tablename__ = "holiday"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name_vi: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)


class Deadline(Base):
    """Until when the units of a level report in a period, or data suppliers give their figures.

    level: a level, or the suppliers. working_days: how many the office gave, counted from a day.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        _one_of("level", (*LEVELS, SUPPLIERS), "level"),
        CheckConstraint("working_days BETWEEN 1 AND 250", name="working_days"),
    )

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    counted_from: Mapped[dt.date]
    working_days: Mapped[int]
    due_on: Mapped[dt.date]
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class Submission(Base):
    """Where a unit's report of a period stands; without a row it is in self-assessment and nobody has touched it.

    return_reason: why the office returned it, until it is sent again. taken_back_reason: why its own unit took it back.
    sent_at: when it was sent last. days_late: working days after its deadline; none for in time.
    due_on: a deadline of its own, given when it was returned, or the last day of explanation. report_*: of the signed
    self-assessment report. told_at: when the draft results were sent last. accepted_at: when the unit agreed last; before
    told_at it agreed to others than those.
    """

    __tablename__ = "submission"
    __table_args__ = (
        _unit_key(),
        _one_of("state", tuple(state.value for state in SUBMISSION_STATES), "state"),
        CheckConstraint("state <> 'returned' OR return_reason IS NOT NULL", name="return_reason"),
        CheckConstraint("state <> 'sent' OR (report_number IS NOT NULL AND report_date IS NOT NULL)", name="report"),
    )

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(40))
    due_on: Mapped[dt.date | None]
    return_reason: Mapped[str | None] = mapped_column(Text)
    taken_back_reason: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    days_late: Mapped[int | None]
    report_number: Mapped[str | None] = mapped_column(String(100))
    report_date: Mapped[dt.date | None]
    told_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class Draft(Base):
    """What somebody typed for an entry and has not sent yet, as it was typed; null: the stored figure is taken back.

    copied: taken over from an earlier period and not confirmed yet.
    """

    __tablename__ = "draft"
    __table_args__ = (_unit_key(),)

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    entry: Mapped[str] = mapped_column(String(220), primary_key=True)
    value: Mapped[str | None] = mapped_column(Text)
    copied: Mapped[bool]
    account_id: Mapped[int | None]
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(BigInteger)

    __mapper_args__: dict[str, Any] = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class Presence(Base):
    """Who had the form of a unit open, and when last."""

    __tablename__ = "presence"
    __table_args__ = (_unit_key(),)

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class EvidenceFile(Base):
    """A file of the evidence, by what is in it. Whether it is there still depends on whether a document needs it."""

    __tablename__ = "evidence_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]


class Evidence(Base):
    """A document in a unit's library, of no particular period. It has a file, a link or both until it is removed.

    security: on information security, for its appraisers alone. out_of_force: marked so, whatever valid_to says.
    demonstration: whether an account of the demonstration put it in, with which it goes.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        _unit_key(),
        CheckConstraint("removed_at IS NOT NULL OR sha256 IS NOT NULL OR link IS NOT NULL", name="content"),
        CheckConstraint("(sha256 IS NULL) = (file_name IS NULL)", name="file"),
        CheckConstraint("(removed_at IS NULL) = (removal_reason IS NULL)", name="removal"),
        Index(None, "unit_code", "unit_valid_from"),
        Index(None, "sha256"),
        # The number of a document that is gone must never name another one: logs hold numbers.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date]
    number: Mapped[str] = mapped_column(String(100))
    issued_on: Mapped[dt.date]
    issuer: Mapped[str] = mapped_column(String(200))
    abstract: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("evidence_file.sha256"))
    file_name: Mapped[str | None] = mapped_column(String(200))
    security: Mapped[bool]
    valid_to: Mapped[dt.date | None]
    out_of_force: Mapped[bool]
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]
    demonstration: Mapped[bool] = mapped_column(server_default=false())
    removed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[int | None]
    removal_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class EvidenceUse(Base):
    """What a document proves: a criterion of a unit's report, or (criterion empty) that the report itself was signed.

    group_code: main index of the criterion, empty for the report. page: page or section.
    """

    __tablename__ = "evidence_use"
    __table_args__ = (_unit_key(), Index(None, "period_id", "unit_code", "unit_valid_from"))

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(String(100), primary_key=True)
    group_code: Mapped[str] = mapped_column(String(100))
    page: Mapped[str] = mapped_column(String(100))
    attached_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]


class EvidenceReading(Base):
    """Somebody has read a document."""

    __tablename__ = "evidence_reading"
    __table_args__ = (Index(None, "evidence_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    account_id: Mapped[int | None]
    read_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class SecretRemoval(Base):
    """The log of documents that were taken out because they are state secrets; it says nothing of what is in them."""

    __tablename__ = "secret_removal"
    __table_args__ = (Index(None, "evidence_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    removed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]


class Dispute(Base):
    """What a unit says against a figure of a source system, and the office's answer; closed once it is answered.

    figure: the value that stood there, as one would type it. accepted: whether the office finds the unit right.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        _unit_key(),
        CheckConstraint(
            "(closed_at IS NULL) = (answer IS NULL) AND (closed_at IS NULL) = (accepted IS NULL)", name="answer"
        ),
        # One at a time: the office answers before the unit says more.
        Index(
            "uq_dispute_open",
            "period_id",
            "unit_code",
            "unit_valid_from",
            "entry",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    unit_code: Mapped[str] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date]
    entry: Mapped[str] = mapped_column(String(220))
    figure: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None]
    raised_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    accepted: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None]
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class AppraisalTask(Base):
    """A criterion of a unit that somebody is to appraise. account_id: whom it is given to, null for the office.

    group_code: main index of the criterion. ruled: whether it has been ruled on in this tier.
    """

    __tablename__ = "appraisal_task"
    __table_args__ = (
        _unit_key(),
        _one_of("tier", AppraisalTier, "tier"),
        Index(None, "period_id", "account_id"),
    )

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(String(64), primary_key=True)
    tier: Mapped[str] = mapped_column(String(20), primary_key=True)
    group_code: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None]
    due_on: Mapped[dt.date]
    ruled: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class Ruling(Base):
    """What was decided about a criterion of a unit, and why. The newest is in force; the database lets none be changed.

    content: the inputs that it rests on, by key, as JSON: they are scored, whatever the unit's figures become later.
    """

    __tablename__ = "ruling"
    __table_args__ = (
        _unit_key(),
        _one_of("tier", AppraisalTier, "tier"),
        _one_of("kind", RulingKind, "kind"),
        Index(None, "period_id", "unit_code", "unit_valid_from", "criterion"),
        Index(None, "criterion"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    unit_code: Mapped[str] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date]
    criterion: Mapped[str] = mapped_column(String(64))
    tier: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None]
    ruled_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Reopening(Base):
    """Why the office had a criterion of a unit appraised again after the council. The database lets no row be changed."""

    __tablename__ = "reopening"
    __table_args__ = (
        _unit_key(),
        Index(None, "period_id", "unit_code", "unit_valid_from", "criterion"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    unit_code: Mapped[str] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date]
    criterion: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None]
    reopened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Explanation(Base):
    """What a unit says to the draft result of a criterion; sent_at null while its head has not sent it."""

    __tablename__ = "explanation"
    __table_args__ = (_unit_key(),)

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None]
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class EarlierExplanation(Base):
    """What a unit said to draft results in whose place others were sent since."""

    __tablename__ = "earlier_explanation"
    __table_args__ = (
        _unit_key(),
        Index(None, "period_id", "unit_code", "unit_valid_from"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"))
    unit_code: Mapped[str] = mapped_column(String(20))
    unit_valid_from: Mapped[dt.date]
    criterion: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None]
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class PeriodStep(Base):
    """The council's minutes, the submission for approval, or the closing of an internal trial run of a period."""

    __tablename__ = "period_step"
    __table_args__ = (_one_of("kind", StepKind, "kind"),)

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[str] = mapped_column(String(100))
    date: Mapped[dt.date]
    note: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None]
    done_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column()

    __mapper_args__: dict[str, Any] = {"version_id_col": version}  # noqa: RUF012


class Publication(Base):
    """What a decision published of a period, whole and for good: the database lets no row be changed or removed.

    edition: 1, and one more for each amending decision. reason: why it was amended, empty for the first. month: whose
    figures were appraised. content: set versions, units, inputs, points and ranks as JSON; sha256: of its bytes.
    """

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("edition >= 1", name="edition"),
        CheckConstraint("(edition = 1) = (reason = '')", name="reason"),
        CheckConstraint("month BETWEEN 1 AND 12", name="month"),
    )

    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision_number: Mapped[str] = mapped_column(String(100))
    decision_date: Mapped[dt.date]
    signer: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    month: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]
