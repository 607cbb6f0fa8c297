"""The version resource of the Windows program: what Explorer and antivirus programs read from its properties."""

from __future__ import annotations

from PyInstaller.utils.win32 import versioninfo

from app import __version__

SIMPLIFIED_CHINESE = 0x0804
UNICODE = 1200


def version_resource() -> versioninfo.VSVersionInfo:
    """Name, description and version of the program, in Simplified Chinese."""
    numbers = (*(int(part) for part in __version__.split(".")[:3]), 0)
    strings = {
        "CompanyName": "乡镇社管通",
        "FileDescription": "乡镇社管通",
        "FileVersion": __version__,
        "InternalName": "township-desk",
        "OriginalFilename": "township-desk.exe",
        "ProductName": "乡镇社管通",
        "ProductVersion": __version__,
    }
    table = versioninfo.StringTable(
        f"{SIMPLIFIED_CHINESE:04x}{UNICODE:04x}",
        [versioninfo.StringStruct(name, text) for name, text in strings.items()],
    )
    return versioninfo.VSVersionInfo(
        ffi=versioninfo.FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[
            versioninfo.StringFileInfo([table]),
            versioninfo.VarFileInfo([versioninfo.VarStruct("Translation", [SIMPLIFIED_CHINESE, UNICODE])]),
        ],
    )
