"""Pictures of transfers: they reach the admins with what they are for, and none is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.customer import TopUp
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import GRACE, Proof
from bot.services.money.topups.proof import PICTURES_A_DAY, RECENT
from tests.services.shop import ADMIN, ANNI, SECOND_ADMIN, Shop, shop_rules

HOUR = timedelta(hours=1)
PICTURE = Proof("file-1")


@pytest.fixture
async def till(shop: Shop) -> Shop:
    """Return the shop with a way to pay money in, for an hour a deposit."""
    shop.rules = shop_rules(topup_expires=HOUR)
    shop.build()
    return shop


async def ask(till: Shop, key: str, who: CustomerId = ANNI) -> TopUp:
    topup = await till.wallets.request_topup(who, Rupiah(50_000), key)
    await till.told()
    return topup


async def proved(
    till: Shop, key: str = "update:7", proof: Proof = PICTURE, *, is_unasked: bool = True
) -> int | None:
    """Send a picture; return which deposit it was for, 0 for a case, None where it is nothing."""
    found = await till.topups.prove(ANNI, proof, key, is_unasked=is_unasked)
    if found is None:
        return None
    return 0 if found.topup is None else found.topup.topup_id


async def test_a_picture_goes_to_every_admin(till: Shop) -> None:
    """With the request that it is for, once an update; past its time too."""
    topup = await ask(till, "a")
    till.clock.at += 3 * HOUR
    assert await proved(till) == topup.topup_id
    assert await proved(till) == topup.topup_id
    told = await till.deliveries()
    assert [(one.notice.chat_id, one.notice.kind) for one in told] == [
        (ADMIN, NoticeKind.TOPUP_PROOF),
        (SECOND_ADMIN, NoticeKind.TOPUP_PROOF),
    ]
    assert {one.notice.data["photo"] for one in told} == {"file-1"}
    assert told[0].topup is not None
    assert (told[0].topup.topup_id, told[0].topup.proof) == (topup.topup_id, "file-1")
    assert told[0].customer is not None


async def test_a_file_goes_as_a_file(till: Shop) -> None:
    """Telegram does not show one as a picture."""
    await ask(till, "a")
    await till.topups.prove(ANNI, Proof("pdf", is_file=True), "update:7")
    (told, _) = await till.deliveries()
    assert told.notice.data == {"document": "pdf"}


async def test_a_picture_without_a_deposit_is_a_case_too(till: Shop) -> None:
    """Paid without asking, twice, or for one that was decided: never lost."""
    assert not await till.topups.takes_proof(ANNI)
    assert await proved(till) == 0
    told = await till.deliveries(ADMIN)
    assert [one.notice.kind for one in told] == [NoticeKind.STRAY_PROOF]
    assert told[0].customer is not None
    assert told[0].customer.customer_id == ANNI


async def test_while_something_else_is_asked_a_picture_is_no_transfers(till: Shop) -> None:
    """Unless the customer has asked to pay in of late, decided or not."""
    assert await proved(till, is_unasked=False) is None
    assert await till.told() == []
    topup = await ask(till, "a")
    assert await till.topups.takes_proof(ANNI)
    assert await proved(till, is_unasked=False) == topup.topup_id
    await till.wallets.decide_topup(ADMIN, topup.topup_id, approve=True)
    assert await proved(till, "update:8", is_unasked=False) == 0
    till.clock.at += RECENT
    assert await proved(till, "update:9", is_unasked=False) is None


async def test_a_shop_without_codes_looks_at_pictures_of_its_requests(shop: Shop) -> None:
    """Any other one is not understood there."""
    assert await proved(shop) is None
    topup = await ask(shop, "a")
    assert await proved(shop) == topup.topup_id


async def test_of_several_deposits_the_open_one_without_a_picture_comes_first(till: Shop) -> None:
    """Then the newest; then what was let go or has run out, as long as money may come for it."""
    gone, first = [await ask(till, key) for key in "ab"]
    assert await proved(till, "update:1", Proof("f1")) == first.topup_id
    second = await ask(till, "c")
    ids = [await proved(till, f"update:{number}", Proof(f"f{number}")) for number in (2, 3)]
    assert ids == [second.topup_id, second.topup_id]
    assert gone.topup_id not in ids
    till.clock.at += HOUR
    assert await proved(till, "update:4") == gone.topup_id
    till.clock.at += GRACE
    assert await proved(till, "update:5") == 0


async def test_the_same_picture_again_is_for_the_same_deposit(till: Shop) -> None:
    """Telegram delivers again what it thinks was lost: the other deposit has no picture yet."""
    first, second = [await ask(till, key) for key in "ab"]
    assert [await proved(till) for _ in range(2)] == [second.topup_id] * 2
    assert (await till.topups.one(ANNI, first.topup_id)).proof == ""
    assert len(await till.deliveries(ADMIN)) == 1


async def test_a_flood_of_pictures_does_not_bury_the_admins(till: Shop) -> None:
    """They see ten a day of one customer; the newest is kept all the same."""
    await ask(till, "a")
    shown = []
    for number in range(PICTURES_A_DAY + 3):
        found = await till.topups.prove(ANNI, Proof(f"f{number}"), f"update:{number}")
        assert found is not None
        shown.append(found.is_shown)
    assert shown == [True] * PICTURES_A_DAY + [False] * 3
    assert len(await till.deliveries(ADMIN)) == PICTURES_A_DAY
    (topup,) = await till.topups.open_of(ANNI)
    assert topup.proof == f"f{PICTURES_A_DAY + 2}"
    till.clock.at += timedelta(days=1)
    assert await till.topups.prove(ANNI, PICTURE, "update:99") is not None
    assert len(await till.deliveries(ADMIN)) == 1
