"""What stands behind ``dev.py``: the environment, the machine's libraries, the locks and the commands.

Standard library only, and nothing of the program is imported here: this code runs before anything is installed.
"""
