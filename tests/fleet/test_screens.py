import os
from pathlib import Path

from muxer.fleet.screens import RECOVERIES, bring_back, clear
from muxer.terminal.terminal import Terminal


async def test_what_brings_down_host_after_host_is_put_aside(tmp_path: Path) -> None:
    def screen() -> str:
        found = bring_back("p1", -1, str(tmp_path), 40, 10, scrollback=100, say=lambda: said.append("aside"))
        found.close()
        return found.engine.name if found.ended else ""

    said: list[str] = []
    kept = Terminal.fresh("p1", -1, str(tmp_path), 40, 10)
    kept.save()
    kept.close()
    tried = tmp_path / "p1.trying"
    tried.write_text("x" * (RECOVERIES - 1))  # so many died
    assert screen()
    assert not said
    assert not tried.exists()
    tried.write_text("x" * RECOVERIES)
    assert screen()
    assert said == ["aside"]
    assert {"p1.ring.crashed", "p1.snapshot.crashed"} <= set(os.listdir(tmp_path))
    clear("p1", str(tmp_path))
    assert set(os.listdir(tmp_path)) == {"p1.ring"}
