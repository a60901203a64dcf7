"""Delivery of notices to Telegram, over real connections to the sandbox's server."""

from __future__ import annotations

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
from tests.handlers.builders import a_delivery, an_order, shop_rules
from tests.services.shop import ANNI_CHAT
from tests.telegram_server import TOKEN, BotApiForTests

REFUSED = "Bad Request: can't parse entities"


def of_order(message_id: int | None = None) -> Delivery:
    """Return the notice that updates an order's message."""
    return a_delivery(NoticeKind.ORDER, order=an_order(message_id=message_id))


def of_outcome(voucher: str = "A<1>&2") -> Delivery:
    """Return the notice of a delivered order."""
    return a_delivery(NoticeKind.OUTCOME, order=an_order(OrderState.SUCCEEDED, voucher=voucher))


async def test_an_order_without_a_message_gets_one(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    message_id = await notifier.deliver(of_order())
    assert [one.message_id for one in telegram.messages(ANNI_CHAT)] == [message_id]
    (sent,) = telegram.calls_of("sendMessage")
    assert sent.params["disable_notification"] is True


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
    telegram: BotApiForTests, notifier: TelegramNotifier, description: str
) -> None:
    shown = await notifier.deliver(of_order())
    telegram.refuse("editMessageText", 400, description)
    again = await notifier.deliver(of_order(shown))
    assert [one.message_id for one in telegram.messages(ANNI_CHAT)] == [shown, again]


async def test_message_is_not_modified_counts_as_delivered(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    """The handler may have written the same text a moment before."""
    shown = await notifier.deliver(of_order())
    assert await notifier.deliver(of_order(shown)) == shown
    (tried,) = telegram.calls_of("editMessageText")
    assert "message is not modified" in tried.description
    assert len(telegram.messages(ANNI_CHAT)) == 1


async def test_the_outcome_is_a_new_message_with_a_copy_button(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    """A new message makes a sound, an edited one does not."""
    message_id = await notifier.deliver(of_outcome())
    (message,) = telegram.messages(ANNI_CHAT)
    assert message.message_id == message_id
    assert "<code>A&lt;1&gt;&amp;2</code>" in message.html
    assert message.buttons[0][0]["copy_text"] == {"text": "A<1>&2"}
    (sent,) = telegram.calls_of("sendMessage")
    assert sent.params.get("disable_notification", False) is False


async def test_a_refused_text_is_sent_as_plain_text(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    telegram.refuse("sendMessage", 400, REFUSED)
    await notifier.deliver(of_outcome())
    html, text = telegram.calls_of("sendMessage")
    assert html.params["parse_mode"] == "HTML"
    assert "parse_mode" not in text.params
    (message,) = telegram.messages(ANNI_CHAT)
    assert "A<1>&2" in message.text
    assert message.buttons


async def test_a_text_with_a_refused_button_is_sent_without_it(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    telegram.refuse("sendMessage", 400, "Bad Request: BUTTON_COPY_TEXT_INVALID", 2)
    await notifier.deliver(of_outcome())
    assert telegram.messages(ANNI_CHAT)[-1].buttons == []


async def test_a_notice_refused_in_every_form_is_undeliverable(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    telegram.refuse("sendMessage", 400, REFUSED, 5)
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
    telegram: BotApiForTests, notifier: TelegramNotifier, method: str, code: int, description: str
) -> None:
    shown = await notifier.deliver(of_order())
    telegram.refuse(method, code, description)
    with pytest.raises(RecipientUnreachableError):
        await notifier.deliver(of_order(shown if method == "editMessageText" else None))


async def test_a_429_is_raised_with_its_retry_after(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    telegram.fail_next("sendMessage", "429", retry_after=7)
    with pytest.raises(RetryLaterError) as caught:
        await notifier.deliver(of_outcome())
    assert caught.value.seconds == 7


@pytest.mark.parametrize(
    ("code", "description"),
    [(502, "Bad Gateway"), (500, "Internal Server Error"), (401, "Unauthorized")],
)
async def test_server_and_token_errors_are_retried_later(
    telegram: BotApiForTests, notifier: TelegramNotifier, code: int, description: str
) -> None:
    telegram.refuse("sendMessage", code, description)
    with pytest.raises(RetryLaterError):
        await notifier.deliver(of_outcome())


async def test_a_lost_answer_is_retried_later(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    """The message may have been sent: a duplicate is better than a loss."""
    telegram.fail_next("sendMessage", "lost")
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
