"""Static analysis of scripts."""
