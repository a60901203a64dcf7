"""Payment proofs: pictures of transfers reach the admins with their top-up, and none is lost."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.notice import NoticeKind
from bot.domain.topup import PAYMENT_GRACE, PaymentProof, TopUp
from bot.services.money.topups.proof import MAX_PROOFS_A_DAY, RECENT_REQUEST
from tests.services.money.topups.steps import HOUR, approve, request_topup, send_picture
from tests.services.shop import ADMIN_CHAT, ANNI, SECOND_ADMIN_CHAT, Shop

PICTURE = PaymentProof("file-1")


async def request_and_deliver(shop: Shop, key: str = "a") -> TopUp:
    topup = await request_topup(shop, key)
    await shop.delivered_kinds()
    return topup


async def send_proof(
    shop: Shop, key: str = "update:7", proof: PaymentProof = PICTURE, *, is_unasked: bool = True
) -> int | None:
    """Send a picture.

    Returns the id of its top-up, 0 when it has none, None when it is no payment proof.
    """
    found = await shop.topups.submit_proof(ANNI, proof, key, is_unasked=is_unasked)
    if found is None:
        return None
    return 0 if found.topup is None else found.topup.topup_id


async def test_a_proof_is_sent_to_every_admin_once_per_update(shop: Shop) -> None:
    topup = await request_and_deliver(shop)
    shop.clock.at += 3 * HOUR
    assert await send_proof(shop) == topup.topup_id
    assert await send_proof(shop) == topup.topup_id
    delivered = await shop.deliveries()
    assert [(one.notice.chat_id, one.notice.kind) for one in delivered] == [
        (ADMIN_CHAT, NoticeKind.TOPUP_PROOF),
        (SECOND_ADMIN_CHAT, NoticeKind.TOPUP_PROOF),
    ]
    assert {one.notice.data["photo"] for one in delivered} == {"file-1"}
    assert delivered[0].topup == await shop.topups.get(ANNI, topup.topup_id)
    assert delivered[0].topup.proof == "file-1"
    assert delivered[0].customer == await shop.person(ANNI)


async def test_a_proof_sent_as_a_file_is_forwarded_as_a_file(shop: Shop) -> None:
    """Telegram does not send a document as a photo."""
    await request_and_deliver(shop)
    await send_proof(shop, proof=PaymentProof("pdf", is_file=True))
    (delivered, _) = await shop.deliveries()
    assert delivered.notice.data == {"document": "pdf"}


async def test_a_picture_without_a_top_up_is_sent_as_a_stray_proof(shop: Shop) -> None:
    """The customer may have paid without a request, or twice."""
    assert not await shop.topups.accepts_proof(ANNI)
    assert await send_proof(shop) == 0
    (delivered,) = await shop.deliveries(ADMIN_CHAT)
    assert delivered.notice.kind is NoticeKind.STRAY_PROOF
    assert delivered.customer == await shop.person(ANNI)


async def test_a_picture_for_another_question_is_a_proof_only_after_a_top_up(shop: Shop) -> None:
    assert await send_proof(shop, is_unasked=False) is None
    assert await shop.delivered_kinds() == []
    topup = await request_and_deliver(shop)
    assert await shop.topups.accepts_proof(ANNI)
    assert await send_proof(shop, is_unasked=False) == topup.topup_id
    await approve(shop, topup)
    assert await send_proof(shop, "update:8", is_unasked=False) == 0
    shop.clock.at += RECENT_REQUEST
    assert await send_proof(shop, "update:9", is_unasked=False) is None


async def test_without_payment_details_a_picture_needs_a_top_up(plain_shop: Shop) -> None:
    assert await send_proof(plain_shop) is None
    topup = await request_and_deliver(plain_shop)
    assert await send_proof(plain_shop) == topup.topup_id


async def test_a_proof_belongs_to_the_open_top_up_without_proof_first(shop: Shop) -> None:
    """Then to the newest; then to a cancelled or expired one, while its grace lasts."""
    gone, first = [await request_and_deliver(shop, key) for key in "ab"]
    assert await send_proof(shop, "update:1", PaymentProof("f1")) == first.topup_id
    second = await request_and_deliver(shop, "c")
    for number in (2, 3):
        proof = PaymentProof(f"f{number}")
        assert await send_proof(shop, f"update:{number}", proof) == second.topup_id
    shop.clock.at += HOUR
    assert await send_proof(shop, "update:4") == gone.topup_id
    shop.clock.at += PAYMENT_GRACE
    assert await send_proof(shop, "update:5") == 0


async def test_a_redelivered_picture_belongs_to_the_same_top_up(shop: Shop) -> None:
    first, second = [await request_and_deliver(shop, key) for key in "ab"]
    assert [await send_proof(shop) for _ in range(2)] == [second.topup_id] * 2
    assert (await shop.topups.get(ANNI, first.topup_id)).proof == ""
    assert len(await shop.deliveries(ADMIN_CHAT)) == 1


async def test_admins_see_ten_proofs_a_day_of_a_customer_and_the_newest_is_kept(shop: Shop) -> None:
    await request_and_deliver(shop)
    shown = []
    for number in range(MAX_PROOFS_A_DAY + 3):
        found = await shop.topups.submit_proof(ANNI, PaymentProof(f"f{number}"), f"update:{number}")
        assert found is not None
        shown.append(found.is_shown)
    assert shown == [True] * MAX_PROOFS_A_DAY + [False] * 3
    assert len(await shop.deliveries(ADMIN_CHAT)) == MAX_PROOFS_A_DAY
    (topup,) = await shop.topups.open_of(ANNI)
    assert topup.proof == f"f{MAX_PROOFS_A_DAY + 2}"
    shop.clock.at += timedelta(days=1)
    assert await shop.topups.submit_proof(ANNI, PICTURE, "update:99") is not None
    assert len(await shop.deliveries(ADMIN_CHAT)) == 1


async def test_a_payment_proof_is_shown_with_the_customers_other_top_ups(shop: Shop) -> None:
    older, _ = [await request_and_deliver(shop, key) for key in "ab"]
    await send_picture(shop)
    (shown,) = await shop.deliveries(ADMIN_CHAT)
    assert [one.topup_id for one in shown.others] == [older.topup_id]
