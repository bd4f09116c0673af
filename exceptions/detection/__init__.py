"""Finding exceptions, by the clock and by events."""
