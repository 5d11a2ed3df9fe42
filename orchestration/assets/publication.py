"""What is published of a run: the pages of the expectation suites."""

import dagster as dg

from expectations.loader import load_suite, suite_names
from orchestration.assets.tables import OWNERS
from orchestration.resources import Home


@dg.asset(group_name="publication", deps=["warehouse"], kinds={"html"}, owners=OWNERS["publication"])
def data_docs(home: dg.ResourceParam[Home]) -> dg.MaterializeResult:
    """One page a suite: what was expected, what was found, and which figures fell outside."""
    results = home.suites.of([load_suite(name) for name in suite_names()])
    index = home.rooms.write_docs(results, home.settings.data_docs)
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(str(index))})
