"""What is being done to a trunk, until it is written down."""

import os
from pathlib import Path

import pytest

from muxer.errors import MuxerError
from muxer.exchange.intents import intend, intended, settled
from muxer.store.promotions import Promotion

ONE = Promotion(
    agent=1, name="ada", root="/shop", trunk="t", before="a", after="b", subject="ö \udcff", promoted_at=1.5
)


def test_it_is_known_until_it_is_settled(tmp_path: Path) -> None:
    under = str(tmp_path / "promoting")
    assert [*intended(under)] == []
    file = intend(under, ONE)
    assert [*intended(under)] == [(file, ONE)]
    Path(under, "broken.json").write_text('{"agent"')
    Path(under, "strange.json").write_text('{"agent": 1}')
    Path(under, "half.json.new").write_text("{}")
    assert [*intended(under)] == [(file, ONE)]
    settled(file)
    settled(file)
    assert [*intended(under)] == []


def test_what_is_in_its_way_is_said(tmp_path: Path) -> None:
    under = tmp_path / "promoting"
    file = intend(str(under), ONE)
    os.unlink(file)
    os.mkdir(file)
    with pytest.raises(MuxerError, match="trunk was left as it is"):
        intend(str(under), ONE)
