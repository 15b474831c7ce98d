"""What agents are owed: texts, from when it is decided that they are told until these are in their inboxes.

It is written down with what it follows from: who ends in between loses and doubles nothing.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

_ARRIVED = (
    "EXISTS (SELECT 1 FROM inbox WHERE inbox.agent = agents.id AND inbox.sender = json_extract(value, '$[0]')"
    " AND inbox.text = json_extract(value, '$[1]'))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What an agent is to be told."""

    agent: int
    sender: str
    text: str
    kind: str
    """As its inbox takes it."""


def owe(connection: sqlite3.Connection, owed: Iterable[Owed]) -> None:
    """These are owed from now on."""
    connection.executemany(
        "UPDATE agents SET choices = json_set(choices, '$.owed', json_insert(coalesce(json_extract(choices, '$.owed'),"
        " '[]'), '$[#]', json_array(?, ?, ?))) WHERE id = ?",
        [(one.sender, one.text, one.kind, one.agent) for one in owed],
    )


def settle(connection: sqlite3.Connection) -> None:
    """What is in inboxes is owed no more."""
    connection.execute(
        "UPDATE agents SET choices = json_set(choices, '$.owed', json((SELECT json_group_array(json(value))"  # noqa: S608
        f" FROM json_each(choices, '$.owed') WHERE NOT {_ARRIVED}))) WHERE json_array_length(choices, '$.owed') > 0"
    )


def still_owed(connection: sqlite3.Connection) -> list[Owed]:
    """What is owed to agents that are not gone, and is in no inbox."""
    rows = connection.execute(
        "SELECT agents.id, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')"  # noqa: S608
        f" FROM agents, json_each(choices, '$.owed') WHERE gone_at IS NULL AND NOT {_ARRIVED}"
    )
    return [Owed(agent=agent, sender=sender, text=text, kind=kind) for agent, sender, text, kind in rows]
