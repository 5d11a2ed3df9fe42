"""`tradecheck`, the command line: options, exit statuses, and which function answers.

What belongs here: click's commands and nothing else. Heavy imports stand inside the commands, so that `check` loads
neither Dagster nor Great Expectations. What does not: work (`running`, `checking`, `querying`, `serving`) and layout
(`rendering`).

Exit status: 0 done; 1 some input could not be read, or a run failed; 2 wrong usage.
"""
# ruff: noqa: PLC0415 — see above

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from orchestration.errors import TradecheckError, of_system
from orchestration.plain import plain

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.intake import Intake


class _Group(click.Group):
    """Turns errors that are findings about the outside into one line on standard error, and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TradecheckError as error:
            _complain(str(error))
        except BrokenPipeError:
            sys.stderr.close()  # whoever read our output has gone; nothing is left to say
        except OSError as error:
            _complain(str(of_system(error)))
        ctx.exit(1)


def _complain(line: str) -> None:
    click.echo(f"tradecheck: {plain(line)}", err=True)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tradecheck", message="%(prog)s %(version)s")
@click.option("-v", "--verbose", is_flag=True, help="Show what Dagster says, and tracebacks.")
@click.pass_context
def main(ctx: click.Context, verbose: bool) -> None:
    """Check the trade figures that articles publish against the official series.

    Working files lie under TRADECHECK_HOME (default: ./data). Your own articles go into its folder `articles`.
    """
    ctx.obj = verbose


@main.command()
@click.option("--live", is_flag=True, help="Fetch this month's series from the publishers first.")
@click.pass_obj
def run(verbose: bool, live: bool) -> None:
    """Check all articles: materialize everything and print the scorecard.

    Example: tradecheck run
    """
    from orchestration import rendering, running, standing
    from orchestration.io import Lake
    from orchestration.settings import from_environment
    from transforms.schemas import ARTICLES, CHECKS, FIGURES

    settings, out = from_environment(), rendering.console()
    outcome = running.run(settings, out, verbose=verbose, live=live)
    for line in [*outcome.warnings, *outcome.findings]:
        click.echo(line, err=True)
    if not outcome.success:
        raise running.refused(outcome, settings)
    lake = Lake(settings.lake)
    rendering.scorecard(out, *(lake.read(table) for table in (ARTICLES, FIGURES, CHECKS)))
    docs = settings.data_docs / "index.html"
    rendering.places(out, {"warehouse": settings.warehouse, "data docs": docs, "articles": settings.articles})
    rendering.official(out, standing.of_home(settings))
    out.print(f"\n{outcome.seconds:.1f} s. One figure: tradecheck explain FIGURE_ID; everything: tradecheck ui")


@main.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="For people or programs.")
@click.option("--published-on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="When the articles appeared.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.pass_context
def check(ctx: click.Context, form: str, published_on: datetime | None, paths: tuple[str, ...]) -> None:
    """Check articles: files, folders, or - for standard input. Writes nothing.

    Example: tradecheck check --published-on 2017-04-28 my-article.txt
    """
    from orchestration import checking, intake, rendering
    from orchestration.settings import from_environment
    from warehouse.snapshot import SnapshotError

    given = intake.Metadata(published_on=published_on.date() if published_on else None)
    came = intake.from_paths(paths, given=given, stdin=sys.stdin.buffer)
    for failure in came.failures:
        _complain(str(failure))
    try:
        checked = checking.check(came, from_environment())
    except SnapshotError as error:
        raise TradecheckError(str(error)) from error
    for note in checked.notes:
        _complain(note)
    _print_checked(came, checked, form, rendering.console())
    if checked.notes or any(failure.fatal for failure in came.failures):
        ctx.exit(1)


def _print_checked(came: Intake, checked: Any, form: str, out: Console) -> None:
    from orchestration import rendering

    rows = {article.row["article_id"]: checked.rows_of(article.row["article_id"]) for article in came.articles}
    if form == "json":
        click.echo(rendering.check_json(came, rows))
        return
    for article in came.articles:
        rendering.check_table(out, article.shown, article.row, rows[article.row["article_id"]])


@main.command()
@click.argument("figure_id")
def explain(figure_id: str) -> None:
    """Show one figure: sentence, slots with their evidence, check, SQL, source documents.

    Example: tradecheck explain 3f9a0c1d
    """
    from orchestration import overrides, querying, rendering
    from orchestration.settings import from_environment

    settings = from_environment()
    figure, documents = querying.figure(settings.warehouse, figure_id)
    rendering.explanation(rendering.console(), figure, documents)
    for note in overrides.notes_on(settings.home, figure):
        _complain(note)


@main.command()
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="Rows of a table.")
@click.option("--timeout", type=click.FloatRange(0.1), default=30.0, show_default=True, help="Seconds.")
@click.argument("query")
def sql(form: str, limit: int, timeout: float, query: str) -> None:
    """Ask the warehouse: a query that can only read it.

    Example: tradecheck sql "from published_vs_computed limit 5"
    """
    from orchestration import querying, rendering
    from orchestration.settings import from_environment

    answer = querying.query(
        from_environment().warehouse, query, limit=limit if form == "table" else None, timeout_seconds=timeout
    )
    if form == "table":
        rendering.query_result(rendering.console(), answer.columns, answer.rows, answer.more)
    else:
        click.echo(rendering.rows_as(form, answer.columns, answer.rows), nl=False)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.pass_context
def ui(ctx: click.Context, port: int, host: str) -> None:
    """Open the Dagster UI, with its daemon, on this machine.

    Example: tradecheck ui --port 3001
    """
    from orchestration import serving
    from orchestration.settings import from_environment

    if host not in serving.LOOPBACK:
        _complain(f"{host}: the Dagster UI has no login; whoever reaches this address can use it")
    ctx.exit(serving.serve(from_environment(), host, port, verbose=ctx.obj, say=click.echo))
