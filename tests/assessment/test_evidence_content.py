"""What may be a file of the evidence: by its content, bounded, without macros, not marked as secret."""

import io
import random
import zipfile
from collections.abc import Callable

import pytest

from assessment.evidence_content import (
    DOCX,
    JPEG,
    MOST_BYTES,
    MOST_MEMBERS,
    PDF,
    PNG,
    PPTX,
    TIFF,
    XLSX,
    EvidenceRefusedError,
    MediaType,
    clean_name,
    recognise,
    says_secret,
)

TYPES = "<Types/>"


def office(main: str, *, types: str = TYPES, more: dict[str, bytes] | None = None) -> bytes:
    """A document of Office, as far as its kind depends on it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(main, "<x/>")
        for name, own in (more or {}).items():
            archive.writestr(name, own)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n%%EOF", PDF),
        (b"\x89PNG\r\n\x1a\n0000", PNG),
        (b"\xff\xd8\xff\xe0", JPEG),
        (b"II*\x00\x08", TIFF),
        (b"MM\x00*\x00", TIFF),
        (office("word/document.xml"), DOCX),
        (office("xl/workbook.xml"), XLSX),
        (office("ppt/presentation.xml"), PPTX),
    ],
)
def test_the_kind_is_known_by_the_content_whatever_the_name(content: bytes, kind: MediaType) -> None:
    assert recognise(content, "a.exe") == kind


def _damaged() -> bytes:
    whole = bytearray(office("word/document.xml", more={"word/a.bin": bytes(range(256)) * 40}))
    at = whole.index(b"word/a.bin") + 40
    whole[at] ^= 0xFF
    return bytes(whole)


def _encrypted() -> bytes:
    """The flag that says that a member is encrypted, in both places where it stands."""
    whole = bytearray(office("word/document.xml"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = whole.index(mark)
        whole[start + offset] |= 1
    return bytes(whole)


# What takes long to make is made by its test, not by everybody who collects tests.


def _too_large() -> bytes:
    return office("xl/workbook.xml", more={f"{n}": bytes(30 << 20) for n in range(7)})


def _too_many() -> bytes:
    return office("xl/workbook.xml", more={f"{n}": b"" for n in range(MOST_MEMBERS)})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "rỗng"),
        (b"%PDF-" + bytes(MOST_BYTES), r"có 20,0 MB, lớn hơn mức 20 MB"),
        (b"MZ\x90\x00", "không phải PDF, ảnh"),
        (b"<html><script>", "không phải PDF, ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không phải PDF, ảnh"),
        (b" %PDF-1.7", "không phải PDF, ảnh"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Office cũ"),
        (office("readme.txt"), "không phải PDF, ảnh"),
        (office("word/document.xml", more={"word/vbaProject.bin": b"x"}), "có macro"),
        (office("xl/workbook.xml", more={"xl/macrosheets/sheet1.xml": b"x"}), "có macro"),
        (office("xl/workbook.xml", more={"xl/activeX/activeX1.bin": b"x"}), "có macro"),
        (
            office("word/document.xml", types="application/vnd.ms-word.document.macroEnabled.main+xml"),
            "có macro",
        ),
        (office("word/document.xml", types="macroEnabled".encode("utf-16").decode("latin-1")), "có macro"),
        (office("word/document.xml", types=" " * 2_000_000 + "macroEnabled"), "giải nén lớn quá mức"),
        (office("word/document.xml")[:-30], "bị hỏng"),
        (_damaged(), "bị hỏng"),
        (_encrypted(), "bị hỏng hoặc có mật khẩu"),
        (_too_large, "giải nén lớn quá mức"),
        (_too_many, "giải nén lớn quá mức"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_else_is_refused_with_a_sentence(content: bytes | Callable[[], bytes], sentence: str) -> None:
    content = content() if callable(content) else content
    with pytest.raises(EvidenceRefusedError, match=sentence) as refused:
        recognise(content, "bao-cao.docx")
    assert "«bao-cao.docx»" in str(refused.value)


@pytest.mark.parametrize("seed", range(300))
def test_a_document_in_which_bytes_have_changed_is_taken_or_refused_and_nothing_else(seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(office("xl/workbook.xml", more={"xl/a.xml": b"<a/>" * 50, "xl/b.bin": bytes(200)}))
    for _time in range(chance.randint(1, 12)):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    try:
        assert recognise(bytes(content), "a.xlsx") in (XLSX, DOCX, PPTX)
    except EvidenceRefusedError as refused:
        assert "«a.xlsx»" in str(refused)  # noqa: PT017


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("Kế hoạch 12.pdf", PDF, "Kế hoạch 12.pdf"),
        ("ẢNH.JPEG", JPEG, "ẢNH.jpeg"),
        ("C:\\Users\\a\\../../kh.docx", DOCX, "kh.docx"),
        ("chay.exe", PDF, "chay.exe.pdf"),
        ("fdp.exe\u202e.pdf", PDF, "fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", PDF, "aSet-Cookie: x.pdf"),
        ("..", PNG, "tai-lieu.png"),
        ("a" * 300 + ".pdf", PDF, "a" * 150 + ".pdf"),
    ],
)
def test_a_name_is_cleaned_and_ends_as_its_content_says(name: str, kind: MediaType, kept: str) -> None:
    assert clean_name(name, kind) == kept


@pytest.mark.parametrize(
    "name",
    [
        "CV 12 (Mật).pdf",
        "TỐI MẬT.pdf",
        "tuyệt_mật-kh.docx",
        "toi-mat.pdf",
        "kh (mat).pdf",
        "kh-12-mat.pdf",
        "Do mat.pdf",
    ],
)
def test_a_name_that_says_secret(name: str) -> None:
    assert says_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "Kế hoạch bảo mật thông tin.pdf", "bao-mat.pdf", "Quy chế bảo vệ bí mật nhà nước.pdf", "Đổi mật khẩu.docx",
        "Mật độ dân số.xlsx", "mat bang tru so.pdf", "Ra mắt cổng dịch vụ.pdf", "có mặt.pdf", "format.pdf",
    ],
)  # fmt: skip
def test_a_name_that_only_sounds_so(name: str) -> None:
    assert not says_secret(name)
