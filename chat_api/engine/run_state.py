"""The rules of a conversation with names: the variables, answers and calculations that they see."""
