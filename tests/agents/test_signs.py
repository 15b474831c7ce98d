import pytest

from muxer.agents.signs import status_fields


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"7501;state=idle:app=codex", {"state": "idle", "app": "codex"}),
        (b"7501;state=blocked:app=codex:kind=permission", {"state": "blocked", "app": "codex", "kind": "permission"}),
        (b"7501;state=clear:app=codex", {}),
        (b"7501;\xff\xfe", {}),
        (b"7501;?", None),
        (b"7502;state=idle", None),
        (b"", None),
    ],
)
def test_program_status_is_read(content: bytes, fields: dict[str, str] | None) -> None:
    assert status_fields(content) == fields
