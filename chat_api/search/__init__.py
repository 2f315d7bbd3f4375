"""Searching messages. It knows their ids, threads and texts; who may see which is for the caller's queryset to say."""
