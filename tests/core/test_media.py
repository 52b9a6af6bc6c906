"""The store of photos and voice notes, on a folder and on a real S3 server; and what is made of what a phone sends."""

import errno
import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import uuid4

import msgspec
import pytest
from litestar.testing import TestClient
from PIL import Image

from server.app import create_app
from server.core import convert, media
from server.core.convert import Unfit, convert_now
from server.core.db import Database
from server.core.errors import Full, Unavailable
from server.core.media import Bucket, Folder, Store, store_of
from server.settings import Settings
from tests.browsing import Browsing
from tests.core.files import drawing, heard, photo, voice
from tests.core.s3 import S3Server
from tests.world import id_of

HEIC = Path(__file__).parent / "iphone.heic"
PLACE = b"GeheimeTelefoon"
"""What the HEIC file and the JPEGs below hold besides their picture: the phone, and where it was."""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The same promises of both."""
    if request.param == "folder":
        return store_of(Settings(data=tmp_path))
    server: S3Server = request.getfixturevalue("s3")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return store_of(Settings(data=tmp_path, media_url=server.address(f"school/{uuid4().hex}")))


def kept(store: Store, content: bytes) -> str:
    with media.fresh(store) as path:
        path.write_bytes(content)
        digest = media.digest_of(path)
        store.keep(path, digest)
    return digest


def read(store: Store, digest: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join(store.chunks(digest, start, length if length is not None else 10_000_000))


def file_of(content: bytes, folder: Path) -> IO[bytes]:
    path = folder / uuid4().hex
    path.write_bytes(content)
    return path.open("rb")


def made(content: bytes, kind: str, folder: Path) -> tuple[convert.Made, bytes]:
    store = Folder(folder / "media", folder / "media" / "new")
    with file_of(content, folder) as file:
        one = convert_now(kind, file, store)
    return one, read(store, one.digest)


def why(content: bytes, kind: str, folder: Path) -> str:
    with pytest.raises(Unfit) as wrong:
        made(content, kind, folder)
    assert not list((folder / "media").glob("??/*")), "nothing is kept of what does not fit"
    assert not list((folder / "media" / "new").glob("*")), "and nothing is left lying"
    return wrong.value.why


def test_what_was_kept_is_read_back_whole_and_in_parts(store: Store) -> None:
    content = os.urandom(700_001)
    digest = kept(store, content)
    assert read(store, digest, 0, len(content)) == content
    assert read(store, digest, 300_000, 1) == content[300_000:300_001]
    assert read(store, digest, 699_999, 2) == content[-2:]
    assert not list(store.new.glob("*"))


def test_the_same_bytes_are_kept_once(store: Store) -> None:
    assert kept(store, b"twice") == kept(store, b"twice")
    assert [name for name, _ in store.names()] == [media.hashlib.sha256(b"twice").hexdigest()]


def test_what_is_not_there_is_said_before_anything_is_sent(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        next(store.chunks("0" * 64, 0, 1))


def test_what_no_row_names_is_dropped_after_a_day_and_nothing_else(store: Store) -> None:
    wanted, left = kept(store, b"wanted"), kept(store, b"left behind")
    now = max(since for _, since in store.names())
    assert media.tidy(store, lambda some: {wanted} & set(some), now) == 0
    assert media.tidy(store, lambda some: {wanted} & set(some), now + timedelta(days=1, minutes=1)) == 1
    assert [name for name, _ in store.names()] == [wanted]
    with pytest.raises(FileNotFoundError):
        read(store, left, 0, 1)


def test_what_is_kept_again_meanwhile_is_not_dropped(store: Store) -> None:
    digest = kept(store, b"again")
    store.drop(digest, min(since for _, since in store.names()) - timedelta(seconds=1))
    assert read(store, digest, 0, 5) == b"again"


def test_only_the_owner_of_the_folder_reads_it(tmp_path: Path) -> None:
    store = store_of(Settings(data=tmp_path))
    digest = kept(store, b"private")
    path = tmp_path / "media" / digest[:2] / digest
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, tmp_path / "media", store.new)} == {0o700}


def test_the_bytes_are_on_the_disk_before_they_have_their_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, said = store_of(Settings(data=tmp_path)), list[str]()
    replace = Path.replace
    monkeypatch.setattr(os, "fsync", lambda file: said.append(f"fsync {str(Path(f'/proc/self/fd/{file}').readlink()).removeprefix(str(tmp_path / 'media'))}"))
    monkeypatch.setattr(Path, "replace", lambda self, target: said.append("name") or replace(self, target))
    digest = kept(store, b"safe")
    assert said[0].startswith("fsync /new/") and said[1:] == ["name", f"fsync /{digest[:2]}", "fsync "]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_plainly_and_nothing_half_stands_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    store = store_of(Settings(data=tmp_path))

    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Full):
        kept(store, b"too much")
    assert not list((tmp_path / "media").glob("*/*"))


def test_storage_that_does_not_answer_is_unavailable_for_the_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    store = store_of(Settings(data=tmp_path, media_url="s3://school?endpoint=http://127.0.0.1:9&region=x"))
    with pytest.raises(Unavailable):
        kept(store, b"x")
    assert not list(store.new.glob("*"))


def test_who_has_no_right_to_the_bucket_stores_nothing(s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**s3.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Unavailable):
        kept(store_of(Settings(data=tmp_path, media_url=s3.address("school/wrong"))), b"x")


@pytest.mark.parametrize("address", ["http://example.org", "s3://", "s3:bucket"])
def test_an_address_that_is_none_is_refused_at_start(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="SPOOR_MEDIA_URL"):
        store_of(msgspec.structs.replace(Settings(data=tmp_path), media_url=address))
    assert isinstance(store_of(Settings(data=tmp_path, media_url="s3://bucket")), Bucket)


def exif(turned: int = 6) -> Image.Exif:
    told = Image.Exif()
    told[0x0112], told[0x010F] = turned, PLACE.decode()
    told.get_ifd(0x8825).update({1: "N", 2: (52.0, 5.0, 1.0)})
    return told


def is_red(picture: Image.Image, x: float, y: float) -> bool:
    red, _, blue = picture.getpixel((int(picture.width * x), int(picture.height * y)))  # type: ignore[misc]
    return red > 150 > blue


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_becomes_an_upright_jpeg_with_nothing_but_the_picture(tmp_path: Path, format: str) -> None:
    sent = photo(3000, 2000, format, exif=exif(6).tobytes())
    assert PLACE in sent
    one, content = made(sent, "photo", tmp_path)
    picture = Image.open(io.BytesIO(content))
    assert (one.type, one.size, picture.format) == ("image/jpeg", len(content), "JPEG")
    assert (one.width, one.height) == picture.size == (1067, 1600)
    assert is_red(picture, 0.75, 0.25) and not is_red(picture, 0.25, 0.25), "turned a quarter to the right"
    assert not picture.getexif() and not {"exif", "icc_profile", "comment", "xmp", "photoshop"} & picture.info.keys()
    assert PLACE not in content and b"Exif" not in content and picture.info.get("progressive")


@pytest.mark.parametrize("program", ["images", "sound"])
def test_what_converts_is_what_the_kernel_ends_first(tmp_path: Path, program: str) -> None:
    score = "lambda *_: {'score': open('/proc/self/oom_score_adj').read().strip()}"
    code = f"from server.core import {program} as program; program.make = {score}; program._alone()"
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path / "out")], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    assert msgspec.json.decode(ran.stdout) == {"score": "1000"}


def test_a_photo_of_an_iphone_is_taken_too(tmp_path: Path) -> None:
    sent = HEIC.read_bytes()
    assert sent[4:12] == b"ftypheic" and PLACE in sent
    one, content = made(sent, "photo", tmp_path)
    picture = Image.open(io.BytesIO(content))
    assert (one.width, one.height) == picture.size == (48, 64)
    assert is_red(picture, 0.75, 0.25) and not is_red(picture, 0.25, 0.75)
    assert PLACE not in content and not picture.getexif()


def test_remarks_profiles_and_what_hangs_behind_a_photo_are_gone(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = photo(comment=b"<script>alert(1)</script>", icc_profile=profile, xmp=b"<x:xmpmeta>GeheimeTelefoon</x:xmpmeta>") + b"PK\x03\x04<html><script>"
    _, content = made(sent, "photo", tmp_path)
    assert not [mark for mark in (b"script", b"xmp", b"ICC_PROFILE", b"PK\x03\x04", PLACE) if mark in content]
    assert content.endswith(b"\xff\xd9")


def test_colours_of_a_wide_screen_become_those_of_every_screen(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red_is_blue = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    for format in ("PNG", "JPEG"):
        _, content = made(photo(format=format, icc_profile=red_is_blue), "photo", tmp_path)
        assert not is_red(Image.open(io.BytesIO(content)), 0.25, 0.25), "shown as the profile says it was meant"
    _, content = made(photo(icc_profile=b"no profile at all"), "photo", tmp_path)
    assert is_red(Image.open(io.BytesIO(content)), 0.25, 0.25)


def test_what_shines_through_becomes_white(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    _, content = made(out.getvalue(), "photo", tmp_path)
    assert Image.open(io.BytesIO(content)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_rare_kinds_of_pictures_are_taken_too(tmp_path: Path, mode: str) -> None:
    out = io.BytesIO()
    picture = Image.new("I;16", (40, 40), 40_000) if mode == "I;16" else drawing(40, 40).convert(mode)
    picture.save(out, "JPEG" if mode == "CMYK" else "PNG")
    one, _ = made(out.getvalue(), "photo", tmp_path)
    assert (one.width, one.height) == (40, 40)


@pytest.mark.parametrize("installed", ["postgresql"], indirect=True)
def test_with_s3_a_photo_goes_all_the_way_and_nothing_stays_on_the_machine(s3: S3Server, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    settings = msgspec.structs.replace(settings, media_url=s3.address("school/whole"))
    with TestClient(create_app(settings, database), base_url=settings.base_url) as client:
        samira, address = Browsing(client).samira, f"/experiences/{id_of('soep')}/media/{uuid4()}"
        answer = samira.post(address, {"kind": "photo"}, files={"file": ("x", photo(900, 600))}, headers={"accept": "application/json"})
        assert answer.status_code == 200
        whole = samira.get(address)
        assert Image.open(io.BytesIO(whole.content)).size == (900, 600)
        part = samira.get(address, headers={"range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        assert samira._send("HEAD", address).headers["content-length"] == str(len(whole.content))
        assert not [path for path in settings.data.rglob("*") if path.is_file() and "sqlite" not in path.name]
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "lost")
    with TestClient(create_app(settings, database), base_url=settings.base_url, raise_server_exceptions=False) as client:
        answer = Browsing(client).samira.get(address)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("fake", [b"", b"x", b"<html><script>alert(1)</script>", SVG, b"%PDF-1.7", b"\xff\xd8\xff\xe0" + b"\0" * 500, photo()[:4000], b"GIF89a<script>"])
def test_what_is_no_whole_photo_is_none(tmp_path: Path, fake: bytes) -> None:
    assert why(fake, "photo", tmp_path) == "unreadable"


def test_a_picture_that_swells_is_refused_before_it_does(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < 500_000
    assert why(out.getvalue(), "photo", tmp_path) == "huge"


@pytest.mark.parametrize("kind", ["webm", "mp4", "ogg", "wav", "mp3"])
def test_a_voice_note_of_every_phone_becomes_what_every_phone_plays(tmp_path: Path, kind: str) -> None:
    one, content = made(voice(kind), "voice", tmp_path)
    codec, seconds = heard(content)
    assert (one.type, one.size, codec) == ("audio/mp4", len(content), "aac")
    assert one.seconds == pytest.approx(1.5, abs=0.06) and seconds == pytest.approx(1.5, abs=0.1)
    assert content.index(b"moov") < content.index(b"mdat"), "it plays before all of it is there"
    assert b"Lavf" not in content and b"Lavc" not in content


def test_three_minutes_fit_with_a_moment_of_grace_and_more_do_not(tmp_path: Path) -> None:
    one, content = made(voice("ogg", 183), "voice", tmp_path)
    assert one.seconds == pytest.approx(183, abs=0.1) and len(content) < 1_300_000
    assert why(voice("ogg", 187), "voice", tmp_path / "other" if (tmp_path / "other").mkdir() is None else tmp_path) == "long"


def test_a_recording_that_was_broken_off_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = voice("webm", 3)
    one, _ = made(whole[: len(whole) // 2], "voice", tmp_path)
    assert 0.5 < (one.seconds or 0) < 3


def film() -> bytes:
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="webm") as file:
        stream = file.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(3):
            file.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        file.mux(stream.encode(None))
    return out.getvalue()


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n"


def test_what_is_no_voice_note_is_refused_with_a_reason(tmp_path: Path) -> None:
    refused = {"film": film(), "empty": b"", "click": voice("ogg", 0.1), "photo": photo(), "list": PLAYLIST, "concat": b"ffconcat version 1.0\nfile /etc/passwd\n"}
    half = voice("mp4")[: len(voice("mp4")) // 3]
    told = {}
    for name, content in {**refused, "half": half, "html": b"<html>"}.items():
        (tmp_path / name).mkdir()
        told[name] = why(content, "voice", tmp_path / name)
    assert told == {"film": "video", "empty": "empty", "click": "empty"} | dict.fromkeys(("photo", "list", "concat", "half", "html"), "unreadable")


def test_a_decoder_sees_nothing_of_our_secrets_and_its_end_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "spy.py"
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setitem(convert.PROGRAMS, "spy", (str(program), "x/y"))
    program.write_text("import os, sys; open(sys.argv[1], 'w').write(repr(dict(os.environ))); print('{}')")
    _, content = made(b"x", "spy", tmp_path)
    assert b"secret" not in content and b"PATH" not in content
    for trouble in ("SEGV", "XCPU", "ABRT"):
        program.write_text(f"import os, signal; os.kill(os.getpid(), signal.SIG{trouble})")
        with pytest.raises(Unfit):
            made(b"x", "spy", tmp_path)
    program.write_text("print('no json')")
    with pytest.raises(Unfit):
        made(b"x", "spy", tmp_path)
    monkeypatch.setattr(convert, "PATIENCE", 0.5)
    for busy in ("import time; time.sleep(60)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"):
        program.write_text(busy)
        with pytest.raises(Unavailable):
            made(b"x", "spy", tmp_path)
    program.write_text("""print('{"wrong": "full"}')""")
    with pytest.raises(Full):
        made(b"x", "spy", tmp_path)
