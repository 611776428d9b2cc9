"""The fixtures this stage shares with the other that reads files."""

from files import make, refused

__all__ = ["make", "refused"]
