"""The pages of the clinic, by who uses them; the conversations on them are elements of the app."""
