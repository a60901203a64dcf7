"""An order as an admin sees it, the step for its ref_id, and repeated admin decisions."""

from datetime import timedelta

import pytest

from bot.domain.customer import Actor
from bot.domain.dialog import CONVERSATION, Step
from bot.domain.errors import AlreadyDecidedError, NotFoundError, NotPermittedError
from bot.domain.ledger import Purpose
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource
from bot.domain.notice import Alert
from bot.domain.order import OrderId
from bot.domain.topup import TopUpId, TopUpState
from bot.services.notices import enqueue
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, SECOND_ADMIN, Shop


async def test_evidence_has_candidate_rows_until_the_order_has_a_ref_id(shop: Shop) -> None:
    parked = await shop.parked()
    for ref_id in ("late1", "late2"):
        shop.supplier.shows(shop.row(parked, ref_id))
    shop.clock.advance(60)
    await shop.reconcile.look_up()
    case = await shop.admin.order_evidence(ADMIN, parked.order_id)
    assert case.customer == await shop.person(ANNI)
    assert sorted(row.ref_id for row in case.candidates) == ["late1", "late2"]
    await shop.admin.attach(ADMIN, parked.order_id, "late1")
    case = await shop.admin.order_evidence(ADMIN, parked.order_id)
    assert (case.order.ref_id, case.candidates) == ("late1", ())


async def test_the_ref_id_step_is_stored_with_its_order(shop: Shop) -> None:
    parked = await shop.parked()
    case = await shop.admin.ask_reference(ADMIN, parked.order_id, 77)
    assert case.order == parked
    dialog = await shop.dialogs.of(ADMIN.customer_id)
    assert dialog is not None
    assert (dialog.conversation, dialog.step) == (CONVERSATION, Step.REFERENCE)
    assert dialog.message_id == 77
    assert dialog.data == {"order_id": parked.order_id}


async def test_no_ref_id_is_asked_for_a_settled_or_unknown_order(shop: Shop) -> None:
    parked = await shop.parked()
    await shop.insist_on_refund(ADMIN, parked.order_id)
    with pytest.raises(AlreadyDecidedError):
        await shop.admin.ask_reference(ADMIN, parked.order_id, None)
    with pytest.raises(NotFoundError):
        await shop.admin.ask_reference(ADMIN, OrderId(99), None)
    assert await shop.dialogs.of(ADMIN.customer_id) is None


async def test_only_admins_see_the_evidence(shop: Shop) -> None:
    parked = await shop.parked()
    for attempt in (
        shop.admin.order_evidence(Actor(ANNI, ANNI_CHAT), parked.order_id),
        shop.admin.ask_reference(Actor(ANNI, ANNI_CHAT), parked.order_id, None),
        shop.topups.details(Actor(ANNI, ANNI_CHAT), TopUpId(1)),
        shop.wallets.adjustment_result(Actor(ANNI, ANNI_CHAT), "token"),
    ):
        with pytest.raises(NotPermittedError):
            await attempt
    assert await shop.dialogs.of(ANNI) is None


async def test_an_adjustment_is_shown_again_to_the_admin_who_made_it(shop: Shop) -> None:
    """With the wallet as it is now."""
    proposed = await shop.wallets.propose_adjustment(
        ADMIN, BUDI, -5_000, "cash", MoneySource.TRANSFER
    )
    with pytest.raises(NotFoundError):
        await shop.wallets.adjustment_result(ADMIN, proposed.token)
    await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)
    await shop.credit(BUDI, 1_000)
    done = await shop.wallets.adjustment_result(ADMIN, proposed.token)
    assert (done.customer_id, done.customer) == (BUDI, await shop.person(BUDI))
    assert (done.transfer.purpose, done.transfer.amount) == (Purpose.WITHDRAWAL, 5_000)
    assert done.wallet.balance == 96_000
    for actor_id, token in ((SECOND_ADMIN, proposed.token), (ADMIN, "unknown")):
        with pytest.raises(NotFoundError):
            await shop.wallets.adjustment_result(actor_id, token)


async def test_a_top_up_is_shown_before_and_after_it_is_decided(shop: Shop) -> None:
    topup = await shop.topups.request(ANNI, Rupiah(50_000), "update:1")
    asked = await shop.topups.details(ADMIN, topup.topup_id)
    assert (asked.topup, asked.wallet.balance) == (topup, 100_000)
    assert asked.customer == await shop.person(ANNI)
    await shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=True)
    decided = await shop.topups.details(ADMIN, topup.topup_id)
    assert (decided.topup.state, decided.topup.decided_by) == (
        TopUpState.APPROVED,
        SECOND_ADMIN.customer_id,
    )
    assert decided.wallet.balance == 150_000
    with pytest.raises(NotFoundError):
        await shop.topups.details(ADMIN, TopUpId(99))


# --- how long an alert lasts ---


async def alert(shop: Shop) -> None:
    """Raise an alert."""
    await shop.store.write(
        lambda tx: enqueue.alert(tx, shop.rules, Alert.MAINTENANCE, "Tutup", shop.clock.now())
    )


async def test_an_alert_raised_again_within_a_day_is_the_same_one(shop: Shop) -> None:
    began_at = shop.clock.now()
    await alert(shop)
    for _ in range(3):
        shop.clock.advance(23 * 3600)
        await alert(shop)
    (holding,) = (await shop.admin.overview(ADMIN)).conditions
    assert (holding.raised_at, holding.notified_at) == (began_at, shop.clock.now())


async def test_an_alert_not_raised_again_for_a_day_is_over(shop: Shop) -> None:
    await alert(shop)
    await shop.admin.pause(ADMIN)
    shop.clock.advance(timedelta(days=1).total_seconds())
    assert [one.name for one in (await shop.admin.overview(ADMIN)).conditions] == ["paused"]
    await alert(shop)
    _, again = (await shop.admin.overview(ADMIN)).conditions
    assert again.raised_at == shop.clock.now()
