"""The engine: what a script is and what an answer does. Pure Python."""
