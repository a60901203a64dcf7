"""One line of the doctor's report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The first word of a line of the report."""

    OK = "OK"
    WARNING = "WARNING"
    FAILURE = "FAILURE"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of the report: the subject, and its result with what to do about it."""

    severity: Severity
    subject: str
    text: str
