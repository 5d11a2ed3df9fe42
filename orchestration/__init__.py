"""Dagster's nouns, the network clients, the settings and the command line: short bodies that call the other rooms.

No wiring and no domain rule stands here; importing this package imports nothing else.
"""

import os

# Polars' allocator keeps what it no longer needs for ten seconds; a run then holds half a gigabyte more at its peak.
# It reads this when Polars is loaded, so it stands here, before any of our modules can load it.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
