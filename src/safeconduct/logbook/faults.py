"""What ends the log's writer. Both are the administrator's to mend; nothing that was acknowledged is lost by either."""

from __future__ import annotations


class DiskFailed(Exception):
    """The disk did not take what was written."""


class Stopped(Exception):
    """The log here is not what the witnesses have seen."""
