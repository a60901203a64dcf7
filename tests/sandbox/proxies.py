"""The proxies of deploy/proxy, really run on loopback with a certificate of their own."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.skipping import skip_for

EXAMPLES = Path(__file__).parents[2] / "deploy" / "proxy"
PATH = "/toko/telegram"
"""The webhook's path in the examples, with a prefix."""
NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
CADDY = """\
	admin off
	skip_install_trust
	default_bind 127.0.0.1
	http_port {http}
	https_port {https}
	storage file_system {folder}/storage
"""


class Proxy:
    """One of the two proxies, before a bot that listens on `port`."""

    def __init__(self, name: str, folder: Path, port: int, http: int, https: int) -> None:
        self.name = name
        self.port = port
        self.http, self.https = f"http://localhost:{http}", f"https://localhost:{https}"
        self._folder = folder
        self._folder.mkdir()
        self._ports = {"http": str(http), "https": str(https)}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def webhook_url(self) -> str:
        return self.https + PATH

    @property
    def certificate(self) -> Path:
        """Whose signature is to be trusted: nginx's own certificate, or that of Caddy's CA."""
        if self.name == "nginx":
            return self._folder / "fullchain.pem"
        return self._folder / "storage" / "pki" / "authorities" / "local" / "root.crt"

    @property
    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    async def start(self) -> None:
        """Start the proxy and wait until it answers."""
        if self.name == "nginx" and not self.certificate.exists():
            await make_certificate(self._folder)
        command = self._nginx() if self.name == "nginx" else self._caddy()
        log = (self._folder / "log").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            *command, stdout=log, stderr=log, env=os.environ | {"HOME": str(self._folder)}
        )
        log.close()
        async with asyncio.timeout(20):
            while not await self._is_answering():
                assert self._process.returncode is None, (self._folder / "log").read_text()
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Kill the proxy, as a restart of the machine would."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def _is_answering(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(
                "127.0.0.1",
                int(self._ports["https"]),
                ssl=self.trusted,
                server_hostname="localhost",
            )
        except OSError:
            return False
        writer.close()
        return True

    def _example(self, name: str) -> str:
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        changes = {
            "example.com": "localhost",
            "127.0.0.1:8080": f"127.0.0.1:{self.port}",
            # A slow client is to be cut off sooner.
            "read_body 60s": "read_body 1s",
            "client_body_timeout 10s": "client_body_timeout 1s",
        }
        for before, after in changes.items():
            text = text.replace(before, after)
        return text

    def _nginx(self) -> list[str]:
        site = self._example("nginx.conf")
        for before, after in {
            "listen 80;": f"listen 127.0.0.1:{self._ports['http']};",
            "listen 443 ssl": f"listen 127.0.0.1:{self._ports['https']} ssl",
            "/etc/letsencrypt/live/localhost": str(self._folder),
        }.items():
            assert before in site
            site = site.replace(before, after)
        (self._folder / "site.conf").write_text(site)
        user = "user root;" if os.geteuid() == 0 else ""
        main = self._folder / "nginx.conf"
        main.write_text(NGINX.format(folder=self._folder, user=user))
        return [found("nginx"), "-c", str(main), "-e", "stderr"]

    def _caddy(self) -> list[str]:
        options = CADDY.format(folder=self._folder, **self._ports)
        text = self._example("Caddyfile").replace("{\n", "{\n" + options, 1)
        path = self._folder / "Caddyfile"
        path.write_text(text)
        return [found("caddy"), "run", "--adapter", "caddyfile", "--config", str(path)]


async def make_certificate(folder: Path) -> None:
    """Write a certificate for localhost that signs itself."""
    command = [
        *(found("openssl"), "req", "-x509", "-nodes", "-newkey", "ec"),
        *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        *("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")),
    ]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
    assert await process.wait() == 0


def found(program: str) -> str:
    """Return the path of a program; without it the test is skipped, or fails in CI."""
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return path or skip_for(f"{program} is not installed")


@asynccontextmanager
async def running_proxy(
    name: str, folder: Path, port: int, http: int, https: int
) -> AsyncIterator[Proxy]:
    """Run a proxy until the end."""
    found(name)
    proxy = Proxy(name, folder, port, http, https)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
