"""The read model: the DuckDB file and its views, the archive of raw bytes, the embedded snapshot."""
