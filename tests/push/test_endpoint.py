import pytest

from server.push.endpoint import is_allowed, is_device_key, is_device_secret, origin_of
from tests.push.receiver import Browser, encode


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dQw4:APA91b-_x",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA==",
        "https://eu.push.services.mozilla.com/wpush/v1/x",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://api.push.apple.com/3/device",
        "https://wns2-am3p.notify.windows.com/w/?token=BQYAAAC%2bx",
        "https://fcm.googleapis.com:443/fcm/send/x",
    ],
)
def test_the_push_services_of_the_browsers_are_allowed(endpoint: str) -> None:
    assert is_allowed(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://fcm.googleapis.com/fcm/send/x",
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://push.example.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilpush.apple.com/x",
        "https://push.apple.com/x",
        "https://notify.windows.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://user:secret@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:22/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://evil.example\\.push.apple.com/x",
        "https://evil.example#.push.apple.com/x",
        "https://evil.example?.push.apple.com/x",
        "https://evil.example/.push.apple.com/x",
        "https://fcm.googleapis.com./x",
        "https://FCM.googleapis.com/x",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/x\r\nX-Evil: 1",
        "https://fcm.googleapis.com/x y",
        " https://fcm.googleapis.com/x",
        "https://fcm.googleapis.com/x\n",
        "https://fсm.googleapis.com/x",
        "https:/fcm.googleapis.com/x",
        "//fcm.googleapis.com/x",
        "file:///etc/passwd",
        "ftp://fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 1000,
    ],
)
def test_every_other_address_is_not(endpoint: str) -> None:
    assert not is_allowed(endpoint)


def test_the_operator_may_name_a_host_or_one_port_of_it() -> None:
    assert is_allowed("http://127.0.0.1:9000/x", ["127.0.0.1:9000"])
    assert not is_allowed("http://127.0.0.1:9001/x", ["127.0.0.1:9000"])
    assert is_allowed("https://push.school.example/x", ["push.school.example"])
    assert is_allowed("https://push.school.example/x", ["push.school.example:443"])
    assert not is_allowed("https://a.push.school.example/x", ["push.school.example"])
    assert not is_allowed("https://user@push.school.example/x", ["push.school.example"])
    assert not is_allowed("http://fcm.googleapis.com/x", ["push.school.example"])


def test_a_device_key_is_a_point_on_the_curve() -> None:
    good = Browser("x").keys["p256dh"]
    assert is_device_key(good) and is_device_key(good + "=")
    for bad in ("", "é", "abc", good[:-4], good + "AAAA", encode(b"\x04" + bytes(64)), encode(b"\x02" + bytes(32)), "+" + good[1:], good + "\n"):
        assert not is_device_key(bad), bad


def test_a_device_secret_is_sixteen_bytes() -> None:
    assert is_device_secret(encode(bytes(16))) and is_device_secret(encode(bytes(16)) + "==")
    for bad in ("", "é", encode(bytes(15)), encode(bytes(17)), "A"):
        assert not is_device_secret(bad), bad


def test_the_origin_is_what_a_signature_is_for() -> None:
    assert origin_of("https://fcm.googleapis.com/fcm/send/x") == "https://fcm.googleapis.com"
