"""Opens libghostty-vt, the library inside pyghostty, through a cffi module that is generated once and then cached.

pyghostty itself is never imported: it parses its C declarations anew at every start, which takes 130 ms. Nothing is
handed out before the library's own account of its structs agrees with the declarations.
"""

import ast
import io
import json
import marshal
import os
import sys
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from types import CodeType
from typing import Any

from muxer.errors import EngineUnfit, Unsafe
from muxer.paths import cache_folder, private_folder

OLDEST, TOO_NEW = (0, 1, 3), (0, 2)

_TWINS = """
typedef struct { uint16_t x; uint32_t y; uint64_t _pad; } MuxerPointValue;
typedef struct { GhosttyPointTag tag; MuxerPointValue value; } MuxerPoint;
typedef struct { size_t row; uint64_t _pad; } MuxerScrollViewportValue;
typedef struct { GhosttyTerminalScrollViewportTag tag; MuxerScrollViewportValue value; } MuxerScrollViewport;
typedef GhosttyResult (*MuxerGridRefFn)(GhosttyTerminal, MuxerPoint, GhosttyGridRef*);
typedef void (*MuxerScrollViewportFn)(GhosttyTerminal, MuxerScrollViewport);
"""
"""cffi cannot pass a union by value. A struct of more than 16 bytes is passed in memory (on arm64, by reference)
whatever it holds, so a twin of the same layout does as well."""

_TWIN_OF = {"MuxerPoint": "GhosttyPoint", "MuxerScrollViewport": "GhosttyTerminalScrollViewport"}

_USED = (
    "GhosttyBuffer", "GhosttyCellsView", "GhosttyClipboardContent", "GhosttyClipboardRead", "GhosttyClipboardReadReply",
    "GhosttyClipboardWrite", "GhosttyClipboardWriteReply", "GhosttyColorRgb", "GhosttyDeviceAttributes",
    "GhosttyFormatterScreenExtra", "GhosttyFormatterTerminalExtra", "GhosttyFormatterTerminalOptions", "GhosttyGridRef",
    "GhosttyMouseEncoderSize", "GhosttyMousePosition", "GhosttyPoint", "GhosttyPointCoordinate",
    "GhosttyRenderStateCursor", "GhosttySelection", "GhosttySelectionBuffer", "GhosttySizeReportSize", "GhosttyString",
    "GhosttyTerminalDesktopNotification", "GhosttyTerminalModeConfig", "GhosttyTerminalProgressReport",
    "GhosttyTerminalScrollViewport", "GhosttyTerminalScrollbar", "GhosttyTerminalUnknownOscSequence",
    "GhosttyTerminalUnknownSequence", "GhosttyTerminalUnknownStringSequence",
)  # fmt: skip

_ADVICE = f"install pyghostty >={'.'.join(map(str, OLDEST))},<{'.'.join(map(str, TOO_NEW))} again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The opened library: cffi's two halves, and the two functions that need a twin."""

    ffi: Any
    lib: Any
    grid_ref: Any
    scroll_viewport: Any
    version: str

    def sized(self, name: str) -> Any:
        """A new struct whose `size` fields, also those of the structs inside it, are filled in."""
        made = self.ffi.new(f"{name}*")
        self._fill_sizes(made)
        return made

    def _fill_sizes(self, pointer: Any) -> None:
        kind = self.ffi.typeof(pointer).item
        for name, field in kind.fields:
            if name == "size":
                pointer.size = self.ffi.sizeof(kind)
            elif field.type.kind == "struct":
                self._fill_sizes(self.ffi.addressof(pointer, name))

    def check(self, result: int, what: str) -> None:
        """Raise unless the library said that all went well."""
        if result:
            raise EngineUnfit(f"libghostty could not {what} (error {result}): {_ADVICE}")


@cache
def load() -> Library:
    """The library, opened at the first call. Raises EngineUnfit."""
    folder, version = installed()
    ffi = _binding(folder, version)
    lib = _open(ffi, folder)
    check_layout(ffi, lib)
    return Library(
        ffi=ffi,
        lib=lib,
        version=version,
        grid_ref=ffi.cast("MuxerGridRefFn", ffi.addressof(lib, "ghostty_terminal_grid_ref")),
        scroll_viewport=ffi.cast("MuxerScrollViewportFn", ffi.addressof(lib, "ghostty_terminal_scroll_viewport")),
    )


@lru_cache(4)
def palette_of(first: tuple[tuple[int, int, int], ...]) -> Any:
    """All 256 entries, of which these are the first; NULL for none. Panes share a theme, so they are made once."""
    library = load()
    if not first:
        return library.ffi.NULL
    entries = library.ffi.new("GhosttyColorRgb[256]")
    library.lib.ghostty_color_palette_default(entries)
    for at, color in enumerate(first):
        entries[at] = color
    return entries


def installed() -> tuple[str, str]:
    """Where pyghostty is, and its version, read off the dist-info folder: importlib.metadata takes 20 ms to import."""
    spec = find_spec("pyghostty")
    if spec is None or not spec.submodule_search_locations:
        raise EngineUnfit(f"pyghostty is not here: {_ADVICE}, or use the portable engine")
    folder = spec.submodule_search_locations[0]
    for name in os.listdir(os.path.dirname(folder)):
        if name.startswith("pyghostty-") and name.endswith(".dist-info"):
            version = name.removeprefix("pyghostty-").removesuffix(".dist-info")
            if not OLDEST <= _numbers(version) < TOO_NEW:
                raise EngineUnfit(f"pyghostty {version} is not a version that muxer knows: {_ADVICE}")
            return folder, version
    raise EngineUnfit(f"{folder} was not installed by pip: {_ADVICE}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split(".")[:3])


def _binding(folder: str, version: str) -> Any:
    """The ffi object for the declarations, from the cache if it is there."""
    import _cffi_backend  # type: ignore[import-untyped]  # noqa: PLC0415 - absent where only the portable engine is

    name = f"libghostty-{version}-cffi-{_cffi_backend.__version__}-{sys.implementation.cache_tag}"
    try:
        path = os.path.join(private_folder(cache_folder()), name)
    except (OSError, Unsafe):
        path = ""
    code = _cached(path)
    if code is None:
        code = _generate(folder)
        if path:
            _store(path, code)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own cache, in a folder that is ours alone, or made a moment ago
    return names["ffi"]


def _fingerprint() -> bytes:
    return zlib.crc32(_TWINS.encode()).to_bytes(4, "big")


def _cached(path: str) -> CodeType | None:
    """Compiled code is kept, as Python may have been told not to write bytecode; a damaged file counts as none."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    body = data[8:]
    if data[:4] != _fingerprint() or data[4:8] != zlib.crc32(body).to_bytes(4, "big"):
        return None
    code = marshal.loads(body)  # noqa: S302 - in a folder that is ours alone
    return code if isinstance(code, CodeType) else None


def _store(path: str, code: CodeType) -> None:
    body = marshal.dumps(code)
    draft = f"{path}.{os.getpid()}"
    try:
        with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(_fingerprint() + zlib.crc32(body).to_bytes(4, "big") + body)
        os.replace(draft, path)
    except OSError:
        return  # the next start takes half a second again; that is all


def _generate(folder: str) -> CodeType:
    import cffi  # noqa: PLC0415 - needed once per version
    import cffi.recompiler  # noqa: PLC0415

    maker = cffi.FFI()
    try:
        maker.cdef(_declarations(folder) + _TWINS)
        maker.set_source("libghostty", None)
        source = io.StringIO()
        cffi.recompiler.make_py_source(maker, "libghostty", source)
    except (cffi.CDefError, cffi.FFIError) as error:
        raise EngineUnfit(f"pyghostty's declarations cannot be read ({error}): {_ADVICE}") from None
    return compile(source.getvalue(), "libghostty", "exec")


def _declarations(folder: str) -> str:
    try:
        with open(os.path.join(folder, "_cdef.py"), encoding="utf-8") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError) as error:
        raise EngineUnfit(f"pyghostty's declarations cannot be read ({error}): {_ADVICE}") from None
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="CDEF")], value=ast.Constant(value=str(text))):
                return text
    raise EngineUnfit(f"pyghostty has no C declarations: {_ADVICE}")


def _open(ffi: Any, folder: str) -> Any:
    suffix = "dylib" if sys.platform == "darwin" else "so"
    try:
        return ffi.dlopen(os.path.join(folder, "_lib", f"libghostty-vt.{suffix}"))
    except OSError as error:
        raise EngineUnfit(f"libghostty cannot be opened ({error}): {_ADVICE}, or use the portable engine") from None


def check_layout(ffi: Any, lib: Any) -> None:
    """Compare what the library says of its structs with what the declarations make of them."""
    told = json.loads(ffi.string(lib.ghostty_type_json()))["types"]
    for name in _USED:
        layout = told.get(name)
        ours = {field: part.offset for field, part in ffi.typeof(name).fields}
        if (
            layout is None
            or layout["size"] != ffi.sizeof(name)
            or any(ours.get(field) != part["offset"] for field, part in layout.get("fields", {}).items())
        ):
            raise EngineUnfit(f"libghostty lays out {name} in another way than pyghostty says: {_ADVICE}")
    for name, layout in told.items():
        if layout["kind"] == "enum":
            numbers = ffi.typeof(name).relements
            if any(numbers.get(layout["prefix"] + word) != number for word, number in layout["values"].items()):
                raise EngineUnfit(f"libghostty counts {name} in another way than pyghostty says: {_ADVICE}")
    for twin, real in _TWIN_OF.items():
        if (ffi.sizeof(twin), ffi.alignof(twin)) != (ffi.sizeof(real), ffi.alignof(real)):
            raise EngineUnfit(f"libghostty lays out {real} in another way than muxer knows: {_ADVICE}")
