"""Elasticsearch itself, one node, with the few modules that its artifact holds."""

import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.engines.artifacts import fetch
from tests.engines.probes import elasticsearch_answers
from tests.engines.process import HOST, EngineError, Launch, Server, free_ports

UNPRIVILEGED = "nobody"

SETTINGS: Mapping[str, Any] = {
    "discovery.type": "single-node",
    "xpack.security.enabled": False,
    # A full disk of the machine that tests is no reason to refuse documents.
    "cluster.routing.allocation.disk.threshold_enabled": False,
    # One session's tests make more indices than one user does.
    "cluster.max_shards_per_node": 5000,
}


class ElasticsearchServer(Server):
    """
    One Elasticsearch node; `settings` are added to, or replace, those above.

    Elasticsearch refuses to run as root. Where the tests do, it runs as `nobody`, who
    must be able to reach `data_dir` (the fixture `engine_dir` sees to that).
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        heap: str = "512m",
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        http, transport = free_ports(2)
        super().__init__(data_dir, (port or http, transport))
        self.heap = heap
        self.settings = settings or {}

    @property
    def url(self) -> str:
        """Return where clients connect."""
        return f"http://{HOST}:{self.ports[0]}"

    def answers(self) -> bool:
        return elasticsearch_answers(self.ports[0])

    def launch(self) -> Launch:
        artifacts = fetch()
        config, temporary = self.data_dir / "config", self.data_dir / "tmp"
        temporary.mkdir(exist_ok=True)
        if not config.exists():
            shutil.copytree(artifacts.elasticsearch_home / "config", config)
        self._write_settings(config / "elasticsearch.yml")
        home = self._home(artifacts.elasticsearch_home)
        self._give_away()
        environment = {
            "ES_JAVA_HOME": str(artifacts.java_home),
            "ES_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap}",
            "ES_PATH_CONF": str(config),
            "ES_TMPDIR": str(temporary),
        }
        return Launch(
            [str(home / "bin" / "elasticsearch")],
            env={**os.environ, **environment},
            account=_account(),
        )

    def _write_settings(self, path: Path) -> None:
        http, transport = self.ports
        here = {
            "network.host": HOST,
            "http.port": http,
            "transport.port": transport,
            "path.data": str(self.data_dir / "data"),
            "path.logs": str(self.data_dir / "logs"),
        }
        # JSON is YAML.
        path.write_text(json.dumps({**SETTINGS, **here, **self.settings}, indent=2))

    def _give_away(self) -> None:
        account = _account()
        if not account:
            return
        for path in (self.data_dir, *self.data_dir.rglob("*")):
            os.chown(path, account["user"], account["group"])
        if not _may_run(["test", "-w", str(self.data_dir)]):
            raise EngineError(
                f"Elasticsearch runs as {UNPRIVILEGED}, who cannot reach "
                f"{self.data_dir}: choose a folder whose parents everybody may enter."
            )

    def _home(self, home: Path) -> Path:
        if not _account() or _may_run(["test", "-x", str(home / "bin/elasticsearch")]):
            return home
        # The cache lies where only root may look.
        copy = self.data_dir / "home"
        if not copy.exists():
            shutil.copytree(home, copy)
        return copy


@cache
def _account() -> Mapping[str, Any]:
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(UNPRIVILEGED)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


def _may_run(command: list[str]) -> bool:
    done = subprocess.run(command, cwd="/", check=False, **_account())
    return done.returncode == 0
