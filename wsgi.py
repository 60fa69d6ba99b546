"""Where gunicorn and the `flask` command find the application."""

from app import app

__all__ = ["app"]
