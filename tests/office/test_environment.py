from __future__ import annotations

from pathlib import Path

import pytest

from terrier.office.environment import SettingError, read_environment


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TERRIER_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TERRIER_HOSTS", "https://a.example", "must be host names"),
        ("TERRIER_URL", "a.example", "must be the address people type"),
        ("TERRIER_DEBUG", "perhaps", "valid boolean"),
        ("TERRIER_SECRET_KEY", "short", "at least 50 characters"),
        ("TERRIER_TIME_ZONE", "Mars/Olympus", "America/Chicago"),
        ("TERRIER_IMPORT_DAYS", "0", "greater than or equal to 1"),
        ("TERRIER_HOUR_COST", "0", "greater than 0"),
        ("TERRIER_TERRITORY_COST", "much", "valid decimal"),
        ("TERRIER_MAP_TILES", "https://tiles.example.com/", "{z}/{x}/{y}"),
        ("TERRIER_LANGUAGE", "tlh", "must be en or it"),
        ("TERRIER_LEDGER", "oracle", "must be duckdb, postgresql://"),
        ("TERRIER_HOST", "a.example", "there is no such setting"),
        ("TERRIER_OIDC_URL", "https://id.example", "go together"),
    ],
)
def test_a_bad_setting_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=said) as refused:
        read_environment()
    assert name in str(refused.value)


def test_all_that_is_wrong_is_said_at_once_and_secrets_are_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERRIER_SECRET_KEY", "hunter2")
    monkeypatch.setenv("TERRIER_URL", "nowhere")
    with pytest.raises(SettingError) as refused:
        read_environment()
    assert "TERRIER_URL" in str(refused.value)
    assert "TERRIER_SECRET_KEY" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_the_secret_key_is_made_once_and_kept_for_the_owner_alone() -> None:
    key = read_environment().key()
    assert len(key) >= 50
    assert read_environment().key() == key
    file = read_environment().home / "secret-key"
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("within", ["a file", "a file/below it"])
def test_a_home_that_cannot_be_made_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, within: str
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("TERRIER_HOME", str(tmp_path / within))
    with pytest.raises(SettingError, match="TERRIER_HOME: must be a directory") as refused:
        read_environment().key()
    assert str(tmp_path / within) in str(refused.value)
