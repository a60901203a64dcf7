"""Delivery of notices to Telegram, over real connections to a fake Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.errors import RecipientUnreachableError, RetryLaterError, UndeliverableError
from bot.domain.notice import NoticeKind
from bot.domain.order import OrderState
from bot.ports.notifier import Delivery
from handlers.notices.notifier import TelegramNotifier
from handlers.registry import notice_renderers
from handlers.transport.bot import build_bot
from handlers.ui.html import parts_of
from handlers.ui.i18n import load_languages
from tests.handlers.bot_api import START_ID, TOKEN, BotApi
from tests.handlers.builders import a_delivery, an_order, shop_rules

REFUSED = "Bad Request: can't parse entities"


@pytest.fixture
async def notifier(api: BotApi) -> AsyncIterator[TelegramNotifier]:
    bot = build_bot(TOKEN, api.root)
    yield TelegramNotifier(bot, notice_renderers(), load_languages(), shop_rules(), "@shop")
    await bot.shutdown()


def of_order(message_id: int | None = 55, **changes: Any) -> Delivery:
    """Return the notice that updates an order's message."""
    return a_delivery(NoticeKind.ORDER, order=an_order(message_id=message_id, **changes))


def of_outcome(voucher: str = "A<1>&2") -> Delivery:
    """Return the notice of a delivered order."""
    order = an_order(OrderState.SUCCEEDED, voucher=voucher, message_id=55)
    return a_delivery(NoticeKind.OUTCOME, order=order)


async def test_an_order_has_one_message_that_is_edited(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    assert await notifier.deliver(of_order()) == 55
    (edit,) = api.of("editMessageText")
    assert (edit.fields["chat_id"], edit.fields["message_id"]) == ("1001", "55")
    assert edit.fields["parse_mode"] == "HTML"
    assert api.of("sendMessage") == []


async def test_an_order_without_a_message_gets_one(api: BotApi, notifier: TelegramNotifier) -> None:
    assert await notifier.deliver(of_order(message_id=None)) == START_ID
    (sent,) = api.of("sendMessage")
    assert sent.fields["disable_notification"] == "true"


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
        "Bad Request: MESSAGE_ID_INVALID",
        REFUSED,
    ],
)
async def test_a_message_that_cannot_be_edited_is_sent_again(
    api: BotApi, notifier: TelegramNotifier, description: str
) -> None:
    api.refuse("editMessageText", 400, description)
    assert await notifier.deliver(of_order()) == START_ID


async def test_message_is_not_modified_counts_as_delivered(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    """The handler may have written the same text a moment before."""
    api.refuse("editMessageText", 400, "Bad Request: message is not modified: specified new ...")
    assert await notifier.deliver(of_order()) == 55
    assert api.of("sendMessage") == []


async def test_the_outcome_is_a_new_message_with_a_copy_button(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    """A new message makes a sound, an edited one does not."""
    assert await notifier.deliver(of_outcome()) == START_ID
    (sent,) = api.of("sendMessage")
    assert "<code>A&lt;1&gt;&amp;2</code>" in sent.text
    assert sent.buttons[0]["copy_text"] == {"text": "A<1>&2"}
    assert sent.fields.get("disable_notification", "false") == "false"


async def test_a_refused_text_is_sent_as_plain_text(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    api.refuse("sendMessage", 400, REFUSED)
    await notifier.deliver(of_outcome())
    html, text = api.of("sendMessage")
    assert html.fields["parse_mode"] == "HTML"
    assert "parse_mode" not in text.fields
    assert "A<1>&2" in text.text
    assert text.buttons


async def test_a_text_with_a_refused_button_is_sent_without_it(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    for _ in range(2):
        api.refuse("sendMessage", 400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
    await notifier.deliver(of_outcome())
    assert api.of("sendMessage")[-1].buttons == []


async def test_a_notice_refused_in_every_form_is_undeliverable(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    for _ in range(5):
        api.refuse("sendMessage", 400, REFUSED)
    with pytest.raises(UndeliverableError):
        await notifier.deliver(of_outcome())


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (400, "Bad Request: chat not found"),
    ],
)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_blocked_or_missing_chat_is_unreachable(
    api: BotApi, notifier: TelegramNotifier, method: str, code: int, description: str
) -> None:
    api.refuse(method, code, description)
    with pytest.raises(RecipientUnreachableError):
        await notifier.deliver(of_order() if method == "editMessageText" else of_outcome())


async def test_a_429_is_raised_with_its_retry_after(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    api.refuse("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    with pytest.raises(RetryLaterError) as caught:
        await notifier.deliver(of_outcome())
    assert caught.value.seconds == 7


@pytest.mark.parametrize(
    ("code", "description"),
    [(502, "Bad Gateway"), (500, "Internal Server Error"), (401, "Unauthorized")],
)
async def test_server_and_token_errors_are_retried_later(
    api: BotApi, notifier: TelegramNotifier, code: int, description: str
) -> None:
    api.refuse("sendMessage", code, description)
    with pytest.raises(RetryLaterError):
        await notifier.deliver(of_outcome())


async def test_a_refused_connection_is_retried_later() -> None:
    bot = build_bot(TOKEN, "http://127.0.0.1:9")
    notifier = TelegramNotifier(bot, notice_renderers(), load_languages(), shop_rules())
    with pytest.raises(RetryLaterError):
        await notifier.deliver(of_outcome())
    await bot.shutdown()


def test_a_long_text_is_split_between_lines_if_possible() -> None:
    assert parts_of("aaa\nbbb\nccc", 8) == ["aaa\nbbb", "ccc"]
    assert parts_of("x" * 10, 4) == ["xxxx", "xxxx", "xx"]
    assert parts_of("", 4) == []
