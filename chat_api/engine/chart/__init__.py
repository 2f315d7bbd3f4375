"""The flow of a script as a graph to draw."""
