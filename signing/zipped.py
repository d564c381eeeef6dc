"""Zip files with one spelling: the same files give the same bytes, everywhere and for ever.

    local header ‖ name ‖ content        for every file, sorted by the bytes of its name
    central header ‖ name                for every file, in the same order
    end of central directory             22 bytes, no comment

Nothing is compressed (method 0), so a changed byte hurts one file and no file can be a bomb. Fixed:
version 2.0, flag 0x0800 (names in UTF-8), time 1980-01-01 00:00, attributes 0, no extra fields, no
ZIP64. Names are ASCII, relative, without `.` or `..`. Any other zip is refused or reported: reading
gives the files and every fault, so that an audit can go on behind the first.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

from typing_extensions import override

from signing.errors import BundleMalformedError

MAX_FILES = 65_535
MAX_BYTES = 2**32 - 1
MAX_NAME = 200

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _FLAGS, _STORED, _TIME, _DATE = 20, 0x0800, 0, 0, 0x21
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class ZipFault:
    """What is wrong with a zip that could still be read; `file` is empty for the zip itself."""

    reason: str
    file: str


@dataclass(frozen=True, slots=True)
class Unzipped:
    """The files of a zip by name, and what is wrong with it."""

    files: Mapping[str, bytes]
    faults: tuple[ZipFault, ...]


class Files(Mapping[str, bytes]):
    """Files where they stand in the zip, cut out when asked for: a second copy may be too much."""

    def __init__(self, data: bytes) -> None:
        """Begin with no file found."""
        self._data = data
        self._places: dict[str, slice] = {}

    def put(self, name: str, place: slice) -> None:
        """Note where a file stands."""
        self._places[name] = place

    @override
    def __getitem__(self, name: str) -> bytes:
        return self._data[self._places[name]]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    @override
    def __len__(self) -> int:
        return len(self._places)


def is_safe_name(name: str) -> bool:
    """Tell whether a file may be named so: relative, ASCII, no dots that lead elsewhere."""
    return len(name) <= MAX_NAME and _NAME.fullmatch(name) is not None


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """Write files as the only zip they have."""
    return b"".join(_pieces(files))


def _pieces(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """Give the zip of some files piece by piece, so that a large one need not be built twice."""
    if len(files) > MAX_FILES:
        raise BundleMalformedError("too_many_files", f"{len(files)} files")
    at, central = 0, bytearray()
    for name in sorted(files):
        if not is_safe_name(name):
            raise BundleMalformedError("file_name", name[:MAX_NAME])
        content, encoded = files[name], name.encode()
        common = (_VERSION, _FLAGS, _STORED, _TIME, _DATE, crc32(content))
        sizes = (len(content), len(content), len(encoded), 0)
        if at + len(central) + len(content) > MAX_BYTES - 1000:
            raise BundleMalformedError("too_long", name)
        central += _CENTRAL.pack(_CENTRAL_MARK, _VERSION, *common, *sizes, 0, 0, 0, 0, at)
        central += encoded
        yield _LOCAL.pack(_LOCAL_MARK, *common, *sizes) + encoded
        yield content
        at += _LOCAL.size + len(encoded) + len(content)
    yield bytes(central)
    yield _END.pack(_END_MARK, 0, 0, len(files), len(files), len(central), at, 0)


def _is_spelled(files: Mapping[str, bytes], data: bytes) -> bool:
    """Tell whether these bytes are the only zip of these files."""
    at = 0
    for piece in _pieces(files):
        if data[at : at + len(piece)] != piece:
            return False
        at += len(piece)
    return at == len(data)


def read_zip(data: bytes) -> Unzipped:
    """Read the files; what is no zip of this form at all is a `BundleMalformedError`."""
    number, at, stop = _end_of(data)
    files = Files(data)
    faults: list[ZipFault] = []
    room = at
    for _ in range(number):
        name, place, length, found = _file_at(data, at, stop, room)
        if name in files:
            raise BundleMalformedError("file_twice", name)
        files.put(name, place)
        faults += [ZipFault(reason, name) for reason in found]
        at += length
        room -= place.stop - place.start
    if not faults and not _is_spelled(files, data):
        faults.append(ZipFault("zip_spelling", ""))
    return Unzipped(files, tuple(faults))


def _end_of(data: bytes) -> tuple[int, int, int]:
    """Read the end of the central directory: number of files, where it begins and ends."""
    if len(data) > MAX_BYTES:
        raise BundleMalformedError("too_long", f"{len(data)} bytes")
    stop = len(data) - _END.size
    if stop < 0 or data[stop : stop + 4] != _END_MARK:
        raise BundleMalformedError("not_a_zip", "end of the file")
    _, _, _, here, number, length, start, _ = _END.unpack_from(data, stop)
    if here != number or start + length != stop:
        raise BundleMalformedError("zip_directory", "end of the file")
    return number, start, stop


def _file_at(data: bytes, at: int, stop: int, room: int) -> tuple[str, slice, int, list[str]]:
    """Read one file by its line in the central directory; give also that line's length.

    Files that lie over each other would be read once for each of thousands of names, so all of them
    together must fit into the room there is.
    """
    if at + _CENTRAL.size > stop or data[at : at + 4] != _CENTRAL_MARK:
        raise BundleMalformedError("zip_directory", f"byte {at}")
    fields = _CENTRAL.unpack_from(data, at)
    method, crc, packed, size, name_length = fields[4], fields[7], *fields[8:11]
    start = fields[16]
    length = _CENTRAL.size + name_length + fields[11] + fields[12]
    name = _name(data[at + _CENTRAL.size : at + _CENTRAL.size + name_length])
    first = start + _LOCAL.size + name_length
    if at + length > stop or first + size > len(data) or size > room:
        raise BundleMalformedError("zip_directory", name)
    if method != _STORED or packed != size:
        raise BundleMalformedError("zip_compressed", name)
    place = slice(first, first + size)
    faults = []
    expected = (_LOCAL_MARK, *fields[2:11], 0)
    header = data[start : start + _LOCAL.size]
    if header != _LOCAL.pack(*expected) or data[start + _LOCAL.size : first] != name.encode():
        faults.append("zip_header")
    if crc32(memoryview(data)[place]) != crc:
        faults.append("zip_crc")
    return name, place, length, faults


def _name(encoded: bytes) -> str:
    name = encoded.decode("ascii", errors="replace")
    if not is_safe_name(name):
        raise BundleMalformedError("file_name", ascii(name)[:MAX_NAME])
    return name
