"""The cost of the library, measured beside that of a bare view. Run with ``make bench``."""
