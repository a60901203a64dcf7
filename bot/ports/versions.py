"""The repository of versions, by which what is kept in memory is compared with the database."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Subject(StrEnum):
    """What has a version: whoever changes it raises the version in the same transaction."""

    CATALOGUE = "catalogue"
    """The products on sale, with their costs and states."""
    POLICY = "policy"
    """What the owner decides in chat: settings, levels, prices, what is sold."""


class Versions(Protocol):
    """The versions of what processes keep in memory."""

    def of(self, subject: Subject) -> int:
        """Return the version of a subject; 0 if it was never changed.

        What was read in a transaction with the same version is the same now.
        """
        ...

    def schema(self) -> int:
        """Return the version of the schema: the number of its last migration."""
        ...

    def raise_(self, subject: Subject) -> int:
        """Count a change of a subject, and return its new version."""
        ...
