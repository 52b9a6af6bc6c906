"""A voice note as it is kept: whatever a phone recorded becomes mp4/AAC, mono, without metadata, ready to play from its first bytes.

Chrome records webm/opus without a length in it, Safari mp4/aac, Firefox ogg/opus; none of them plays what all others make.
Runs as a program of its own (`convert.py`): `python -I sound.py OUT` with the file as standard input, and knows nothing of Spoor.
"""

import contextlib
import sys
from fractions import Fraction
from typing import IO, Any

LONGEST, GRACE, SHORTEST = 180.0, 5.0, 0.3
"""Seconds of a voice note, what a slow finger may add, and what is no more than a click."""

RATE, BITS = 48_000, 48_000

_BEGINNINGS = (
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (4, b"ftyp", "mov"),
    (0, b"OggS", "ogg"),
    (0, b"RIFF", "wav"),
    (0, b"ID3", "mp3"),
    (0, b"caff", "caf"),
    (0, b"fLaC", "flac"),
    (0, b"#!AMR", "amr"),
    (0, b"\xff\xf1", "aac"),
    (0, b"\xff\xf9", "aac"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"\xff\xf3", "mp3"),
    (0, b"\xff\xf2", "mp3"),
)
"""How each kind begins. FFmpeg is told which one it is: left to guess, it knows playlists that name other files."""


def format_of(beginning: bytes) -> str:
    """Which kind of recording begins like this. Raises `ValueError("unreadable")` for none."""
    for offset, mark, name in _BEGINNINGS:
        if beginning[offset : offset + len(mark)] == mark:
            return name
    raise ValueError("unreadable")


def make(source: IO[bytes], target: str) -> dict[str, Any]:
    """Write the voice note; gives its length in seconds. Raises `ValueError` with `empty`, `long`, `video` or `unreadable`."""
    import av

    beginning = source.read(12)
    if not beginning:
        raise ValueError("empty")
    source.seek(0)
    with av.open(source, format=format_of(beginning), metadata_errors="ignore") as heard:
        if heard.streams.video:
            raise ValueError("video")
        if not heard.streams.audio:
            raise ValueError("unreadable")
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        with av.open(target, "w", format="mp4", options=options) as written:
            out: Any = written.add_stream("aac", rate=RATE)
            out.layout, out.bit_rate = "mono", BITS
            out.codec_context.flags |= av.codec.context.Flags.bitexact
            samples = _transcode(heard, written, out)
    if samples / RATE < SHORTEST:
        raise ValueError("empty")
    return {"seconds": round(samples / RATE, 2)}


def _transcode(heard: Any, written: Any, out: Any) -> int:
    """Everything that can be decoded, one after the other; gives the number of samples. Pauses of the recorder leave no silence."""
    import av

    resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE, frame_size=1024)
    samples = 0
    for frame in _frames(heard):
        for piece in resampler.resample(frame):
            piece.pts, piece.time_base = samples, Fraction(1, RATE)
            samples += piece.samples
            if samples > (LONGEST + GRACE) * RATE:
                raise ValueError("long")
            written.mux(out.encode(piece))
    written.mux(out.encode(None))
    return samples


def _frames(heard: Any) -> Any:
    """The frames of the recording, then None. A packet that cannot be decoded is passed over: a phone that died must not cost the rest."""
    import av

    for packet in heard.demux(heard.streams.audio[0]):
        try:
            decoded = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in decoded:
            frame.pts = None
            yield frame
    yield None


def _alone() -> int:
    """Read standard input, write the file that is named, print what it is. Where memory runs out this ends, and not the server."""
    import errno
    import json
    import resource

    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as told_first:  # noqa: PTH123
        told_first.write("1000")
    resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
    resource.setrlimit(resource.RLIMIT_CPU, (40, 45))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open(0, "rb") as source:
            told = make(source, sys.argv[1])
    except OSError as error:
        told = {"wrong": "full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "unreadable"}
    except ValueError as error:
        told = {"wrong": error.args[0] if error.args and error.args[0] in {"empty", "long", "video"} else "unreadable"}
    except Exception:
        told = {"wrong": "unreadable"}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(_alone())
