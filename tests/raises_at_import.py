"""A module of a host that cannot be imported."""

raise RuntimeError("This module cannot be imported.")
