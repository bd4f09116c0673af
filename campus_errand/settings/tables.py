"""What the application's role may not do to rows, whoever asks (`core.dbroles`): labels of models, or of whole apps."""

# Written once: the books.
NEVER_CHANGED = ["payments.Entry", "payments.Transfer"]
# Kept for good: money, and what it and every ruling rest on. Erasing a person empties their rows.
NEVER_DELETED = [
    "payments",
    "accounts.Consent",
    "accounts.User",
    "catalog.CommissionRule",
    "catalog.Merchant",
    "delivery.Custody",
    "delivery.Leg",
    "exceptions.CompensationRule",
    "exceptions.Ruling",
    "exceptions.Ticket",
    "exceptions.TicketEvent",
    "orders.History",
    "orders.Order",
    "orders.PriceRule",
    "orders.ProhibitedRule",
]
