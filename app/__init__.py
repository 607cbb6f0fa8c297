"""乡镇社管通 (Township Desk): the desktop program."""

__version__ = "0.1.0"
