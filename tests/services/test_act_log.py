"""The owners' log of what was done."""

import pytest

from bot.domain.admin_act import ActFilter, ActKind, AdminAct
from bot.domain.customer import Actor
from bot.domain.errors import NotPermittedError
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.staff import Right
from bot.services.act_log import ACTS_PER_PAGE
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, SECOND_ADMIN, Shop
from tests.services.test_permissions import employ


async def act(shop: Shop, actor: CustomerId, action: str, subject: str, detail: str = "") -> None:
    done = AdminAct(actor, action, subject, detail, shop.clock.now())
    await shop.store.write(lambda tx: tx.admin_acts.add(done))


async def found(shop: Shop, **wanted: object) -> list[str]:
    """Return the subjects of the acts that a filter admits, without those of the shop's set-up."""
    page = await shop.act_log.page(ADMIN, ActFilter(**wanted))  # type: ignore[arg-type]
    return [one.act.subject for one in page.acts if not one.act.detail.endswith("test")]


async def test_the_log_is_searched_by_person_kind_and_words(shop: Shop) -> None:
    await act(shop, SECOND_ADMIN.customer_id, "refund", "K12", "forced")
    await act(shop, ADMIN.customer_id, "pause", "shop", "100% libur_")
    await act(shop, ADMIN.customer_id, "debit", f"user:{BUDI}", "-50000 salah ketik")
    assert await found(shop, actor_id=SECOND_ADMIN.customer_id) == ["K12"]
    assert await found(shop, kind=ActKind.SHOP) == ["shop"]
    assert await found(shop, actor_id=SECOND_ADMIN.customer_id, kind=ActKind.SHOP) == []
    assert await found(shop, words="k12") == ["K12"]
    assert await found(shop, words="Rp50.000") == [f"user:{BUDI}"]
    assert await found(shop, words="KETIK") == [f"user:{BUDI}"]
    assert await found(shop, words="100%") == ["shop"]
    assert await found(shop, words="libur_") == ["shop"]
    assert await found(shop, words="_2") == []


async def test_the_log_names_who_it_was_done_to(shop: Shop) -> None:
    budi = await shop.store.read(lambda tx: tx.customers.get(BUDI))
    assert budi is not None
    assert f"user:{BUDI}" in [
        one.act.subject for one in (await shop.act_log.page(ADMIN, ActFilter(words=budi.name))).acts
    ]
    await act(shop, ADMIN.customer_id, "topup_approved", "topup:999", "50000 50000")
    await act(shop, ADMIN.customer_id, "credit", f"user:{BUDI}", "50000 tunai")
    page = await shop.act_log.page(ADMIN, ActFilter())
    assert [one.person_id for one in page.acts[:2]] == [BUDI, None]
    assert page.acts[0].person == budi


async def test_a_decided_topup_names_its_customer(shop: Shop) -> None:
    requested = await shop.topups.request(ANNI, Rupiah(50_000), "1")
    await act(shop, ADMIN.customer_id, "topup_rejected", f"topup:{requested.topup_id}", "50000")
    (newest, *_) = (await shop.act_log.page(ADMIN, ActFilter())).acts
    assert newest.person_id == ANNI


async def test_an_act_about_an_order_names_its_customer(shop: Shop) -> None:
    order = await shop.parked()
    await act(shop, ADMIN.customer_id, "keep_waiting", order.number)
    await act(shop, ADMIN.customer_id, "keep_waiting", "K999")
    unknown, known, *_ = (await shop.act_log.page(ADMIN, ActFilter())).acts
    assert (unknown.person_id, known.person_id) == (None, ANNI)


async def test_the_log_has_pages(shop: Shop) -> None:
    for number in range(ACTS_PER_PAGE + 1):
        await act(shop, SECOND_ADMIN.customer_id, "refund", f"K{number}")
    wanted = ActFilter(actor_id=SECOND_ADMIN.customer_id)
    first = await shop.act_log.page(ADMIN, wanted, -1)
    assert (first.page, len(first.acts), first.has_more) == (0, ACTS_PER_PAGE, True)
    assert first.actor is not None
    second = await shop.act_log.page(ADMIN, wanted, 1)
    assert ([one.act.subject for one in second.acts], second.has_more) == (["K0"], False)
    assert (await shop.act_log.page(ADMIN, wanted, 10**15)).acts == []


async def test_only_owners_read_the_log(shop: Shop) -> None:
    await employ(shop, ANNI, *(right for right in Right if right is not Right.OWNER))
    anni = Actor(ANNI, ANNI_CHAT)
    with pytest.raises(NotPermittedError):
        await shop.act_log.page(anni, ActFilter())
    with pytest.raises(NotPermittedError):
        await shop.act_log.actors(anni)
    assert [one for one, _ in await shop.act_log.actors(ADMIN)] == [ADMIN.customer_id]
