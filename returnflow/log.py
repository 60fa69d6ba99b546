"""Logs as JSON lines on stderr: one line is one event with fields, redacted where it leaves, whoever wrote it.

An exception is logged as its type and its frames, never with its values: messages of drivers and libraries quote what they
were given. Bind ids with `bind`; every line of the same request then carries them.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from returnflow.errors import ConfigurationError
from returnflow.privacy import redact_mapping

_FRAMES = 12
_reporters: list[Callable[[BaseException], object]] = []
"""Where exceptions go beside the log: filled by `start_sentry`."""
_QUERY = re.compile(r"\?[\w.~%+-]+=\S*")


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's records to `stream` (stderr) as redacted JSON lines."""
    shared: list[structlog.typing.Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        _process,
        _describe_exception,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _foreign],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redact, _render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("werkzeug").addFilter(_not_an_access_line)
    for name in ("gunicorn.error", "gunicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    for name in ("alembic", "fontTools"):
        logging.getLogger(name).setLevel(logging.WARNING)


def get(name: str) -> FilteringBoundLogger:
    """A logger. The event is a fixed sentence or word; values go into fields: `log.info("case claimed", reference=...)`."""
    logger: FilteringBoundLogger = structlog.get_logger(name)
    return logger


def bind(**ids: str) -> None:
    """Put these ids on every further line of this request or command."""
    bind_contextvars(**ids)


def unbind() -> None:
    """Forget every bound id."""
    clear_contextvars()


def start_sentry(dsn: str, release: str, environment: str) -> None:
    """Report every logged exception to Sentry: types and frames only. Raises ConfigurationError when the package is not installed."""
    try:
        import sentry_sdk
    except ImportError:
        raise ConfigurationError(["SENTRY_DSN: is set, but the package is missing. Run: pip install sentry-sdk"]) from None
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        environment=environment,
        default_integrations=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        before_send=strip_report,
    )
    _reporters[:] = [sentry_sdk.capture_exception]


def strip_report(event: Any, _hint: Any = None) -> Any:
    """Leave only what cannot hold a value: exception types, frames, ids."""
    values = event.get("exception", {}).get("values", [])
    kept = {key: event[key] for key in ("event_id", "timestamp", "level", "platform", "release", "environment") if key in event}
    return {**kept, "exception": {"values": [{**value, "value": ""} for value in values]}}


def _process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Which of several workers wrote it."""
    event["pid"] = os.getpid()
    return event


def _describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by types and frames, from the error to its causes, and report it where that was asked for."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = _chain(error)
        for report in _reporters:
            report(error)
    return event


def _chain(error: BaseException | None) -> list[dict[str, Any]]:
    chain: list[dict[str, Any]] = []
    while error is not None and len(chain) < 4:
        chain.append({"type": f"{type(error).__module__}.{type(error).__qualname__}", "frames": _frames(error.__traceback__)})
        error = error.__cause__ or error.__context__
    return chain


def _frames(trace: TracebackType | None) -> list[str]:
    """The last frames, innermost last: file, line and function."""
    frames: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return frames[-_FRAMES:]


def _foreign(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What a library says: its raw arguments would be rendered a second time, and an address may end in the token of a link."""
    event.pop("positional_args", None)
    event["event"] = _QUERY.sub("?…", str(event["event"]))
    return event


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The sink: nothing leaves without passing here. Our own frames and ids stay readable."""
    exception = event.pop("exception", None)
    clean: EventDict = redact_mapping(event)
    if exception is not None:
        clean["exception"] = exception
    return clean


def _render(_logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, default=_type_name)


def _type_name(value: object) -> str:
    return type(value).__name__


def _not_an_access_line(record: logging.LogRecord) -> bool:
    """The development server's access lines hold raw paths, and with them the tokens of links; ours hold route templates."""
    return not (record.levelno <= logging.INFO and record.args)
