"""What may not be ordered: the list of each campus, what is found of it in people's words, and the orders that an operator
looks at first."""
