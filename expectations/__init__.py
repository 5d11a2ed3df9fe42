"""Expectation suites as data, and the thin runner that puts them to Great Expectations."""
