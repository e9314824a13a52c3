"""What may be a file of the evidence: known by its content, bounded, without macros, not marked as secret."""

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from assessment.refusals import RefusedError
from language import _, format_number

MOST_BYTES = 20 * 1024 * 1024
"""Largest file, as the server's own limit of uploads."""
MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 5_000
MOST_TYPES = 1024 * 1024
_CHUNK = 1 << 16
_LONGEST_NAME = 150
_TYPES_PART = "[Content_Types].xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACRO_TYPES = (b"macroenabled", b"vbaproject", b"macrosheet", b"activex")
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/activex/")


class EvidenceRefusedError(RefusedError):
    """Why a document is not taken, every reason a sentence. Nothing has changed."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """A kind of file: its name on the web and how names of such files end, the usual ending first."""

    name: str
    endings: tuple[str, ...]


PDF = MediaType("application/pdf", (".pdf",))
PNG = MediaType("image/png", (".png",))
JPEG = MediaType("image/jpeg", (".jpg", ".jpeg"))
TIFF = MediaType("image/tiff", (".tif", ".tiff"))
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = MediaType(f"{_OPEN_XML}wordprocessingml.document", (".docx",))
XLSX = MediaType(f"{_OPEN_XML}spreadsheetml.sheet", (".xlsx",))
PPTX = MediaType(f"{_OPEN_XML}presentationml.presentation", (".pptx",))
_BEGINNINGS = {
    b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"II*\x00": TIFF, b"MM\x00*": TIFF,
}  # fmt: skip
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
ENDINGS = tuple(ending[1:] for kind in (PDF, PNG, JPEG, TIFF, DOCX, XLSX, PPTX) for ending in kind.endings)
"""Endings of the files that may be sent, without the point."""


def recognise(content: bytes, name: str) -> MediaType:
    """The kind of a file by its content. name: for sentences only.

    Raises EvidenceRefusedError for an empty or too large file, any other kind, macros, and an archive that is damaged,
    encrypted or unpacks to too much.
    """
    if not content:
        raise EvidenceRefusedError([_("Tệp «{name}» rỗng; hãy chọn lại tệp.").format(name=name)])
    if len(content) > MOST_BYTES:
        raise EvidenceRefusedError(
            [
                _(
                    "Tệp «{name}» có {size} MB, lớn hơn mức 20 MB; hãy giảm dung lượng hoặc tách thành nhiều tệp."
                ).format(name=name, size=format_number(len(content) / 1024 / 1024, 1))
            ]
        )
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office(content, name)
    if content.startswith(_OLE):
        raise EvidenceRefusedError(
            [
                _(
                    "Tệp «{name}» theo định dạng Office cũ (.doc, .xls, .ppt) hoặc có mật khẩu, không kiểm tra được mã "
                    "lệnh bên trong; hãy lưu lại dạng .docx, .xlsx, .pptx không đặt mật khẩu, hoặc PDF."
                ).format(name=name)
            ]
        )
    raise _strange(name)


def _strange(name: str) -> EvidenceRefusedError:
    return EvidenceRefusedError(
        [
            _(
                "Tệp «{name}» có nội dung không phải PDF, ảnh (PNG, JPEG, TIFF) hay văn bản Office (DOCX, XLSX, PPTX); "
                "hãy chuyển sang một trong các dạng đó."
            ).format(name=name)
        ]
    )


def _damaged(name: str) -> EvidenceRefusedError:
    return EvidenceRefusedError(
        [_("Tệp «{name}» bị hỏng hoặc có mật khẩu nên không mở được; hãy lưu lại tệp rồi gửi.").format(name=name)]
    )


def _office(content: bytes, name: str) -> MediaType:
    too_much = EvidenceRefusedError(
        [_("Tệp «{name}» khi giải nén lớn quá mức cho phép nên không nhận; hãy lưu dạng PDF.").format(name=name)]
    )
    # Counted before the directory is read: a directory of hundreds of thousands of entries would fill the memory.
    if content.count(b"PK\x01\x02") > MOST_MEMBERS:
        raise too_much
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            kind = next((_MAIN_PARTS[m.filename] for m in members if m.filename in _MAIN_PARTS), None)
            if kind is None or not any(m.filename == _TYPES_PART for m in members):
                raise _strange(name)
            if any(m.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for m in members):
                raise _damaged(name)
            types_too = sum(m.file_size for m in members if m.filename == _TYPES_PART)
            if sum(m.file_size for m in members) > MOST_UNPACKED or types_too > MOST_TYPES:
                raise too_much
            types = b"".join(_read_through(archive, m) for m in members)
    except EvidenceRefusedError:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OSError) as error:
        raise _damaged(name) from error
    # Zeros away: the types may be written in two bytes a letter.
    told = types.replace(b"\0", b"").lower()
    parts = [f"/{m.filename.lower()}" for m in members]
    if any(own in told for own in _MACRO_TYPES) or any(own in part for part in parts for own in _MACRO_PARTS):
        raise EvidenceRefusedError(
            [_("Tệp «{name}» có macro hoặc mã lệnh; hãy lưu lại dạng không có macro hoặc PDF.").format(name=name)]
        )
    return kind


def _read_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Reads a member to its end, whereby it is checked; gives it when it is the list of types, else nothing."""
    kept = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            if member.filename == _TYPES_PART:
                kept += chunk
    return kept


def clean_name(name: str, kind: MediaType) -> str:
    """The name under which a file is given back: no folders, nothing invisible, an ending that fits the content."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    bare = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    fitting = next((e for e in kind.endings if bare.lower().endswith(e)), None)
    stem = bare[: -len(fitting)] if fitting else bare
    return (stem[:_LONGEST_NAME].strip(" .") or _("tai-lieu")) + (fitting or kind.endings[0])


_WORD = r"(?<![^\W_])", r"(?![^\W_])"
_HARMLESS = re.compile(
    rf"{_WORD[0]}(?:bảo|bí|bao|bi)[\s_.\-]*(?:mật|mat){_WORD[1]}|{_WORD[0]}mật[\s_.\-]*(?:khẩu|mã|độ|thiết){_WORD[1]}"
)
_SECRET = re.compile(
    rf"{_WORD[0]}mật{_WORD[1]}|{_WORD[0]}(?:toi|tuyet|do)[\s_.\-]*mat{_WORD[1]}|[(\[]\s*mat\s*[)\]]|(?:^|[\s_.\-])mat$"
)


def says_secret(name: str) -> bool:
    """Whether the name of a file says that it is Mật, Tối mật or Tuyệt mật; bảo mật, mật khẩu and the like do not."""
    stem = re.sub(r"\.\w{1,5}$", "", unicodedata.normalize("NFC", name).lower())
    return _SECRET.search(_HARMLESS.sub(" ", stem)) is not None
