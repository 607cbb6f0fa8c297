"""Where the frozen program starts. A module of the package cannot be PyInstaller's script: it would lose its name."""

from __future__ import annotations

from app.__main__ import main

if __name__ == "__main__":
    main()
