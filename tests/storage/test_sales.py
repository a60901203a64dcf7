"""The sums that triggers keep for reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.ledger import BONUS, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.domain.sales import BrandSales, Sales
from bot.ports.store import Transaction
from tests.samples import ACCOUNT
from tests.storage.samples import ANNI, NOW, PRICE, buy, end

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def test_sales_of_a_period_are_added_up(tx: Transaction) -> None:
    end(tx, buy(tx, supplier_cost=Rupiah(10_000)), OrderState.SUCCEEDED)
    end(tx, buy(tx, main="XL"), OrderState.SUCCEEDED)
    end(tx, buy(tx, main="XL"), OrderState.FAILED)
    assert tx.sales.between(NOW - DAY, NOW + DAY) == Sales(2, 2 * PRICE, 1_200 + 1_000)
    assert tx.sales.between(NOW - DAY, NOW - HOUR) == Sales(0, 0, 0)
    assert tx.sales.between(NOW + HOUR, NOW + DAY) == Sales(0, 0, 0)
    first_at = tx.sales.first_between(NOW - DAY, NOW + DAY)
    assert first_at is not None
    assert timedelta(0) <= NOW - first_at < HOUR / 4
    assert tx.sales.first_between(NOW - DAY, NOW - HOUR) is None


def test_brands_are_ranked_by_orders(tx: Transaction) -> None:
    for main in ("XL", "TRI", "XL"):
        end(tx, buy(tx, main=main), OrderState.SUCCEEDED)
    best = [BrandSales("XL", 2, 2 * PRICE, 2_000), BrandSales("TRI", 1, PRICE, 1_000)]
    assert tx.sales.brands_between(NOW - HOUR, NOW + HOUR, 5) == best
    assert tx.sales.brands_between(NOW - HOUR, NOW + HOUR, 1) == best[:1]
    assert tx.sales.brands_between(NOW + HOUR, NOW + DAY, 5) == []


def test_a_sale_whose_figures_change_is_counted_anew(tx: Transaction) -> None:
    sold = end(tx, buy(tx), OrderState.SUCCEEDED)
    changes = {"supplier_cost": Rupiah(PRICE), "main": "XL", "ended_at": NOW + DAY}
    tx.orders.save(replace(sold, **changes))  # type: ignore[arg-type]
    assert tx.sales.brands_between(NOW - HOUR, NOW + HOUR, 5) == []
    assert tx.sales.brands_between(NOW + DAY, NOW + DAY + HOUR, 5) == [
        BrandSales("XL", 1, PRICE, 0)
    ]


def test_bonuses_are_given_and_taken_back(tx: Transaction) -> None:
    wallet = wallet_of(ANNI)
    given = Transfer(Phase.SINGLE, Purpose.BONUS, BONUS, wallet, Rupiah(5_000), "a", NOW)
    taken = replace(
        given, debit_account=wallet, credit_account=BONUS, amount=Rupiah(2_000), idempotency_key="b"
    )
    later = replace(given, created_at=NOW + DAY, idempotency_key="c")
    for one in (given, taken, later):
        tx.ledger.record(one)
    assert tx.sales.bonuses_between(NOW - HOUR, NOW + HOUR) == 3_000
    assert tx.sales.bonuses_between(NOW - DAY, NOW + 2 * DAY) == 8_000


def test_the_cheapest_of_the_latest_orders_is_known(tx: Transaction) -> None:
    assert tx.sales.cheapest_of_latest(ACCOUNT, 10) is None
    end(tx, buy(tx, supplier_cost=Rupiah(4_000)), OrderState.SUCCEEDED)
    end(tx, buy(tx, cost=Rupiah(9_000)), OrderState.SUCCEEDED)
    end(tx, buy(tx, cost=Rupiah(100)), OrderState.FAILED)
    assert tx.sales.cheapest_of_latest(ACCOUNT, 10) == 4_000
    assert tx.sales.cheapest_of_latest(ACCOUNT, 2) == 9_000
    assert tx.sales.cheapest_of_latest("another", 10) is None
