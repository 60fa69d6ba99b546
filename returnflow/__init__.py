"""ReturnFlow: a voice return assistant. This package imports nothing; start at `returnflow.factory`."""

__version__ = "1.0.0"
