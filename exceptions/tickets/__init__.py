"""The ticket: its log, its clocks, and what people do with it."""
