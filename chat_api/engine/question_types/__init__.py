"""Question types: how a reply to each of them is validated."""
