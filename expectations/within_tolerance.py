"""Our own expectation: a computed value lies in the interval that the printed wording allows, row by row.

What belongs here: the expectation and its metric, for use in any Great Expectations suite on pandas. What does not:
how the interval is made (`transforms.checks`) and which figures it is asked of (`expectations/suites/checks.yml`).
This module loads Great Expectations: import it inside the function that runs a suite, never at the top of a module
that Dagster's definitions load.

Why not a stock expectation: "low <= computed <= high", all three per row, would need two pair expectations (so two
asset checks and two lists of failing rows for one question), or a column that says yes or no, which hides the numbers.
Stock tolerances are one number for all rows; here each figure has its own, from its own wording.

Use elsewhere::

    import expectations.within_tolerance  # registers the type
    suite.add_expectation(
        ExpectPublishedWithinToleranceOfComputed(column_list=["computed_value", "tolerance_low", "tolerance_high"])
    )
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation, render_suite_parameter_string
from great_expectations.expectations.metrics.map_metric_provider import (
    MulticolumnMapMetricProvider,
    multicolumn_condition_partial,
)
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType

if TYPE_CHECKING:
    import pandas as pd

PRESCRIPTION = (
    "$computed has to lie between $low and $high, both ends included: the interval, row by row, from which the "
    "published number could have been rounded as it was worded."
)


class _ComputedWithinInterval(MulticolumnMapMetricProvider):  # type: ignore[misc]
    """Row by row: the first of three columns lies in the closed interval of the others; a missing end never holds."""

    condition_metric_name = "multicolumn_values.first_within_interval"
    condition_domain_keys = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805  Great Expectations' own form
        computed, low, high = (column_list.iloc[:, position] for position in range(3))
        return (low <= computed) & (computed <= high)


class ExpectPublishedWithinToleranceOfComputed(MulticolumnMapExpectation):  # type: ignore[misc]
    """Expect the published value to be within its tolerance of the computed one.

    Args:
        column_list: three columns: the computed value, and the low and high end of the interval around the published
            one. All on the signed scale on which balance = exports - imports, in the same unit.

    Rows in which any of the three is missing do not hold: leave them out by `row_condition`, so that leaving out is
    said. pandas only.
    """

    column_list: list[str] = pydantic.Field(description="computed value, low end, high end", min_items=3, max_items=3)
    ignore_row_if: Literal["all_values_are_missing", "any_value_is_missing", "never"] = "never"

    library_metadata: ClassVar[dict[str, Any]] = {"maturity": "production", "tags": ["tradecheck"]}
    _library_metadata = library_metadata

    map_metric = "multicolumn_values.first_within_interval"
    success_keys = ("mostly",)
    args_keys = ("column_list",)

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        columns = renderer_configuration.kwargs.get("column_list") or ["computed", "low", "high"]
        for name, column in zip(("computed", "low", "high"), columns, strict=True):
            renderer_configuration.add_param(name=name, param_type=RendererValueType.STRING, value=column)
        renderer_configuration.template_str = PRESCRIPTION
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)  # type: ignore[untyped-decorator]
    @render_suite_parameter_string  # type: ignore[untyped-decorator]
    def _prescriptive_renderer(
        cls,
        configuration: Any = None,
        result: Any = None,  # noqa: ARG003  Great Expectations' signature
        runtime_configuration: dict[str, Any] | None = None,
        **_: Any,
    ) -> list[RenderedStringTemplateContent]:
        columns = configuration.kwargs["column_list"]
        params = dict(zip(("computed", "low", "high"), columns, strict=True))
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template",
                string_template={
                    "template": PRESCRIPTION,
                    "params": params,
                    "styling": (runtime_configuration or {}).get("styling"),
                },
            )
        ]
