"""Pieces of bytes as a file that is read once: what a line reader and the library of age both ask for."""

import io
from collections.abc import Iterator


class PieceReader(io.RawIOBase):
    """Hands pieces on in order.

    Attributes:
        problem: what the pieces raised; a library that reads this may turn it into an error of its own.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(b"")
        self.problem: BaseException | None = None

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as the piece at hand reaches; an empty piece is no end."""
        while not self._rest:
            try:
                self._rest = memoryview(next(self._pieces))
            except StopIteration:
                return 0
            except BaseException as problem:
                self.problem = problem
                raise
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
