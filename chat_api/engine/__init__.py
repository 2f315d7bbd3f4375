"""Scripts and surveys as plain Python: validation of answers, flow, visibility, expressions, static analysis."""
