"""Remotes that are served as real ones are: by sshd with keys, and by git's own HTTP backend behind a password."""

import os
import pwd
import shutil
import socket
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.waiting import until
from tests.workspaces.repositories import git

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
NAME, PASSWORD = "ada", "s3cret"
_HELPER = '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n"; }; f'


def bare(folder: Path, source: Path | None = None) -> Path:
    """A repository that only others push to."""
    if source is None:
        folder.mkdir(parents=True)
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main")
    else:
        git(source, "clone", "--quiet", "--bare", str(source), str(folder))
    return folder


def helper(password: str = PASSWORD) -> str:
    """A credential helper that knows that password."""
    return _HELPER % (NAME, password)


@contextmanager
def http_served(folder: Path) -> Iterator[str]:
    """All repositories in a folder; the address of it."""

    class Backend(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") != f"Basic {b64encode(f'{NAME}:{PASSWORD}'.encode()).decode()}":
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path, _, query = self.path.partition("?")
            env = {
                "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(folder), "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command, "REMOTE_USER": NAME,
                "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }  # fmt: skip
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = subprocess.run(["git", "http-backend"], env=env, input=body, capture_output=True, check=False).stdout
            head, _, content = said.partition(b"\r\n\r\n")
            lines = [line.decode().partition(": ")[::2] for line in head.split(b"\r\n")]
            self.send_response(int(dict(lines).get("Status", "200").split()[0]))
            for name, value in lines:
                if name != "Status":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - as above

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def ssh_served(folder: Path) -> Iterator[tuple[str, str]]:
    """All of this machine's files, to who has the key; the address, and the ssh command that has it."""
    assert SSHD
    folder.mkdir(parents=True)
    for name in ("host", "own"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "own.pub", folder / "authorized")
    port = _free_port()
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        "PermitRootLogin prohibit-password\n"
    )
    host = (folder / "host.pub").read_text().split(" ", 2)
    (folder / "known").write_text(f"[127.0.0.1]:{port} {host[0]} {host[1]}\n")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # it wants that of a superuser
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log)
    try:
        until(lambda: b"listening" in (folder / "log").read_bytes() or server.poll() is not None, "sshd")
        words = (
            f"ssh -F none -i {folder}/own -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile={folder}/known"
        )
        yield f"ssh://{pwd.getpwuid(os.getuid()).pw_name}@127.0.0.1:{port}", words
    finally:
        server.terminate()
        server.wait()


@contextmanager
def hanging() -> Iterator[str]:
    """The address of one that takes whoever comes, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        yield f"git://127.0.0.1:{deaf.getsockname()[1]}/shop.git"


def closed() -> str:
    """The address of one where nobody is."""
    return f"git://127.0.0.1:{_free_port()}/shop.git"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
