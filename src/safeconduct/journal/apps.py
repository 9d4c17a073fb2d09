"""The journal, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Journal(AppConfig):
    """The journal's own tables begin with its name."""

    name = "safeconduct.journal"
    label = "journal"
