"""The sandbox cashier: a payment provider that lives beside us and moves no real money."""
