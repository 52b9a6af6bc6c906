"""Two photos and a voice note of the demo's student, drawn and composed here: no file has to be shipped for them."""

import array
import io
import math
import random
import tempfile
import wave
from datetime import datetime, timedelta
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.conversation.models import Submission
from server.core.convert import Made, convert_now
from server.core.media import Store
from server.demo.school import id_of
from server.experience.models import Experience, ExperienceMedia

WIDTH, HEIGHT, FINER = 1200, 900, 2
RATE = 12_000
MELODY = ((392, 0.4), (440, 0.4), (494, 0.4), (587, 0.8), (494, 0.4), (440, 0.4), (392, 1.4))
"""Hertz and seconds."""


def add(session: Session, store: Store) -> None:
    """Put them with the experiences they belong to, and with what was shown of those; once."""
    for name, kind, alt, about in (
        ("samira-koken", "photo", "Een grote pan soep op tafel, met wortel en prei erin", ""),
        ("samira-muur", "photo", "", ""),
        ("samira-koken", "voice", "", ""),
        ("samira-muur", "voice", "", "motive:being-outdoors"),
    ):
        key = id_of(f"{name}/{kind}")
        experience = session.get(Experience, id_of(name))
        if experience is None or session.get(ExperienceMedia, key) is not None:
            continue
        with tempfile.TemporaryFile() as file:
            {"samira-koken/photo": soup, "samira-muur/photo": wall, "samira-koken/voice": melody, "samira-muur/voice": melody}[f"{name}/{kind}"](file)
            session.add(_row(key, experience, kind, alt, about, convert_now(kind, file, store)))
        _show(session, experience, str(key), alt)


def _row(key: Any, experience: Experience, kind: str, alt: str, about: str, made: Made) -> ExperienceMedia:
    then: datetime = experience.happened_at + timedelta(seconds=20 if kind == "photo" else 50)
    return ExperienceMedia(
        id=key, school_id=experience.school_id, experience_id=experience.id, kind=kind, digest=made.digest, type=made.type, size=made.size, width=made.width,
        height=made.height, seconds=made.seconds, alt=alt, about=about, captured_at=then, arrived_at=then, deleted_at=None,
    )  # fmt: skip


def _show(session: Session, experience: Experience, key: str, alt: str) -> None:
    """In what was shown to the mentor it stands too."""
    for shown in session.scalars(select(Submission).where(Submission.person_id == experience.student_id)):
        if copy := shown.experiences.get(str(experience.id)):
            shown.experiences = {**shown.experiences, str(experience.id): {**copy, "media": {**copy.get("media", {}), key: alt}}}


def soup(file: IO[bytes]) -> None:
    """A pan of soup on a wooden table, from above."""
    from PIL import Image, ImageDraw

    luck, wide, high = random.Random(4), WIDTH * FINER, HEIGHT * FINER
    picture = Image.new("RGB", (wide, high), "#b98755")
    draw = ImageDraw.Draw(picture)
    for plank in range(6):
        top, tone = plank * high // 6, luck.randint(-12, 12)
        draw.rectangle((0, top, wide, top + high // 6), fill=(185 + tone, 133 + tone, 84 + tone))
        for _ in range(26):
            y, x = top + luck.randint(6, high // 6), luck.randint(-400, wide)
            draw.line((x, y, x + luck.randint(300, 1100), y + luck.randint(-6, 6)), fill=(165 + tone, 115 + tone, 70 + tone), width=luck.randint(1, 4))
        draw.line((0, top, wide, top), fill="#7d5430", width=7)
    x, y, round_ = wide // 2, high // 2 + 20, 690
    picture.paste("#3a2412", mask=_soft((x - round_ + 50, y - round_ + 70, x + round_ + 90, y + round_ + 110), 150, 45))
    for side in (-1, 1):
        draw.rounded_rectangle((x + side * (round_ + 60) - 110, y - 130, x + side * (round_ + 60) + 110, y + 130), 70, outline="#4b5256", width=46)
    for size, colour in ((round_, "#5d666b"), (round_ - 16, "#aeb8bc"), (round_ - 40, "#8b969b"), (round_ - 66, "#4c5458"), (round_ - 86, "#d9822b")):
        draw.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    for _ in range(150):
        far, turn = (round_ - 130) * math.sqrt(luck.random()), luck.random() * math.tau
        at_x, at_y, size = x + far * math.cos(turn), y + far * math.sin(turn), luck.randint(14, 42)
        kind = luck.random()
        if kind < 0.3:
            draw.ellipse((at_x - size, at_y - size, at_x + size, at_y + size), fill="#f0993c", outline="#c9661a", width=5)
        elif kind < 0.6:
            draw.ellipse((at_x - size, at_y - size * 0.8, at_x + size, at_y + size * 0.8), outline=luck.choice(("#8fae4b", "#b6c973", "#6f9440")), width=size // 3)
        else:
            draw.ellipse((at_x - size / 2, at_y - size / 2, at_x + size / 2, at_y + size / 2), outline="#eeb063", width=4)
    picture.paste("#fff3d6", mask=_soft((x - 480, y - 560, x + 60, y - 180), 60, 90))
    _finish(picture, file)


def _soft(box: tuple[int, int, int, int], strong: int, blur: int) -> Any:
    """A round shade or shine: drawn small, for what is blurred has no detail."""
    from PIL import Image, ImageDraw, ImageFilter

    small = 8
    drawn = Image.new("L", (WIDTH * FINER // small, HEIGHT * FINER // small), 0)
    ImageDraw.Draw(drawn).ellipse(tuple(edge // small for edge in box), fill=strong)
    return drawn.filter(ImageFilter.GaussianBlur(blur / small)).resize((WIDTH * FINER, HEIGHT * FINER), Image.Resampling.BILINEAR)


def wall(file: IO[bytes]) -> None:
    """Bricks in half-brick bond, with the joints just filled, and one row not laid yet."""
    from PIL import Image, ImageDraw

    luck, wide, high = random.Random(9), WIDTH * FINER, HEIGHT * FINER
    picture = Image.new("RGB", (wide, high), "#cfd9de")
    draw = ImageDraw.Draw(picture)
    long, thick, joint, first = 400, 122, 22, 300
    draw.rectangle((0, first, wide, high), fill="#c9c1b2")
    for row in range((high - first) // (thick + joint) + 1):
        top = first + joint + row * (thick + joint)
        for number in range(-1, wide // long + 2):
            left = number * (long + joint) + (row % 2) * (long + joint) // 2
            if row == 0 and number > 2:
                draw.rectangle((left - joint, first - 2, wide, top + thick), fill="#cfd9de")
                break
            tone = luck.randint(-22, 22)
            draw.rounded_rectangle((left, top, left + long, top + thick), 9, fill=(168 + tone, 78 + tone // 2, 58 + tone // 2))
            for _ in range(70):
                spot_x, spot_y, size = luck.randint(left + 8, left + long - 8), luck.randint(top + 8, top + thick - 8), luck.randint(1, 5)
                shade = tone + luck.choice((-24, 16))
                draw.ellipse((spot_x, spot_y, spot_x + size, spot_y + size), fill=(168 + shade, 78 + shade // 2, 58 + shade // 2))
            draw.line((left + 6, top + thick - 3, left + long - 6, top + thick - 3), fill=(120 + tone, 52, 38), width=6)
    draw.line((0, first + 4, wide, first + 4), fill="#d8352a", width=5)
    _finish(picture, file)


def _finish(picture: Any, file: IO[bytes]) -> None:
    from PIL import Image

    picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(file, "JPEG", quality=90)


def melody(file: IO[bytes]) -> None:
    """Somebody hums."""
    samples = array.array("h")
    for hertz, seconds in MELODY:
        count = int(seconds * RATE)
        for number in range(count):
            swell = min(1.0, number / (0.08 * RATE), (count - number) / (0.15 * RATE))
            turn = math.tau * hertz * number / RATE + 0.02 * math.sin(math.tau * 5 * number / RATE)
            samples.append(int(7000 * swell * (math.sin(turn) + 0.3 * math.sin(2 * turn) + 0.1 * math.sin(3 * turn))))
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    file.write(out.getvalue())
