"""Says which package to install where a tool is missing, and exits 1: `make check` installs nothing by itself."""

import shutil
import sys

PACKAGES = {
    "g++": "g++", "clang++": "clang", "x86_64-w64-mingw32-g++-posix": "g++-mingw-w64-x86-64",
    "aarch64-linux-gnu-g++": "g++-aarch64-linux-gnu", "qemu-aarch64": "qemu-user", "soffice": "libreoffice-calc", "octave-cli": "octave",
}  # fmt: skip

if __name__ == "__main__":
    missing = [tool for tool in sys.argv[1:] if shutil.which(tool) is None]
    for tool in missing:
        print(
            f"This check needs {tool}; on Debian and Ubuntu: apt-get install {PACKAGES[tool]}",
            file=sys.stderr,
        )
    sys.exit(bool(missing))
