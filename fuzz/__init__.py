"""Fuzzing: what nobody would send by mistake, sent by the thousand; `make fuzz`."""
