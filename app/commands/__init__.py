"""What the window can do, for scripts: the same services without a screen. Wired together in :mod:`app.cli`."""
