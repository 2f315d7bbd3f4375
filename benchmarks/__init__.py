"""What the library costs, measured beside its floor. Run with ``make bench``."""
