"""The operators' desk for conversations, inside Django admin."""
