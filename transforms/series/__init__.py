"""Official series: the bytes or tidy tables of one publisher become bitemporal observations, a module each."""
