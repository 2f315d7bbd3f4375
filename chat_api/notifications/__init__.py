"""Notifications of unread messages by e-mail, SMS and push."""
