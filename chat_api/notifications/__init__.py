"""Telling people of messages they have not read: by e-mail, SMS and push."""
