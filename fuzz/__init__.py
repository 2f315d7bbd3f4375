"""Fuzzing: thousands of inputs that nobody would send by mistake; `make fuzz`."""
