"""The code location put together: assets, their checks, and the resources that they are given.

What belongs here: wiring. `build_defs()` is what Dagster loads; tests and the command line pass what they
want otherwise.
"""

from __future__ import annotations

from typing import Any, Final

import dagster as dg

from orchestration.asset_checks import suite_checks
from orchestration.assets import articles, checks, figures, publication, series, sources, warehouse
from orchestration.io import Lake
from orchestration.resources import LakeIOManager, Rooms, home
from orchestration.settings import Settings, from_environment

OFFLINE: Final = "everything_offline"
LIVE: Final = "everything_live"


def _jobs() -> list[Any]:
    """Everything, without asking any publisher and with it; the latter on a schedule that starts switched off."""
    whole = dg.AssetSelection.all()
    offline = dg.define_asset_job(
        OFFLINE, whole - dg.AssetSelection.assets(*sources.FETCHED), description="Everything that needs no network"
    )
    asking = dg.define_asset_job(LIVE, whole, description="Ask every publisher, then everything")
    return [offline, asking]


def _schedules() -> list[dg.ScheduleDefinition]:
    """The monthly release comes at 8:30 in Washington, on a working day."""
    after_release = dg.ScheduleDefinition(
        name="after_release",
        job_name=LIVE,
        cron_schedule="45 8 * * 1-5",
        execution_timezone="America/New_York",
        description="A quarter of an hour after the usual time of releases, every working day",
    )
    return [after_release]


def build_defs(
    *,
    settings: Settings | None = None,
    lake: Lake | None = None,
    executor: dg.ExecutorDefinition = dg.in_process_executor,
    loggers: dict[str, dg.LoggerDefinition] | None = None,
    **rooms: Any,
) -> dg.Definitions:
    """The definitions over one home folder; `rooms` puts other functions in the place of any in `resources.Rooms`.

    Steps run one after the other in one process unless another `executor` is given: starting a process a step costs
    far more than the steps themselves.
    """
    chosen = settings or from_environment()
    kept = lake or Lake(chosen.lake)
    return dg.Definitions(
        assets=dg.load_assets_from_modules([sources, series, articles, figures, checks, warehouse, publication]),
        asset_checks=suite_checks(),
        resources={"home": home(chosen, Rooms(**rooms), kept), "io_manager": LakeIOManager(kept)},
        jobs=_jobs(),
        schedules=_schedules(),
        executor=executor,
        loggers=loggers,
    )
