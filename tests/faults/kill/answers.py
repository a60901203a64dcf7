"""What the supplier does with the one order call of a round, and how the sandbox is set up."""

from __future__ import annotations

from enum import StrEnum

from bot.sandbox.supplier.faults import REFUSALS
from bot.sandbox.supplier.server import Fault, PanelCall
from tests.sandbox.shop_environment import ShopEnvironment

NUMBER = "081212345678"
THROTTLE = REFUSALS["throttle"]


class Answer(StrEnum):
    """What the supplier does with the order call."""

    GOOD = "good"
    SLOW = "good, but slow"
    LOST_AFTER = "bought, answer lost"
    LOST_BEFORE = "not bought, answer lost"
    ERROR_AFTER = "bought, error 500"
    SOMETHING_WRONG = "bought, unknown refusal"
    REFUSED = "refused"

    ERROR_BEFORE = "not bought, error 500"
    HTML = "bought, a page of HTML"
    TRUNCATED = "bought, half an answer"
    EMPTY = "bought, an empty answer"
    REDIRECT = "bought, a redirect"
    FOREIGN_ECHO = "bought, a foreign number named"
    DUPLICATE_REF = "bought, another's reference named"
    THROTTLED = "throttled, then good"
    NOT_CONNECTED = "not connected, then good"
    ROW_LATE = "bought, answer lost, row late"
    ROW_VANISHES = "answer lost, row taken back"
    BLIND = "bought, answer lost, list away"
    PARTIAL = "partly done"
    PROMISED_AFTER = "bought, words of later processing"
    PROMISED_BEFORE = "not bought, words of later processing"
    REFUSED_503 = "bought, a refusal in a 503"
    DEAR = "bought, for more than its price"


BASIC = tuple(Answer)[: list(Answer).index(Answer.ERROR_BEFORE)]
"""The answers that are combined with every point."""
_FAULTS = {
    Answer.SLOW: Fault.SLOW,
    Answer.LOST_AFTER: Fault.LOST_AFTER,
    Answer.LOST_BEFORE: Fault.LOST_BEFORE,
    Answer.ERROR_AFTER: Fault.ERROR_AFTER,
    Answer.SOMETHING_WRONG: Fault.SOMETHING_WRONG,
    Answer.ERROR_BEFORE: Fault.ERROR_BEFORE,
    Answer.HTML: Fault.HTML,
    Answer.TRUNCATED: Fault.TRUNCATED,
    Answer.EMPTY: Fault.EMPTY,
    Answer.REDIRECT: Fault.REDIRECT,
    Answer.FOREIGN_ECHO: Fault.FOREIGN_ECHO,
    Answer.ROW_LATE: Fault.LOST_AFTER,
    Answer.BLIND: Fault.LOST_AFTER,
    Answer.PROMISED_AFTER: Fault.PROMISED_AFTER,
    Answer.PROMISED_BEFORE: Fault.PROMISED_BEFORE,
    Answer.REFUSED_503: Fault.REFUSED_503_AFTER,
}
_NUMBERS = {
    Answer.REFUSED: "081212340035",
    Answer.ROW_VANISHES: "081212340023",
    Answer.PARTIAL: "081212340004",
    Answer.DEAR: "081212340007",
}
FAILED_READS = 7
"""Enough for one look with its retries, even if another task reads meanwhile."""
_FOREVER_SECONDS = 1e12


def number_for(answer: Answer) -> str:
    """Return the destination for which the sandbox supplier gives this answer."""
    return _NUMBERS.get(answer, NUMBER)


def prepare(environment: ShopEnvironment, answer: Answer) -> None:
    """Set the sandbox supplier to answer the next order call in this way."""
    fault_settings = environment.supplier.fault_settings
    # Slow enough to kill the process while it waits for the answer.
    fault_settings.slow_seconds = 0.8
    if answer in _FAULTS:
        environment.supplier.fail_next_order(_FAULTS[answer])
    if answer is Answer.ROW_LATE:
        fault_settings.hidden_seconds = 1.0
    elif answer is Answer.THROTTLED:
        fault_settings.order_gap_seconds = _FOREVER_SECONDS
        environment.supplier.on_call = lambda call: _throttle_once(environment, call)


def _throttle_once(environment: ShopEnvironment, call: PanelCall) -> None:
    if call.kind == "order":
        environment.supplier.fault_settings.order_gap_seconds = 0.0


def fail_reads(environment: ShopEnvironment) -> None:
    """Make the next status calls fail."""
    environment.supplier.fault_settings.next_reads.extend([Fault.ERROR_BEFORE] * FAILED_READS)


def order_calls_taken(environment: ShopEnvironment, destination: str) -> int:
    """Return how many order calls for a destination the panel has not throttled.

    The log has an extra line for a call with a fault, so the calls themselves are counted.
    """
    others = [
        call
        for call in environment.supplier.calls
        if call.kind == "order"
        and (call.answer == THROTTLE or call.fields["data_no"] != destination)
    ]
    return environment.supplier.order_calls - len(others)
