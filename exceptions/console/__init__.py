"""The operators' console: the live queue, the ticket's page and the buttons, inside Django admin."""
