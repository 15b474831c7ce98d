"""libghostty is opened fast, from a cache that may be missing or damaged, and only if it is as we know it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from muxer.errors import EngineUnfit
from muxer.terminal import libghostty

OPEN = """
import sys
from muxer.terminal.libghostty import load
library = load()
print("cffi" in sys.modules, "pyghostty" in sys.modules, library.version)
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    yield tmp_path / "muxer"
    if (tmp_path / "muxer").is_dir():
        (tmp_path / "muxer").chmod(0o700)


def opened(cwd: Path | None = None) -> tuple[bool, bool, str]:
    """Whether a new process had to generate, whether it imported pyghostty, and which version."""
    done = subprocess.run([sys.executable, "-c", OPEN], capture_output=True, text=True, check=True, cwd=cwd)
    generated, imported, version = done.stdout.split()
    return generated == "True", imported == "True", version


def test_the_declarations_are_compiled_once(cache: Path) -> None:
    generated, imported, version = opened()
    assert generated
    assert not imported
    (name,) = os.listdir(cache)
    assert re.fullmatch(rf"libghostty-{re.escape(version)}-cffi-[\d.]+-{sys.implementation.cache_tag}", name)
    assert cache.stat().st_mode & 0o777 == 0o700
    again = [opened() for _ in range(3)]
    assert not any(generated or imported for generated, imported, _ in again)


@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "other declarations"])
def test_a_damaged_cache_is_made_again(cache: Path, damage: str) -> None:
    opened()
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    changed = bytearray(whole)
    changed[len(whole) // 2 if damage == "changed" else 0] ^= 0xFF
    file.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2]}.get(damage, bytes(changed)))
    assert opened()[0]
    assert file.read_bytes() == whole
    assert not opened()[0]


def test_without_a_cache_it_opens_all_the_same(cache: Path, tmp_path: Path) -> None:
    cache.symlink_to(cache.parent)
    here = tmp_path / "here"
    here.mkdir()
    assert opened(here)[0], "a cache folder that somebody else could have made is not used"
    assert not list(cache.parent.glob("libghostty*"))
    assert not list(here.iterdir()), "nor the folder that somebody happens to be in"


def test_a_struct_that_is_laid_out_in_another_way_is_refused() -> None:
    library = libghostty.load()

    class Liar:
        def __init__(self, told: bytes) -> None:
            self._told = library.ffi.new("char[]", told)

        def ghostty_type_json(self) -> object:
            return self._told

    truth = library.ffi.string(library.lib.ghostty_type_json())
    libghostty.check_layout(library.ffi, Liar(truth))
    wider = re.sub(rb'("GhosttySelection":\s*\{[^{]*?"size":\s*)\d+', rb"\g<1>96", truth)
    moved = re.sub(rb'("viewport_y":\s*\{\s*"offset":\s*)\d+', rb"\g<1>2", truth)
    renumbered = re.sub(rb'("KITTY_KEYBOARD_FLAGS":\s*)\d+', rb"\g<1>77", truth)
    gone = truth.replace(b'"GhosttyGridRef":', b'"GhosttyGridSpot":')
    for told in (wider, moved, renumbered, gone):
        assert told != truth
        with pytest.raises(EngineUnfit, match=r"^libghostty .*: install pyghostty >=0\.1\.3,<0\.2 again$"):
            libghostty.check_layout(library.ffi, Liar(told))


def test_a_missing_or_unknown_pyghostty_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(EngineUnfit, match="pyghostty is not here: install pyghostty"):
        libghostty.installed()
    (tmp_path / "pyghostty").mkdir()
    (tmp_path / "pyghostty" / "__init__.py").write_text("raise AssertionError('imported')\n")
    for version, complaint in (("", "not installed by pip"), ("0.1.2", "0.1.2 is not"), ("0.2.0", "0.2.0 is not")):
        if version:
            (tmp_path / f"pyghostty-{version}.dist-info").mkdir()
        with pytest.raises(EngineUnfit, match=complaint):
            libghostty.installed()
        if version:
            (tmp_path / f"pyghostty-{version}.dist-info").rmdir()
    (tmp_path / "pyghostty-0.1.9.dist-info").mkdir()
    folder, version = libghostty.installed()
    assert (folder, version) == (str(tmp_path / "pyghostty"), "0.1.9")
