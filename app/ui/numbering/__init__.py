"""The screen of the numbers on paper."""
