"""The assets, one module a layer: sources, series, articles, figures, checks, warehouse, publication."""
