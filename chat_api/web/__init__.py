"""Pages of the host that show chats and surveys: the data that the client in the browser starts from."""
