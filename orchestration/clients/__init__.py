"""The network clients, one module a publisher: they fetch and archive, and interpret nothing."""
