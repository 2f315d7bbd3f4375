"""What the rules of a conversation see: the variables, and the answers and calculations by name."""
