"""A watch where the system lets us watch few folders; run with a repository. Prints what it says, and who is blind."""

import asyncio
import sys
from pathlib import Path

from muxer.workspaces.watch import FRESH
from tests.workspaces.repositories import commit
from tests.workspaces.watching_work import tree_of, watching


async def main(shop: Path) -> None:
    ada, bob = tree_of(shop, "ada"), tree_of(shop, "bob")
    for number in range(FRESH + 1):
        Path(ada.folder, f"f{number}").mkdir()
    async with watching() as seen:
        await seen.add(bob)
        await seen.add(ada)
        commit(ada.folder, "mine", "1\n")
        await seen.until(ada, "refs")
        await seen.rest()
        Path(bob.folder, "src/money.py").write_text("2\n")
        await seen.until(bob, "files")
        seen.watch.look_now(ada.folder)
        await seen.until(ada, "files")
        [said] = seen.said
        [blind] = seen.watch.blind
        print(said, blind, sep="\n")  # noqa: T201 - what it is asked


asyncio.run(main(Path(sys.argv[1])))
