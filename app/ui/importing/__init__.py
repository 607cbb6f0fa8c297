"""The window that brings a table in: choose the file, look at what would happen, let it happen."""

from app.ui.importing.window import ImportWindow

__all__ = ["ImportWindow"]
