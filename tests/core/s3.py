"""A real S3 server for the tests: OpenStack Swift, as providers run it, with one disk in a folder. It checks every signature."""

import hashlib
import hmac
import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import time_machine

REGION, ACCOUNT, SECRET = "us-east-1", "spoor:tests", "a-secret-of-the-tests"
STORAGE = ("account", "container", "object")
BUCKET = "school"
PATIENCE = 30.0

_STORAGE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
mount_check = false
devices = {folder}/disks
swift_dir = {folder}
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""

_PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:9
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = {region}
[filter:tempauth]
use = egg:swift#tempauth
user_{user} = {secret} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


class S3Server:
    """Runs as long as the block; `environment` is what a client needs to be let in, `address` what Spoor is told."""

    environment = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": SECRET}

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports, self.running = folder, dict(zip((*STORAGE, "proxy"), _free(4), strict=True)), list[subprocess.Popen[bytes]]()

    def __enter__(self) -> "S3Server":
        (self.folder / "disks" / "one").mkdir(parents=True)
        (self.folder / "swift.conf").write_text("[swift-hash]\nswift_hash_path_suffix = tests\n[storage-policy:0]\nname = one\ndefault = yes\n")
        subprocess.run([sys.executable, "-c", _RINGS, str(self.folder), *(str(self.ports[kind]) for kind in STORAGE)], check=True, env=self._environment())
        for kind, port in self.ports.items():
            user = ACCOUNT.replace(":", "_")
            told = (_PROXY if kind == "proxy" else _STORAGE).format(kind=kind, port=port, folder=self.folder, region=REGION, user=user, secret=SECRET)
            (self.folder / f"{kind}.conf").write_text(told)
            program = [sys.executable, str(Path(sys.executable).with_name(f"swift-{kind}-server")), str(self.folder / f"{kind}.conf"), "-v"]
            with (self.folder / f"{kind}.log").open("wb") as log:
                self.running.append(subprocess.Popen(program, stdout=log, stderr=log, env=self._environment()))
        self._make_bucket()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in self.running:
            process.kill()
            process.wait()

    def address(self, place: str) -> str:
        """`SPOOR_MEDIA_URL` for a bucket and prefix."""
        return f"s3://{place}?endpoint=http://127.0.0.1:{self.ports['proxy']}&region={REGION}"

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "SWIFT_DIR": str(self.folder)}

    def _make_bucket(self) -> None:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(_signed(f"127.0.0.1:{self.ports['proxy']}", f"/{BUCKET}"), timeout=5) as answer:
                    assert answer.status == 200
                return
            except OSError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.2)


_RINGS = """
import sys
from swift.common.ring.builder import RingBuilder
folder, ports = sys.argv[1], sys.argv[2:]
for kind, port in zip(("account", "container", "object"), map(int, ports)):
    ring = RingBuilder(2, 1, 0)
    at = {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    ring.add_dev({"region": 1, "zone": 1, "device": "one", "weight": 1.0, **at})
    ring.rebalance()
    ring.get_ring().save(f"{folder}/{kind}.ring.gz")
"""


def _free(count: int) -> list[int]:
    """Ports nobody listens on."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _signed(host: str, path: str) -> urllib.request.Request:
    """PUT, signed as AWS wants it (version 4): how a bucket is made."""
    now, nothing = datetime.fromtimestamp(_real_time(), UTC), hashlib.sha256(b"").hexdigest()
    headers = {"host": host, "x-amz-content-sha256": nothing, "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}"}
    names, scope = ";".join(headers), f"{now:%Y%m%d}/{REGION}/s3/aws4_request"
    canonical = "\n".join(["PUT", path, "", *(f"{name}:{value}" for name, value in headers.items()), "", names, nothing])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + SECRET.encode()
    for part in (f"{now:%Y%m%d}", REGION, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    signature = hmac.new(key, to_sign.encode(), "sha256").hexdigest()
    allowed = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/{scope}, SignedHeaders={names}, Signature={signature}"
    return urllib.request.Request(f"http://{host}{path}", method="PUT", headers={**headers, "authorization": allowed})


def _real_time() -> float:
    """What the clock of the machine says: the server lives by it, whatever day the tests have."""
    return time_machine.escape_hatch.time.time() if time_machine.escape_hatch.is_travelling() else time.time()
