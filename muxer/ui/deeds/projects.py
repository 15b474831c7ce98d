"""Asking about projects, for whoever decides when: each waits for its answer."""

import asyncio

from muxer.ui.desk import Desk
from muxer.ui.screens.project import Agreement, ProjectOffer


async def offer_project(desk: Desk, name: str, folder: str) -> str:
    """Is the folder to be kept as a project? `yes`, `later` or `never`."""
    answer = asyncio.get_running_loop().create_future()
    desk.show_screen(ProjectOffer(name, folder, answer.set_result))
    return str(await answer)


async def ask_agreement(desk: Desk, file: str, text: str) -> str:
    """May the commands of a project's file run, which says this now? `yes` or `no`."""
    answer = asyncio.get_running_loop().create_future()
    desk.show_screen(Agreement(desk, file, text, answer.set_result))
    return str(await answer)
