"""A photo as it is kept: decoded, turned upright, at most 1600 pixels, written anew as JPEG. Nothing but the picture is left.

Whatever else the file held goes with it: where and when it was taken, by which phone, remarks, thumbnails, what hangs behind
the picture. Runs as a program of its own (`convert.py`): `python -I images.py OUT [LONGEST]` with the file as standard input. It knows
nothing of Spoor, so that it starts fast and holds no secret when a file was made to break a decoder.
"""

import contextlib
import io
import sys
from typing import IO, Any

LONGEST_SIDE, QUALITY, MOST_PIXELS = 1600, 82, 64_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
"""What phones and browsers make. Other decoders are not even tried; SVG is a document, not a picture."""


def make(source: IO[bytes], target: IO[bytes], longest: int = LONGEST_SIDE) -> dict[str, Any]:
    """Write the photo, at most so many pixels long; gives its width and height. Raises `ValueError("huge")` for more pixels than fit, any error for what is no whole picture."""
    from PIL import Image, ImageOps

    _know_heif()
    Image.MAX_IMAGE_PIXELS = None  # counted here: a warning would not be enough, and half of the limit is not too many
    with Image.open(source, formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("huge")
        picture: Any = opened
        if picture.mode in {"P", "PA", "LA", "RGBA", "RGBa", "La"} or "transparency" in picture.info:
            picture = _on_white(picture)
        elif picture.mode.startswith(("I", "F")):
            picture = picture.convert("F").point(lambda value: value / 256).convert("L")
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
        with contextlib.suppress(Exception):
            picture = ImageOps.exif_transpose(picture)
        picture = _in_srgb(picture, opened.info.get("icc_profile"))
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(target, "JPEG", quality=QUALITY, progressive=True, optimize=True)
    return {"width": clean.width, "height": clean.height}


def _know_heif() -> None:
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False)


def _on_white(picture: Any) -> Any:
    """JPEG has no transparency: what shines through becomes white, not black."""
    from PIL import Image

    exif = picture.getexif()
    drawn = picture.convert("RGBA")
    ground = Image.new("RGB", drawn.size, "white")
    ground.paste(drawn, mask=drawn.getchannel("A"))
    ground.info["exif"] = exif.tobytes() if exif else b""
    return ground


def _in_srgb(picture: Any, profile: bytes | None) -> Any:
    """The same colours without a profile: iPhones photograph in Display P3. A profile that cannot be read is left aside."""
    from PIL import ImageCms

    if profile:
        with contextlib.suppress(Exception):
            return ImageCms.profileToProfile(picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB")
    return picture.convert("RGB")


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
        with open(0, "rb") as source, open(sys.argv[1], "wb") as target:  # noqa: PTH123
            told = make(source, target, *map(int, sys.argv[2:3]))
    except MemoryError:
        told = {"wrong": "huge"}
    except OSError as error:
        told = {"wrong": "full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "unreadable"}
    except Exception as error:
        told = {"wrong": "huge" if error.args == ("huge",) else "unreadable"}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(_alone())
