"""Settings: which folders, from which environment, and what a first use makes."""

import os
from pathlib import Path

import pytest
import yaml

from orchestration import settings
from orchestration.errors import TradecheckError


def test_default_home_is_data_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = settings.from_environment({})
    assert found.home == tmp_path / "data"
    assert found.dagster_home == tmp_path / "data" / "dagster"
    assert found.samples


def test_environment_moves_home_and_keeps_the_users_dagster_home(tmp_path: Path) -> None:
    found = settings.from_environment(
        {"TRADECHECK_HOME": str(tmp_path / "h"), "DAGSTER_HOME": str(tmp_path / "d"), "TRADECHECK_SAMPLES": "0"}
    )
    assert (found.home, found.dagster_home, found.samples) == (tmp_path / "h", tmp_path / "d", False)
    settings.prepare(found)
    assert not (tmp_path / "d" / "dagster.yaml").exists(), "the user's own Dagster home is not ours to configure"


def test_tilde_is_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings.from_environment({"TRADECHECK_HOME": "~/trade"}).home == tmp_path / "trade"


def test_meaningless_setting_is_refused() -> None:
    with pytest.raises(TradecheckError, match="TRADECHECK_SAMPLES=maybe"):
        settings.from_environment({"TRADECHECK_SAMPLES": "maybe"})


def test_first_use_writes_dagster_yaml_once(tmp_path: Path) -> None:
    found = settings.from_environment({"TRADECHECK_HOME": str(tmp_path)})
    settings.prepare(found)
    path = found.dagster_home / "dagster.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert config["telemetry"] == {"enabled": False}
    assert config["nux"] == {"enabled": False}
    path.write_text("telemetry: {enabled: true}\n", encoding="utf-8")
    settings.prepare(found)
    assert path.read_text(encoding="utf-8") == "telemetry: {enabled: true}\n", "a changed file is the user's"


def test_children_see_the_same_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRADECHECK_HOME", "TRADECHECK_SAMPLES", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "")
    found = settings.from_environment({"TRADECHECK_HOME": str(tmp_path), "TRADECHECK_SAMPLES": "0"})
    settings.hand_on(found)
    assert settings.from_environment() == found


def test_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "home"
    path.write_text("", encoding="utf-8")
    with pytest.raises(TradecheckError, match=r"home.*set TRADECHECK_HOME"):
        settings.prepare(settings.from_environment({"TRADECHECK_HOME": str(path)}))


def test_home_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The superuser may write anywhere, so what the system would answer to others is put in its place.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(TradecheckError, match="cannot be written"):
        settings.prepare(settings.from_environment({"TRADECHECK_HOME": str(tmp_path)}))
