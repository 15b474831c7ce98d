"""What peers attach to messages: copies, in a folder of muxer's own that only its user can enter.

A name that a peer says is never opened for anybody else: it is copied here first, if it may give that away.
"""

import asyncio
import os
import re
import shutil
import stat
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from secrets import token_hex

from muxer.errors import MuxerError, UsageError
from muxer.paths import homely, private_folder

LARGEST = 10_000_000
"""Bytes of one file."""
MOST = 10
"""Files of one message."""
ROOM = 500_000_000
"""Bytes of all: the oldest go first."""
_STRANGE = re.compile(r"[^\w.-]+")


class Spool:
    """The folder, made when the first file comes."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @asynccontextmanager
    async def keep(self, files: Sequence[str], *, within: str) -> AsyncGenerator[tuple[str, ...], None]:
        """Copies of them, which go again if what they are attached to is refused. Raises MuxerError.

        `within`: the folder that they must be in, and where a relative name is looked for; a person's is `/`.
        """
        if len(files) > MOST:
            raise UsageError(f"{len(files)} files cannot be attached: {MOST} at most")
        if not files:
            yield ()
            return
        bundle = await asyncio.to_thread(self._copied, files, within)
        try:
            yield tuple(f"{bundle}/{name}" for name in sorted(os.listdir(bundle)))
        except BaseException:
            shutil.rmtree(bundle, ignore_errors=True)
            raise

    def _copied(self, files: Sequence[str], within: str) -> str:
        """All of them, or none."""
        self._make_room()
        bundle = private_folder(f"{private_folder(self._folder)}/{token_hex(8)}")
        try:
            for number, file in enumerate(files, 1):
                try:
                    _copy(file, within, f"{bundle}/{number}-{_harmless(file)}")
                except OSError as error:
                    raise UsageError(f"cannot attach {_shown(file)}: {error.strerror}") from None
        except BaseException:
            shutil.rmtree(bundle, ignore_errors=True)
            raise
        return bundle

    def _make_room(self) -> None:
        """For one more message."""
        with suppress(FileNotFoundError), os.scandir(self._folder) as bundles:
            aged = sorted((one.stat().st_mtime_ns, one.path) for one in bundles)
            sizes = {path: sum(file.stat().st_size for file in os.scandir(path)) for _, path in aged}
            left = sum(sizes.values()) - ROOM + MOST * LARGEST
            for _, path in aged:
                if left <= 0:
                    break
                left -= sizes[path]
                shutil.rmtree(path, ignore_errors=True)


def attached(text: str, files: Sequence[str]) -> str:
    """The text, and where its reader finds what came with it."""
    return "\n".join([text, *(f"attached: {file}" for file in files)])


def _copy(file: str, within: str, to: str) -> None:
    """What is read is what was looked at, whatever becomes of its name meanwhile."""
    path = os.path.join(within, os.path.expanduser(file))
    try:
        source = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except ValueError:
        raise UsageError(f"cannot attach {_shown(path)}: no file has such a name") from None
    try:
        facts = os.fstat(source)
        if not _is_in(path, within, facts):
            raise MuxerError(f"cannot attach {_shown(path)}: an agent may give away only what is in its folder")
        if not stat.S_ISREG(facts.st_mode):
            raise UsageError(f"cannot attach {_shown(path)}: it is not a plain file")
        with open(source, "rb", closefd=False) as opened:
            content = opened.read(LARGEST + 1)
    finally:
        os.close(source)
    if len(content) > LARGEST:
        raise UsageError(f"cannot attach {_shown(path)}: it has more than {LARGEST // 1_000_000} MB")
    with open(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
        copy.write(content)
        copy.flush()
        os.fsync(copy.fileno())


def _shown(path: str) -> str:
    return "".join(filter(str.isprintable, homely(path)))


def _is_in(path: str, within: str, opened: os.stat_result) -> bool:
    """Does it truly lie there, all links followed, and is it what was opened?"""
    real, root = os.path.realpath(path), os.path.realpath(within)
    try:
        return os.path.commonpath([real, root]) == root and os.path.samestat(os.stat(real), opened)
    except OSError:
        return False


def _harmless(file: str) -> str:
    """A name that neither a shell nor a person mistakes for something else."""
    return _STRANGE.sub("_", os.path.basename(file))[-60:].lstrip(".-") or "file"
