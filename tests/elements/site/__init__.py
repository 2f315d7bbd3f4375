"""The project of example/ with short cuts for tests: its settings, URLs, and more people."""
