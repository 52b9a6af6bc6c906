"""A push service that only says yes, as cheaply as it can: on two cores it must not be what is measured."""

import asyncio
import ssl
import sys
from pathlib import Path

YES = b"HTTP/1.1 201 Created\r\nLocation: /message\r\nContent-Length: 0\r\n\r\n"


async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            body = await reader.readexactly(length)
            assert len(body) > 86, "no aes128gcm message is shorter than its header"
            writer.write(YES)
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        writer.close()


async def main(folder: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
