from muxer.host import Host
from muxer.ui.runtime import Runtime


def test_the_host_has_all_that_the_app_is_handed() -> None:
    promised = {name for name in vars(Runtime) if not name.startswith("_")} - {"terminals"}
    assert {"facts", "call", "busy", "remember", "choose"} <= promised
    assert promised <= set(vars(Host))
