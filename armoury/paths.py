"""Where data, settings, logs and resources lie, in a source tree, an installed wheel and a frozen program alike.

`ARMOURY_HOME` moves everything of the OS user into one folder (tests, portable use).
"""

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _resource_root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / "resources"] if frozen else []
    candidates += [_PACKAGE / "resources", _PACKAGE.parent / "resources"]
    return next((path for path in candidates if path.is_dir()), candidates[-1])


def resource(name: str) -> Path:
    """Return the path of a shipped file or folder, such as `reference/makers.json`."""
    return _resource_root() / name


def _user_folder(variable: str, windows: str, mac: str, linux: str) -> Path:
    home = os.environ.get("ARMOURY_HOME")
    if home:
        return Path(home) / variable.removeprefix("XDG_").removesuffix("_HOME").lower()
    if sys.platform == "win32":
        return Path(os.environ.get(windows, str(Path.home()))) / "Armoury"
    if sys.platform == "darwin":
        return Path.home() / "Library" / mac / "Armoury"
    named = Path(os.environ.get(variable, ""))
    # The XDG specification says that a relative path is to be ignored.
    return (named if named.is_absolute() else Path.home() / linux) / "armoury"


def data_folder() -> Path:
    """Return the user's folder for data: last checkpoints seen, sample register."""
    return _user_folder("XDG_DATA_HOME", "LOCALAPPDATA", "Application Support", ".local/share")


def config_folder() -> Path:
    """Return the user's folder for preferences."""
    return _user_folder("XDG_CONFIG_HOME", "APPDATA", "Preferences", ".config")


def state_folder() -> Path:
    """Return the user's folder for logs."""
    return _user_folder("XDG_STATE_HOME", "LOCALAPPDATA", "Logs", ".local/state")
