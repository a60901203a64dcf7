"""A request to be told when a product is back: for how long it is good."""

from datetime import UTC, datetime, timedelta

from bot.domain.catalogue import ProductId
from bot.domain.order import CustomerId
from bot.domain.restock import asked

NOW = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)


def test_a_request_is_good_for_a_week() -> None:
    """As the screen says where it is made."""
    request = asked(CustomerId(1), ProductId(2), NOW)
    assert (request.asked_at, request.told_at) == (NOW, None)
    assert request.expires_at - request.asked_at == timedelta(days=7)
