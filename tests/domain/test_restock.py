"""How long a restock request is valid."""

from datetime import UTC, datetime, timedelta

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId
from bot.domain.restock import new_request

NOW = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)


def test_a_request_is_valid_for_a_week() -> None:
    request = new_request(CustomerId(1), ProductId(2), NOW)
    assert (request.asked_at, request.notified_at) == (NOW, None)
    assert request.expires_at - request.asked_at == timedelta(days=7)
