"""The wallet: a balance in our own ledger."""
