"""Flags that answers have raised: conditions of a schema that somebody has to look at, in chats and surveys alike."""
