"""gunicorn: `gunicorn wsgi:app` finds this file by itself. Sizes and port come from the settings table.

The application is loaded once, and holds one throw-away conversation, before the fork, so that weights, calendars and fonts are shared
memory; a worker then takes its own database connections before it serves a customer. Access lines are written by the
application: its own hold route templates, gunicorn's would hold the tokens of links.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any


def _remove(folder: str, master: int) -> None:
    """The metrics of this run end with its master; a worker that ends leaves them alone."""
    if os.getpid() == master:
        shutil.rmtree(folder, ignore_errors=True)


if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="returnflow-metrics-")
    atexit.register(_remove, os.environ["PROMETHEUS_MULTIPROC_DIR"], os.getpid())

from returnflow.config import Settings  # noqa: E402  after the folder, which prometheus_client looks for when it is imported
from returnflow.errors import ConfigurationError  # noqa: E402

try:
    _settings = Settings.from_process()
except ConfigurationError as error:
    raise SystemExit(error.detail) from None

bind = f"127.0.0.1:{_settings.port}"
worker_class = "gthread"
workers = _settings.workers
threads = _settings.threads
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 65
limit_request_line = 4094
limit_request_fields = 50
accesslog = None
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  gunicorn's heartbeat file, made with mkstemp


def when_ready(server: Any) -> None:
    """Nobody's turn is the first: a whole return is rehearsed in memory, once for all workers."""
    from returnflow.web.warm import rehearse

    rehearse(server.app.wsgi().extensions["returnflow"])


def post_fork(server: Any, worker: Any) -> None:
    """A worker must not speak on its parent's connections."""
    _services(worker).database.dispose(forked=True)


def post_worker_init(worker: Any) -> None:
    """The pool is open before the first turn, and `/health` knows the answer when it is asked."""
    from returnflow.errors import Unavailable
    from returnflow.web.edge import EXTENSION
    from returnflow.web.warm import connect

    with suppress(Unavailable):  # the probes tell, and it may come back
        connect(_services(worker))
    edge = worker.wsgi.extensions[EXTENSION]
    edge.probes.start()
    edge.caretaker.start()


def child_exit(server: Any, worker: Any) -> None:
    """A process that ended no longer counts in gauges."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)


def _services(worker: Any) -> Any:
    return worker.app.wsgi().extensions["returnflow"]
