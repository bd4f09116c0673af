"""What was decided about a ticket, with its consequences."""
