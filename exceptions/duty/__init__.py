"""Duty: which operators are there (presence), who is meant to be when (the rota), and hours that nobody is meant to be."""
