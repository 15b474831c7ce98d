"""Pull requests, as they are written down."""

from contextlib import closing

from muxer.store.agents import KnownAgent, add_agent
from muxer.store.log import newest
from muxer.store.projects import add_project
from muxer.store.pulls import note_pull
from tests.store.filled import in_memory


def test_one_that_is_found_again_is_the_same() -> None:
    with closing(in_memory()) as connection:
        agent = add_agent(connection, KnownAgent(name="ada", cli="toy"))
        project = add_project(connection, name="shop", folder="/shop").id
        for head in ("a", "b"):
            note_pull(connection, project=project, agent=agent, number=7, url="https://x/7", head=head)
        rows = connection.execute("SELECT project, agent, number, url, head FROM pulls").fetchall()
        assert rows == [(project, agent, 7, "https://x/7", "b")]
        assert [event.kind for event in newest(connection, 9)].count("pull.opened") == 1
