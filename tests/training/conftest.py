"""The fixture this stage shares with those that read files."""

from files import refused

__all__ = ["refused"]
