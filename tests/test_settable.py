import msgspec
import pytest

from muxer.settable import Config, Project

STRUCTS = (*(field.type for field in msgspec.structs.fields(Config)), Project)


@pytest.mark.parametrize("struct", STRUCTS)
def test_everything_has_a_default_and_says_what_it_is(struct: type[msgspec.Struct]) -> None:
    struct()
    for field in msgspec.structs.fields(struct):
        found = msgspec.inspect.type_info(field.type)
        assert isinstance(found, msgspec.inspect.Metadata), field.name
        assert found.extra_json_schema, field.name
        assert found.extra_json_schema["description"].endswith((".", "?")), field.name
