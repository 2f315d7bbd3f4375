"""Results of a script as a table with typed columns, for runs of conversations and surveys alike."""
