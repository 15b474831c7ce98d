"""What is just being done to a trunk, in a file until it is written down: a killed host's work is finished by the next.

There is one for each repository at most, for promotions queue.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256

from muxer.errors import MuxerError
from muxer.paths import homely, private_folder
from muxer.store.promotions import Promotion


def intend(under: str, promotion: Promotion) -> str:
    """Trunk is about to move so, or back where that promotion has a number; the file. Raises MuxerError."""
    file = f"{private_folder(under)}/{sha256(promotion.root.encode()).hexdigest()[:16]}.json"
    try:
        with open(f"{file}.new", "w", encoding="utf-8") as new:
            json.dump(asdict(promotion), new)
            new.flush()
            os.fsync(new.fileno())
        os.replace(f"{file}.new", file)
    except OSError as error:
        raise MuxerError(f"{homely(file)} cannot be written, trunk was left as it is: {error.strerror}") from None
    return file


def intended(under: str) -> Iterator[tuple[str, Promotion]]:
    """What was about to be done when a host ended, and the files of it."""
    with suppress(FileNotFoundError):
        for name in sorted(os.listdir(under)):
            file = f"{under}/{name}"
            if name.endswith(".json"):
                with open(file, encoding="utf-8") as opened, suppress(ValueError, TypeError):
                    yield file, Promotion(**json.load(opened))


def settled(file: str) -> None:
    """It is written down, or was never done."""
    with suppress(FileNotFoundError):
        os.unlink(file)
