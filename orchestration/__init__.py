"""Dagster's nouns, the network clients, the settings and the command line: short bodies that call the other rooms.

No wiring and no domain rule stands here; importing this package imports nothing else.
"""
