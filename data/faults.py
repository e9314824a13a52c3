"""What is wrong with the place where the data lie, told apart from every other failure, in whole sentences."""

import errno
import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from language import _


class Fault(StrEnum):
    """What the place where the data lie cannot do at the moment."""

    BUSY = "busy"
    GONE = "gone"
    FULL = "full"
    REFUSING = "refusing"


_SQLITE = {
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_CANTOPEN: Fault.GONE,
    sqlite3.SQLITE_READONLY: Fault.REFUSING,
    sqlite3.SQLITE_PERM: Fault.REFUSING,
    sqlite3.SQLITE_IOERR: Fault.REFUSING,
    sqlite3.SQLITE_CORRUPT: Fault.REFUSING,
    sqlite3.SQLITE_NOTADB: Fault.REFUSING,
}
"""Primary result codes. Source: sqlite.org/rescode.html."""
_POSTGRESQL = {
    "55P03": Fault.BUSY,
    "40P01": Fault.BUSY,
    "53300": Fault.BUSY,
    "53100": Fault.FULL,
    "57P01": Fault.GONE,
    "57P02": Fault.GONE,
    "57P03": Fault.GONE,
    "58030": Fault.REFUSING,
    "25006": Fault.REFUSING,
}
"""Source: PostgreSQL 15, appendix A, error codes."""
_OPERATING_SYSTEM = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EROFS: Fault.REFUSING,
    errno.EIO: Fault.REFUSING,
    errno.EACCES: Fault.REFUSING,
    errno.EPERM: Fault.REFUSING,
}


def storage_fault(failure: BaseException) -> Fault | None:
    """What a failure says of the database or the disk; None when it says nothing of them."""
    if isinstance(failure, NoConnectionError):
        return Fault.BUSY
    if isinstance(failure, OSError):
        return _OPERATING_SYSTEM.get(failure.errno or 0)
    if not isinstance(failure, DBAPIError):
        return None
    if isinstance(failure.orig, sqlite3.Error):
        return _SQLITE.get(getattr(failure.orig, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(failure.orig, "sqlstate", None)
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    # A server that cannot be reached says nothing, so its failure has no state; class 08 is that of connections.
    unreached = isinstance(failure, OperationalError) and (state or "08").startswith("08")
    return Fault.GONE if unreached or failure.connection_invalidated else None


def fault_sentence(fault: Fault) -> str:
    """What has happened, for whoever meets it."""
    return {
        Fault.BUSY: _("Cơ sở dữ liệu đang bận: một công việc khác giữ quyền ghi quá lâu."),
        Fault.GONE: _("Phần mềm không kết nối được với cơ sở dữ liệu."),
        Fault.FULL: _("Ổ đĩa chứa dữ liệu đã đầy."),
        Fault.REFUSING: _("Ổ đĩa hoặc cơ sở dữ liệu từ chối đọc, ghi."),
    }[fault]


def advice(fault: Fault) -> str:
    """What whoever meets a fault does about it."""
    if fault is Fault.BUSY:
        return _("Đề nghị chờ một phút rồi thực hiện lại; nếu vẫn vậy, báo người quản trị hệ thống.")
    return _("Đề nghị báo ngay người quản trị hệ thống, rồi thực hiện lại khi đã khắc phục.")


def unsaved_sentences(fault: Fault) -> str:
    """What has happened to somebody who wanted to save: nothing is half saved, nothing typed is lost, what to do."""
    kept = _("Chưa lưu gì; nội dung đã nhập còn nguyên trên trang này, đừng đóng trang.")
    return f"{fault_sentence(fault)} {kept} {advice(fault)}"
