"""Real photos and voice notes, made here: a drawing, a tone."""

import array
import io
import math
from functools import cache
from typing import Any

import av
from PIL import Image, ImageDraw

KINDS = {"webm": "libopus", "mp4": "aac", "ogg": "libopus", "wav": "pcm_s16le", "mp3": "libmp3lame"}
"""What phones record: Chrome webm, Safari mp4, Firefox ogg."""


def drawing(width: int = 640, height: int = 480) -> Image.Image:
    """Red in the upper left corner, blue elsewhere: which way is up can be seen."""
    drawn = Image.new("RGB", (width, height), (20, 90, 160))
    ImageDraw.Draw(drawn).rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=(200, 30, 30))
    return drawn


def photo(width: int = 640, height: int = 480, format: str = "JPEG", **how: Any) -> bytes:
    """The drawing as a file."""
    out = io.BytesIO()
    drawing(width, height).save(out, format, **how)
    return out.getvalue()


@cache
def voice(kind: str = "webm", seconds: float = 1.5, hertz: int = 440) -> bytes:
    """A tone, as a phone would have recorded it."""
    out, rate = io.BytesIO(), 48_000
    with av.open(out, "w", format=kind) as file:
        stream: Any = file.add_stream(KINDS[kind], rate=rate)
        stream.layout = "mono"
        fitting = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate, frame_size=960 if kind in {"webm", "ogg"} else 1152 if kind == "mp3" else 1024)
        second = array.array("h", (int(9000 * math.sin(2 * math.pi * hertz * number / rate)) for number in range(rate)))
        left, sent = int(seconds * rate), 0
        while left:
            piece = second[: min(left, rate)]
            frame = av.AudioFrame(format="s16", layout="mono", samples=len(piece))
            frame.planes[0].update(piece.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
            frame.rate, frame.pts = rate, sent
            for fit in fitting.resample(frame):
                file.mux(stream.encode(fit))
            left, sent = left - len(piece), sent + len(piece)
        for fit in fitting.resample(None):
            file.mux(stream.encode(fit))
        file.mux(stream.encode(None))
    return out.getvalue()


def heard(content: bytes) -> tuple[str, float]:
    """The codec and the length in seconds of what was kept."""
    with av.open(io.BytesIO(content)) as file:
        return file.streams.audio[0].codec_context.name, (file.duration or 0) / 1_000_000
