"""What can go wrong and what it is worth: exception types and compensation rules."""
