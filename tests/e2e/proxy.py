"""The files of `deploy/nginx` before two web servers: a real nginx on a free port of loopback."""

from __future__ import annotations

import base64
import http.client
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cls_pipeline.settings import PROJECT_ROOT
from tests.e2e.house import free_port, waited

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin")
NAME = "cls.example.org"
# How `cls ui` serves the engineers' pages to the proxy.
BEHIND = ("--pages", "--path-prefix", "/engineers")
MAIN = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/cls.conf;
}}
"""
# For each way of signing in, the headers by which somebody is known.
BASIC = {
    "reader": {"Authorization": "Basic " + base64.b64encode(b"rosa:open sesame").decode()},
    "engineer": {"Authorization": "Basic " + base64.b64encode(b"ed:let me run").decode()},
}
SESSION = {"reader": {"Cookie": "group=cls-readers"}, "engineer": {"Cookie": "group=cls-engineers"}}


@dataclass(frozen=True)
class Proxy:
    """A running nginx; `people` are the headers of somebody in each role."""

    port: int
    people: dict[str, dict[str, str]]

    def asked(
        self, path: str, role: str = "", method: str = "GET", body: str = "", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and body of an answer; headers are given with `_` for `-`."""
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30)
        known = {"Host": NAME, **self.people.get(role, {})}
        known |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body or None, known)
            answer = connection.getresponse()
            # A websocket that was opened has no end to read to.
            text = "" if answer.status == 101 else answer.read().decode()
            return answer.status, answer.headers, text
        finally:
            connection.close()


@contextmanager
def served(folder: Path, sign_in: str, readers: str, engineers: str) -> Iterator[Proxy]:
    """nginx with the project's files, in which only places and ports are changed."""
    port = free_port()
    (folder / "tls").mkdir(parents=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-keyout", folder / "tls" / "privkey.pem", "-out", folder / "tls" / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    with stand_in() as auth_port:
        changes = {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "127.0.0.1:3001": urlsplit(readers).netloc,
            "127.0.0.1:3000": urlsplit(engineers).netloc,
            "127.0.0.1:4180": f"127.0.0.1:{auth_port}",
            "/etc/cls/": f"{folder}/",
        }
        sources = PROJECT_ROOT / "deploy" / "nginx"
        copied(sources / "cls.conf", folder / "cls.conf", changes)
        for file in (sources / sign_in).iterdir():
            copied(file, folder / "nginx" / "sign-in" / file.name, changes)
        (folder / "nginx" / "readers.htpasswd").write_text("rosa:{PLAIN}open sesame\ned:{PLAIN}let me run\n")
        (folder / "nginx" / "engineers.htpasswd").write_text("ed:{PLAIN}let me run\n")
        user = "user root;" if folder.owner() == "root" else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
        process = subprocess.Popen([str(NGINX), "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
        proxy = Proxy(port, BASIC if sign_in == "basic" else SESSION)
        try:
            waited(lambda: answers(proxy), f"an answer of nginx; its log is {folder / 'error.log'}", 20)
            yield proxy
        finally:
            process.terminate()
            process.wait(20)


def copied(source: Path, target: Path, changes: dict[str, str]) -> None:
    text = source.read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def answers(proxy: Proxy) -> bool:
    try:
        return proxy.asked("/")[0] > 0
    except OSError:
        return False


class StandIn(BaseHTTPRequestHandler):
    """Stands in for oauth2-proxy, of which nginx asks one thing: is somebody signed in, and in one of these groups?"""

    def do_GET(self) -> None:
        if self.path == "/oauth2/sign_in":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"Sign in")
            return
        allowed = parse_qs(urlsplit(self.path).query).get("allowed_groups", [""])[0].split(",")
        group = self.headers.get("Cookie", "").removeprefix("group=")
        self.send_response(401 if not group else 202 if group in allowed else 403)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def stand_in() -> Iterator[int]:
    """The port of a stand-in for oauth2-proxy."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
