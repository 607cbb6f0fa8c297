"""Measurements against a floor: the same work done barely, in the same run, on the same machine. Asserts nothing."""
