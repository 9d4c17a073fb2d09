"""The tables beside the journal's own: what is counted and looked up by. They are made from events and can be made again.

The journal's table itself is raw SQL in the first migration and never changes its shape; it has no model.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Tally(models.Model):
    """That a case counts, from a day on, as one of an officer, an agency, a template, a person asked about.

    `key` is a digest. Nobody is named in it.
    """

    of: models.CharField[str, str] = models.CharField(max_length=16)
    key: models.CharField[str, str] = models.CharField(max_length=64)
    day: models.IntegerField[int, int] = models.IntegerField()
    case: models.CharField[str, str] = models.CharField(max_length=40)

    class Meta:
        """By key and day is counted, and by case taken out of the count."""

        indexes: ClassVar = [
            models.Index(fields=["of", "key", "day"], name="tally_by_key"),
            models.Index(fields=["case"], name="tally_by_case"),
        ]

    def __str__(self) -> str:
        """Nothing of anybody's."""
        return f"{self.case} counts"


class Standing(models.Model):
    """Where a case stands: for lists of what is to be done. Decisions are taken on the events, never on this."""

    case: models.CharField[str, str] = models.CharField(max_length=40, primary_key=True)
    state: models.CharField[str, str] = models.CharField(max_length=24)
    received: models.BigIntegerField[int, int] = models.BigIntegerField()
    """The position of its receipt: the order in which requests wait."""
    hold: models.CharField[str, str] = models.CharField(max_length=16, default="")
    due: models.CharField[str, str] = models.CharField(max_length=10, default="")
    """The day on which something is due: a hold's end, the cure's, the answer's."""
    is_open: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    owes: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    """Whether the machine may owe it a step."""
    person: models.CharField[str, str] = models.CharField(max_length=80, default="")
    """Whose turn it is."""

    class Meta:
        """What is open is listed in the order of receipt."""

        indexes: ClassVar = [models.Index(fields=["is_open", "received"], name="standing_open")]

    def __str__(self) -> str:
        """Nothing of anybody's."""
        return f"{self.case}: {self.state}"


class Command(models.Model):
    """That a command was done: its id, and the digest of what it said. The same one again does nothing more."""

    command: models.CharField[str, str] = models.CharField(max_length=64, primary_key=True)
    said: models.CharField[str, str] = models.CharField(max_length=71)
    stream: models.CharField[str, str] = models.CharField(max_length=40)

    def __str__(self) -> str:
        """Nothing of anybody's."""
        return self.command
