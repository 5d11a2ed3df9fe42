"""The embedded snapshot: official figures in nine vintages and sample articles, for use without a network."""
