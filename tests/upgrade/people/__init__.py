"""An app of a host, with users that are not Django's own."""
