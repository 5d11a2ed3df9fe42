"""Meaning: polars frames in, polars frames out; text in, figures out.

Nothing here knows a clock, a file, a network, an environment or an orchestrator. The lexicons and the tolerances are
data of the package, read once through `importlib.resources`.
"""
