"""An app of a host with a custom user model."""
