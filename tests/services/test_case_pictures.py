"""Pictures that arrive while a case is open: payment proof, or part of the case."""

from __future__ import annotations

import pytest

from bot.domain.errors import MessageError, NotFoundError, TokenError, TokenFault
from bot.domain.notice import NoticeKind
from bot.domain.thread import MAX_CAPTION_UNITS, About, FileKind, ThreadId, Topic
from bot.domain.topup import PaymentProof
from bot.services.case_pictures import CASES_OFFERED
from bot.services.thread_messages import MAX_AN_HOUR
from tests.services.money.topups.steps import request_topup
from tests.services.shop import ADMIN_CHAT, ANNI, BUDI, SECOND_ADMIN_CHAT, Shop
from tests.services.test_threads import HELLO, thread_about

PICTURE = PaymentProof("picture-1")


async def with_case(shop: Shop, caption: str = "kosong") -> tuple[str, ThreadId]:
    """Open a case about an order, and keep a picture; return its token and the thread's id."""
    order = await shop.queue()
    await shop.help_requests.ask_about_order(ANNI, order.order_id, "update:1")
    question = await shop.case_pictures.ask(ANNI, PICTURE, caption)
    assert question is not None
    (case,) = question.cases
    assert case.order == order
    return question.token, case.thread.thread_id


async def test_nothing_is_asked_without_an_open_case(shop: Shop) -> None:
    assert await shop.case_pictures.ask(ANNI, PICTURE, "") is None
    await shop.help_requests.ask_for_message(ANNI, "update:1")
    assert await shop.case_pictures.ask(ANNI, PICTURE, "") is not None
    assert await shop.case_pictures.ask(BUDI, PICTURE, "") is None


async def test_the_newest_cases_are_offered(shop: Shop) -> None:
    for number in range(CASES_OFFERED + 1):
        order = await shop.queue(number=f"0812111111{number:02}")
        await shop.help_requests.ask_about_order(ANNI, order.order_id, f"update:{number}")
        shop.clock.advance(20)
    question = await shop.case_pictures.ask(ANNI, PICTURE, "")
    assert question is not None
    assert [one.order and one.order.order_id for one in question.cases] == [4, 3, 2]


async def test_a_picture_of_a_case_goes_into_its_thread_once(shop: Shop) -> None:
    token, thread_id = await with_case(shop)
    case = await shop.case_pictures.is_of_case(ANNI, token, thread_id)
    assert case.thread.thread_id == thread_id
    delivered = await shop.deliveries(kind=NoticeKind.CUSTOMER_MESSAGE)
    assert [one.notice.chat_id for one in delivered] == [ADMIN_CHAT, SECOND_ADMIN_CHAT]
    message = delivered[0].message
    assert message is not None
    assert (message.body, message.file_kind, message.file_id) == (
        "kosong",
        FileKind.PHOTO,
        "picture-1",
    )
    for act in (
        shop.case_pictures.is_of_case(ANNI, token, thread_id),
        shop.case_pictures.is_proof(ANNI, token),
    ):
        with pytest.raises(TokenError) as caught:
            await act
        assert caught.value.fault is TokenFault.USED


async def test_a_picture_may_be_a_payment_proof(shop: Shop) -> None:
    token, thread_id = await with_case(shop)
    assert await shop.case_pictures.is_proof(ANNI, token) is None
    topup = await request_topup(shop)
    proved = await shop.case_pictures.is_proof(ANNI, token)
    assert proved is not None
    assert proved.topup is not None
    assert proved.topup.topup_id == topup.topup_id
    with pytest.raises(TokenError):
        await shop.case_pictures.is_of_case(ANNI, token, thread_id)


async def test_a_file_stays_a_file(shop: Shop) -> None:
    await shop.help_requests.ask_for_message(ANNI, "update:1")
    question = await shop.case_pictures.ask(ANNI, PaymentProof("f", is_file=True), "😀" * 1_000)
    assert question is not None
    thread = await thread_about(shop)
    await shop.case_pictures.is_of_case(ANNI, question.token, thread.thread_id)
    (message,) = await shop.store.read(lambda tx: tx.threads.latest_messages(thread.thread_id, 9))
    assert message.file_kind is FileKind.DOCUMENT
    assert len(message.body) == MAX_CAPTION_UNITS // 2


async def test_only_the_sender_says_what_a_picture_shows(shop: Shop) -> None:
    token, thread_id = await with_case(shop)
    for act in (
        shop.case_pictures.is_proof(BUDI, token),
        shop.case_pictures.is_of_case(BUDI, token, thread_id),
    ):
        with pytest.raises(TokenError) as caught:
            await act
        assert caught.value.fault is TokenFault.UNKNOWN
    await shop.help_requests.ask_for_message(BUDI, "update:2")
    budis = await thread_about(shop, Topic(BUDI, About.SHOP))
    with pytest.raises(NotFoundError):
        await shop.case_pictures.is_of_case(ANNI, token, budis.thread_id)


async def test_a_picture_above_the_limit_can_be_sent_later(shop: Shop) -> None:
    token, thread_id = await with_case(shop)
    for number in range(MAX_AN_HOUR):
        await shop.threads.answer_in(ANNI, thread_id, HELLO, f"update:a{number}")
    with pytest.raises(MessageError):
        await shop.case_pictures.is_of_case(ANNI, token, thread_id)
    shop.clock.advance(30 * 3_600)
    await shop.case_pictures.is_of_case(ANNI, token, thread_id)
