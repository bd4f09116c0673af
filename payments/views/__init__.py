"""The pages of money that people see."""
