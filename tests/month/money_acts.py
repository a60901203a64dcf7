"""Money that comes in and goes out beside the purchases, and who may move it."""

from __future__ import annotations

from bot.domain.customer import Actor
from bot.domain.errors import InsufficientFundsError, NotPermittedError, SamePaymentError
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource
from bot.domain.order import CustomerId
from tests.month.shop_month import Month
from tests.services.shop import ADMIN

PAYMENTS = (20_000, 50_000, 50_000, 100_000, 123_456)


async def pay_in(month: Month) -> None:
    """A customer pays cash or by transfer, and the cashier credits it; a debt is repaid so, too."""
    person, amount = month.rng.choice(month.state.people), month.rng.choice(PAYMENTS)
    source = month.rng.choice((MoneySource.CASH, MoneySource.CASH, MoneySource.TRANSFER))
    await adjust(month, month.cashier, person.customer_id, amount, source)
    for actor in (month.operator, person.actor):
        if actor != ADMIN:
            await month.fails(
                NotPermittedError,
                lambda who=actor: month.shop.wallets.propose_adjustment(  # type: ignore[misc]
                    who, person.customer_id, amount, "", source
                ),
            )


async def top_up(month: Month) -> None:
    """A customer tops up by transfer, and the cashier approves it or rejects it."""
    shop, books = month.shop, month.state.books
    person = month.rng.choice([one for one in month.customers() if not one.is_blocked])
    amount = Rupiah(month.rng.choice(PAYMENTS))
    topup = await shop.topups.request(person.customer_id, amount, f"month:{month.number()}")
    shop.clock.advance(300)
    is_paid = month.rng.random() < 0.85
    await month.fails(
        NotPermittedError, lambda: shop.topups.decide(person.actor, topup.topup_id, approve=True)
    )
    try:
        await shop.topups.decide(month.cashier, topup.topup_id, approve=is_paid)
    except SamePaymentError as error:
        await shop.topups.confirm_second_payment(month.cashier, error.token)
        month.seen.add("second payment")
    month.seen.add("top-up" if is_paid else "top-up rejected")
    if is_paid:
        paid = amount + topup.code
        books.wallets[person.customer_id] += paid
        books.bank += paid
        books.days[month.today].paid_in += paid


async def give_or_take(month: Month) -> None:
    """The owner gives a bonus, corrects a mistake, or pays money out; the cashier may not."""
    rng, person = month.rng, month.rng.choice(month.customers())
    source, amount = rng.choice(
        (
            (MoneySource.BONUS, rng.randrange(500, 5_000)),
            (MoneySource.BONUS, -rng.randrange(100, 900)),
            (MoneySource.CORRECTION, rng.randrange(100, 9_000)),
            (MoneySource.CORRECTION, -rng.randrange(100, 9_000)),
            (MoneySource.CASH, -rng.randrange(1_000, 40_000)),
            (MoneySource.TRANSFER, -rng.randrange(1_000, 40_000)),
        )
    )
    await month.fails(
        NotPermittedError,
        lambda: month.shop.wallets.propose_adjustment(
            month.cashier, person.customer_id, amount, "", source
        ),
    )
    await adjust(month, ADMIN, person.customer_id, amount, source)


async def adjust(
    month: Month, actor: Actor, customer_id: CustomerId, amount: int, source: MoneySource
) -> None:
    """Credit or debit a wallet, and enter it into the books; too large a debit is refused."""
    wallets, books = month.shop.wallets, month.state.books
    note = f"catatan {month.number()}"
    if amount < 0 and books.available(customer_id) < -amount:
        await month.fails(
            InsufficientFundsError,
            lambda: wallets.propose_adjustment(actor, customer_id, amount, note, source),
        )
        month.seen.add("debit refused")
        return
    proposed = await wallets.propose_adjustment(actor, customer_id, amount, note, source)
    await wallets.adjust(actor, proposed.token, source)
    enter(month, customer_id, amount, source)


def enter(month: Month, customer_id: CustomerId, amount: int, source: MoneySource) -> None:
    """Enter a credit or debit into the books."""
    books = month.state.books
    books.wallets[customer_id] += amount
    today = books.days[month.today]
    match source:
        case MoneySource.CASH:
            books.cash += amount
        case MoneySource.TRANSFER:
            books.bank += amount
        case MoneySource.BONUS:
            books.bonuses += amount
            today.bonuses += amount
        case MoneySource.CORRECTION:
            books.corrections += amount
    if amount > 0 and source in (MoneySource.CASH, MoneySource.TRANSFER):
        today.paid_in += amount
    month.seen.add(f"{source} {'in' if amount > 0 else 'out'}")


async def deposit(month: Month) -> None:
    """The owner pays the supplier, or corrects an earlier note of it."""
    amount = month.rng.choice((500_000, 1_000_000, -25_000))
    for actor in (month.cashier, month.operator):
        await month.fails(
            NotPermittedError,
            lambda who=actor: month.shop.supplier_deposit.propose(who, amount),  # type: ignore[misc]
        )
    proposed = await month.shop.supplier_deposit.propose(ADMIN, amount)
    await month.shop.supplier_deposit.record(ADMIN, proposed.token)
    month.state.books.deposited += amount
    month.state.books.bank -= amount
