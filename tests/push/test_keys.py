from pathlib import Path

from server.push.keys import public_key, signer
from server.settings import Settings
from tests.push.receiver import decode


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new")
    first = public_key(settings)
    path = tmp_path / "new" / "keys" / "vapid.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(decode(first)) == 65 and decode(first)[0] == 4
    assert public_key(settings) == first


def test_the_key_survives_a_restart(tmp_path: Path) -> None:
    from server.push import keys

    first = public_key(Settings(data=tmp_path))
    keys._signer.cache_clear()
    assert public_key(Settings(data=tmp_path)) == first


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert signer(Settings(data=tmp_path / "a")) is not signer(Settings(data=tmp_path / "b"))
    assert public_key(Settings(data=tmp_path / "a")) != public_key(Settings(data=tmp_path / "b"))
