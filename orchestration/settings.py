"""Where things lie and what is switched on: the only module that reads the environment.

What belongs here: TRADECHECK_HOME, TRADECHECK_SAMPLES and DAGSTER_HOME, the folders and files under the home folder,
the publishers' keys and addresses (from the environment, else from a `.env` in the current or the home folder), and
what the home folder needs before its first use. What does not: anything read or written later.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dotenv import dotenv_values

from orchestration.errors import TradecheckError, of_system

DAGSTER_YAML: Final = """\
# Dagster's own settings for Tradecheck on one machine; written once, yours to change afterwards.
# Runs, events and schedules are kept in SQLite files in this folder. All events are in one file: the usual one a run
# takes three times as long, since every event opens and syncs two.
run_storage:
  module: dagster._core.storage.runs
  class: SqliteRunStorage
  config: {base_dir: {env: DAGSTER_HOME}}
event_log_storage:
  module: dagster._core.storage.event_log
  class: ConsolidatedSqliteEventLogStorage
  config: {base_dir: {env: DAGSTER_HOME}}
schedule_storage:
  module: dagster._core.storage.schedules
  class: SqliteScheduleStorage
  config: {base_dir: {env: DAGSTER_HOME}}
telemetry:
  enabled: false
nux:
  enabled: false
retention:            # days after which ticks of schedules and sensors are forgotten; -1 keeps them
  schedule:
    purge_after_days: {skipped: 7, success: 90, failure: 90, started: 90}
  sensor:
    purge_after_days: {skipped: 7, success: 30, failure: 90, started: 90}
compute_logs:         # messages of the assets are in the event log; nothing is gained by catching stdout beside it
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""

_OFF: Final = frozenset({"0", "false", "no", "off"})
_ON: Final = frozenset({"", "1", "true", "yes", "on"})


KEYS: Final = {
    "census": "TRADECHECK_CENSUS_KEY",
    "bea": "TRADECHECK_BEA_KEY",
    "fred": "TRADECHECK_FRED_KEY",
    "comtrade": "TRADECHECK_COMTRADE_KEY",
}
"""Settings that hold a publisher's key, by the publisher's short name. All are free of charge; none is needed."""


@dataclass(frozen=True, slots=True)
class Network:
    """How publishers are reached: keys by short name (never shown), addresses that replace those of the package by
    source, who to write to about our requests, and the pace (seconds between two requests to one host; None: each
    publisher's own).
    """

    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    addresses: Mapping[str, str] = field(default_factory=dict)
    contact: str | None = None
    pace_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Absolute paths, whether the embedded sample articles are read beside the user's own, and the network."""

    home: Path
    dagster_home: Path
    samples: bool = True
    network: Network = field(default_factory=Network)

    @property
    def lake(self) -> Path:
        """Parquet folders, one a table: the record."""
        return self.home / "lake"

    @property
    def archive(self) -> Path:
        """Raw documents, byte-exact."""
        return self.home / "archive"

    @property
    def articles(self) -> Path:
        """The user's own articles."""
        return self.home / "articles"

    @property
    def warehouse(self) -> Path:
        """The DuckDB file: derived, for readers."""
        return self.home / "tradecheck.duckdb"

    @property
    def data_docs(self) -> Path:
        """Pages of the expectation suites."""
        return self.home / "data_docs"

    @property
    def suite_results(self) -> Path:
        """What the expectation suites found last."""
        return self.lake / ".suites"

    @property
    def readings(self) -> Path:
        """What the archived documents of the publishers said when they were read last; can be made again."""
        return self.lake / ".readings"

    @property
    def lock(self) -> Path:
        """The one lock of the home folder."""
        return self.home / ".lock"


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; creates nothing.

    Raises:
        TradecheckError: a setting has a value that means nothing.
    """
    env = os.environ if environment is None else environment
    home = Path(env.get("TRADECHECK_HOME") or "data").expanduser().absolute()
    dagster_home = env.get("DAGSTER_HOME")
    samples = env.get("TRADECHECK_SAMPLES", "").strip().lower()
    if samples not in _OFF | _ON:
        raise TradecheckError(f"TRADECHECK_SAMPLES={samples}: use 0 (own articles only) or 1 (the samples too)")
    return Settings(
        home=home,
        dagster_home=Path(dagster_home).expanduser().absolute() if dagster_home else home / "dagster",
        samples=samples not in _OFF,
        network=_network(env, home),
    )


_ADDRESS: Final = "TRADECHECK_ADDRESS_"


def _network(env: Mapping[str, str], home: Path) -> Network:
    """Keys, addresses (`TRADECHECK_ADDRESS_CENSUS_COUNTRY=…`) and contact; the environment goes before any `.env`."""
    said: dict[str, str] = {}
    for folder in (home, Path()):
        said |= {name: value for name, value in _dotenv(folder / ".env").items() if name.startswith("TRADECHECK_")}
    said |= {name: value for name, value in env.items() if name.startswith("TRADECHECK_") and value}
    pace = said.get("TRADECHECK_PACE_SECONDS")
    try:
        seconds = None if pace is None else max(0.0, float(pace))
    except ValueError:
        raise TradecheckError(f"TRADECHECK_PACE_SECONDS={pace}: use a number of seconds") from None
    return Network(
        keys={short: said[name].strip() for short, name in KEYS.items() if said.get(name, "").strip()},
        addresses={
            name.removeprefix(_ADDRESS).lower(): value for name, value in said.items() if name.startswith(_ADDRESS)
        },
        contact=said.get("TRADECHECK_CONTACT"),
        pace_seconds=seconds,
    )


def _dotenv(path: Path) -> dict[str, str]:
    try:
        found = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise TradecheckError(f"{path}: cannot be read ({type(error).__name__}); mend or remove it") from None
    return {name: value for name, value in found.items() if value}


def hand_on(settings: Settings) -> None:
    """Let Dagster in this process, and whatever it starts anywhere, see the same folders."""
    os.environ["TRADECHECK_HOME"] = str(settings.home)
    os.environ["TRADECHECK_SAMPLES"] = "1" if settings.samples else "0"
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)


def prepare(settings: Settings) -> None:
    """Make the folders, and `dagster.yaml` in a Dagster home that lies inside ours and has none yet.

    Raises:
        TradecheckError: a folder cannot be made or written.
    """
    for folder in (settings.home, settings.lake, settings.archive, settings.articles, settings.dagster_home):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise TradecheckError(f"{folder}: is a file, not a folder; move it away or set TRADECHECK_HOME") from None
        except OSError as error:
            raise of_system(error, folder) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise TradecheckError(f"{folder}: cannot be written; change its permissions or set TRADECHECK_HOME")
    config = settings.dagster_home / "dagster.yaml"
    if settings.dagster_home.is_relative_to(settings.home) and not config.exists():
        try:
            config.write_text(DAGSTER_YAML, encoding="utf-8")
        except OSError as error:
            raise of_system(error, config) from error
