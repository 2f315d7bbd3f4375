"""Results of conversations: the runs of a script as a table."""
