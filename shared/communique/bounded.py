"""Decompression that stops at a limit, so that a bomb costs no more than the limit."""

import zlib

import brotli
import zstandard

_CHUNK = 256 * 1024
_MAX_WINDOW = 8 * 1024 * 1024
"""What every decoder of zstd must take and no server may go beyond (RFC 9659)."""
_ZSTD_CHUNK = 256
"""Compressed bytes at a time: each few of them may become a block of 128 KiB."""
_MAX_MEMBERS = 100


class BrokenEncodingError(ValueError):
    """Bytes that are not what their `Content-Encoding` says."""


def decompressed(body: bytes, encodings: str, *, limit: int) -> bytes | None:
    """
    Return `body` without its `Content-Encoding`, or None if it is above `limit` bytes.

    `encodings` is the header: names in the order in which they were applied. Unknown
    names are taken for mistakes of the server and passed over, like "utf-8".

    Raises BrokenEncodingError if the bytes are cut short or something else.
    """
    names = [name.strip().lower() for name in encodings.split(",")]
    result: bytes | None = body
    for name in [name for name in reversed(names) if name in _DECODERS][:2]:
        # Servers that say gzip and send plain XML are common.
        if not result or (name in _GZIP and not result.startswith(b"\x1f\x8b")):
            continue
        result = _DECODERS[name](result, limit)
    return None if result is None or len(result) > limit else result


def _inflated(body: bytes, limit: int) -> bytes | None:
    """Undo "deflate": zlib's format, or, as some servers have it, the bare stream."""
    try:
        return _unzipped(body, limit, zlib.MAX_WBITS)
    except BrokenEncodingError:
        return _unzipped(body, limit, -zlib.MAX_WBITS)


def _gunzipped(body: bytes, limit: int) -> bytes | None:
    return _unzipped(body, limit, zlib.MAX_WBITS | 16)


def _unzipped(body: bytes, limit: int, window: int) -> bytes | None:
    found = bytearray()
    for _ in range(_MAX_MEMBERS):
        stream = zlib.decompressobj(window)
        try:
            while not stream.eof:
                part = stream.decompress(body, _CHUNK)
                body = stream.unconsumed_tail
                found += part
                if len(found) > limit:
                    return None
                if not part and not body and not stream.eof:
                    raise BrokenEncodingError("the compressed answer is cut short")
        except zlib.error as error:
            raise BrokenEncodingError(
                f"the answer is badly compressed: {error}"
            ) from error
        # Another gzip member may follow (RFC 1952, 2.2); anything else is padding.
        rest = stream.unused_data
        if window <= zlib.MAX_WBITS or not rest.startswith(b"\x1f\x8b"):
            return bytes(found)
        body = rest
    raise BrokenEncodingError(f"more than {_MAX_MEMBERS} gzip members")


def _unbrotlied(body: bytes, limit: int) -> bytes | None:
    found = bytearray()
    stream = brotli.Decompressor()
    try:
        found += stream.process(body, output_buffer_limit=_CHUNK)
        while not stream.is_finished():
            before = len(found)
            found += stream.process(b"", output_buffer_limit=_CHUNK)
            if len(found) > limit:
                return None
            if len(found) == before and stream.can_accept_more_data():
                raise BrokenEncodingError("the compressed answer is cut short")
    except brotli.error as error:
        raise BrokenEncodingError(f"the answer is badly compressed: {error}") from error
    return bytes(found)


def _unzstd(body: bytes, limit: int) -> bytes | None:
    found = bytearray()
    decoder = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
    for _ in range(_MAX_MEMBERS):
        frame, position = decoder.decompressobj(), 0
        try:
            while not frame.eof:
                if position >= len(body):
                    raise BrokenEncodingError("the compressed answer is cut short")
                found += frame.decompress(body[position : position + _ZSTD_CHUNK])
                position += _ZSTD_CHUNK
                if len(found) > limit:
                    return None
        except zstandard.ZstdError as error:
            raise BrokenEncodingError(
                f"the answer is badly compressed: {error}"
            ) from error
        body = frame.unused_data + body[position:]
        if not body:  # else another frame follows (RFC 8878, 3.1)
            return bytes(found)
    raise BrokenEncodingError(f"more than {_MAX_MEMBERS} zstd frames")


_GZIP = frozenset({"gzip", "x-gzip"})
_DECODERS = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _inflated,
    "br": _unbrotlied,
    "zstd": _unzstd,
}
