from muxer.handing import Handed
from muxer.ui.runtime import Runtime


def test_what_the_app_is_handed_is_all_there() -> None:
    promised = {name for name in vars(Runtime) if not name.startswith("_")} - {"terminals"}
    assert {"facts", "call", "busy", "remember", "choose"} <= promised
    assert promised <= set(vars(Handed))
