"""Search for messages by their texts. The caller's queryset decides which of them a user can see."""
