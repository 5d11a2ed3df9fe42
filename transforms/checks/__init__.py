"""Checks: formulas over the series, tolerances from the wording, verdicts with their working."""
