"""A project with pages that use the client; `CHAT_API_CLIENT_HOST` replaces settings by JSON."""
