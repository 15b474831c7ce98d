from muxer.ui.app import MuxerApp
from muxer.ui.desk import Desk
from tests.ui.conftest import StillRuntime


async def test_the_app_is_all_that_a_desk_promises(still: tuple[MuxerApp, StillRuntime]) -> None:
    app, _ = still
    promised = {name for name in {**vars(Desk), **Desk.__annotations__} if not name.startswith("_")}
    assert len(promised) > 15
    assert {name for name in promised if not hasattr(app, name)} == set()
