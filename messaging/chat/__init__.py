"""Chat: conversations between the people of an order, and with customer service."""
