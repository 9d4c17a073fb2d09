"""What goes wrong with a log, by who must act.

The administrator mends what ends the writer, and nothing that was acknowledged is lost by it. Of a log that lacks something
its reader is told that it does not verify.
"""

from __future__ import annotations


class DiskFailed(Exception):
    """The disk did not take what was written."""


class Stopped(Exception):
    """The log here is not what the witnesses have seen."""


class Lacking(Exception):
    """A log has not what a tree of its size has. It does not verify; the words name the file."""
