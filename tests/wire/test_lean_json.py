import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muxer.wire import lean_json

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(ANYTHING)
def test_it_writes_what_json_writes_and_reads_it_back(value: object) -> None:
    written = lean_json.dumps(value)
    assert written == json.dumps(value, separators=(",", ":")).encode()
    assert lean_json.loads(written) == value


@given(ANYTHING, st.sampled_from(["", " ", "\n\t"]))
def test_it_reads_letters_and_blanks_as_json_does(value: object, blank: str) -> None:
    written = f"{blank}{json.dumps(value, indent=1)}{blank}".encode()
    assert lean_json.loads(written) == json.loads(written)


@pytest.mark.parametrize(
    "wrong", [b"", b" ", b"{", b'{"a" 1}', b"[1,]", b"1 2", b"nul", b'"\n"', b"'a'", b"\xff", b"\xa01"]
)
def test_what_is_no_json_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        lean_json.loads(wrong)


def test_it_is_as_strict_with_what_it_writes() -> None:
    with pytest.raises(TypeError, match="bytes cannot be written"):
        lean_json.dumps({"a": [b"1"]})


def test_it_loads_nothing_of_json() -> None:
    said = "import sys; from muxer.wire import lean_json; lean_json.loads(lean_json.dumps(1)); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout.split()
    assert not {"json", "re"} & {*loaded}
