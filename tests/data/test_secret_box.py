"""Keys: made once, the owner's alone, several at a time; what is wrong with one is said in a sentence."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from data.secret_box import SecretBox, SecretKeyError, is_sealed, secret_box
from data.settings import PROJECT_ROOT, Settings

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SEAL = (
    "import sys; from data.secret_box import secret_box; from data.settings import Settings;"
    "print(secret_box(Settings()).seal(sys.argv[1]))"
)


@pytest.fixture
def box(tmp_path: Path) -> SecretBox:
    """A box whose key is not made yet."""
    return SecretBox(tmp_path / "new" / "secret.key")


def test_what_is_sealed_is_opened_and_says_nothing(box: SecretBox) -> None:
    sealed = box.seal(SECRET)
    assert SECRET not in sealed
    assert is_sealed(sealed)
    assert not is_sealed(SECRET)
    assert len(sealed) <= 200
    assert box.opened(sealed) == SECRET
    assert box.seal(SECRET) != sealed


def test_a_text_from_before_is_given_as_it_is_and_makes_no_key(box: SecretBox) -> None:
    assert box.opened(SECRET) == SECRET
    assert not box.file.exists()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_the_key_is_made_once_for_its_owner_alone(box: SecretBox) -> None:
    sealed = box.seal(SECRET)
    assert stat.S_IMODE(box.file.stat().st_mode) == 0o600
    key = box.file.read_bytes()
    box.seal(SECRET)
    assert box.file.read_bytes() == key
    assert SecretBox(box.file).opened(sealed) == SECRET


def test_processes_that_seal_at_once_agree_on_the_key(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "DTI_SECRET_KEY"} | {"DTI_FOLDER": str(tmp_path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", SEAL, SECRET], cwd=PROJECT_ROOT, env=environment, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    sealed = [process.communicate(timeout=120)[0].decode().strip() for process in started]
    assert [SecretBox(tmp_path / "secret.key").opened(text) for text in sealed] == [SECRET] * 4


def test_a_new_key_before_the_old_one_seals_and_both_open() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    before = SecretBox(Path("x"), old).seal(SECRET)
    both = SecretBox(Path("x"), f"{new}, {old}")
    assert both.opened(before) == SECRET
    assert SecretBox(Path("x"), new).opened(both.seal(SECRET)) == SECRET
    with pytest.raises(SecretKeyError, match="Không có khóa bí mật nào của máy chủ mở được"):
        SecretBox(Path("x"), new).opened(before)


def test_a_file_holds_several_keys_one_a_line(tmp_path: Path) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    file = tmp_path / "secret.key"
    file.write_text("\n".join(keys) + "\n", encoding="ascii")
    assert SecretBox(file).opened(SecretBox(Path("x"), keys[1]).seal(SECRET)) == SECRET


@pytest.mark.parametrize("content", [b"", b"khong phai khoa", "khóa".encode(), b"\xff\xfe"])
def test_a_file_that_holds_no_key_is_told_without_its_content(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret.key"
    file.write_bytes(content)
    with pytest.raises(SecretKeyError, match="không đúng dạng") as caught:
        SecretBox(file).seal(SECRET)
    assert "khoa" not in str(caught.value).split()
    assert file.read_bytes() == content


def test_where_the_key_lies_follows_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DTI_FOLDER", str(tmp_path))
    monkeypatch.delenv("DTI_SECRET_KEY", raising=False)
    assert secret_box(Settings()).place == str(tmp_path.resolve() / "secret.key")
    key = Fernet.generate_key().decode()
    monkeypatch.setenv("DTI_SECRET_KEY", key)
    assert secret_box(Settings()).place == "DTI_SECRET_KEY"
    assert key not in repr(secret_box(Settings())) + repr(Settings())
