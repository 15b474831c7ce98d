"""The CLIs there are, by name: their files are read when one is first asked for, which no first picture waits for."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from muxer.agents.spec import Cli


class Shelf(Mapping[str, Cli]):
    """muxer's own, and a person's from a folder."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder

    @cached_property
    def _read(self) -> tuple[Mapping[str, Cli], list[str]]:
        from muxer.agents.reading import read_clis  # noqa: PLC0415 - what reads takes a while to load, too

        return read_clis(self._folder)

    def __getitem__(self, name: str) -> Cli:
        return self._read[0][name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read[0])

    def __len__(self) -> int:
        return len(self._read[0])

    @property
    def troubles(self) -> list[str]:
        """What is wrong in their files."""
        return self._read[1]
