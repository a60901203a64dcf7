"""Wallets: customers' balances and transfers, and admins' credits and debits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.confirmation import ConfirmationKind
from bot.domain.customer import Actor, Customer
from bot.domain.ledger import Account, Transfer, wallet_of
from bot.domain.money_source import MoneySource
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import result_of
from bot.services.money import adjustments
from bot.services.money.adjustments import ProposedAdjustment
from bot.services.permissions import require

_DISMISSIBLE = (ConfirmationKind.ADJUSTMENT, ConfirmationKind.DEPOSIT)


@dataclass(frozen=True, slots=True)
class AdjustmentResult:
    """An admin's credit or debit, and the wallet now."""

    customer_id: CustomerId
    customer: Customer | None
    transfer: Transfer
    wallet: Account


class Wallets:
    """Reads customers' wallets, and credits and debits them for admins."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def wallet(self, customer_id: CustomerId) -> Account:
        """Return a customer's wallet."""
        return await self._store.read(lambda tx: tx.ledger.account(wallet_of(customer_id)))

    async def statement(
        self, customer_id: CustomerId, limit: int
    ) -> tuple[Account, Sequence[Transfer]]:
        """Return a customer's wallet and its newest transfers, newest first."""

        def read(tx: Transaction) -> tuple[Account, Sequence[Transfer]]:
            account_id = wallet_of(customer_id)
            return tx.ledger.account(account_id), tx.ledger.transfers_of(account_id, limit, 0)

        return await self._store.read(read)

    async def propose_adjustment(
        self,
        admin: Actor,
        customer_id: CustomerId,
        amount: int,
        note: str,
        source: MoneySource | None = None,
    ) -> ProposedAdjustment:
        """Store a one-time token for a credit (or, below 0, a debit), and return its effect.

        Without a `source` it has to be chosen next. Raises `NotPermittedError`, `NotFoundError` for
        a person who never wrote to the bot, `InsufficientFundsError` for a debit of more than the
        wallet has available.
        """
        confirmation = adjustments.to_confirm(
            self._ids.token(), admin, customer_id, amount, note, self._clock.now()
        )
        return await self._store.write(
            adjustments.propose, self._rules, admin, confirmation, source
        )

    async def choose_source(
        self, admin: Actor, token: str, source: MoneySource | None
    ) -> ProposedAdjustment:
        """Set where the money of a proposed adjustment comes from; None asks for it again.

        Returns what the adjustment would change now. Raises `NotPermittedError`, `TokenError` and
        `InsufficientFundsError`.
        """
        now = self._clock.now()
        return await self._store.write(
            adjustments.choose_source, self._rules, admin, token, source, now
        )

    async def adjust(
        self,
        admin: Actor,
        token: str,
        source: MoneySource | None,
        *,
        only_as_shown: bool = False,
    ) -> tuple[Transfer, Account]:
        """Carry out a proposed adjustment, once; return the transfer and the wallet after it.

        `source` is the one that the confirm button was shown with; buttons of old versions have
        none. Raises `NotPermittedError`, `TokenError`, `InsufficientFundsError`, and
        `BalanceChangedError` when another source was chosen meanwhile, when the amount of a payment
        may belong to one that the admin was not shown or, with `only_as_shown`, when the balance
        has changed since.
        """
        return await self._store.write(
            adjustments.carry_out,
            self._rules,
            admin,
            token,
            self._clock.now(),
            source=source,
            only_as_shown=only_as_shown,
        )

    async def dismiss_adjustment(self, admin: Actor, token: str) -> bool:
        """Dismiss a proposed adjustment or deposit.

        Returns False when its token is used, unknown or another's.
        """
        now = self._clock.now()

        def dismiss(tx: Transaction) -> bool:
            require(tx, self._rules, admin, Right.TOPUPS)
            known = tx.confirmations.get(token)
            if known is None or known.kind not in _DISMISSIBLE:
                return False
            return tx.confirmations.consume(token, admin.customer_id, now, "")

        return await self._store.write(dismiss)

    async def adjustment_result(self, admin: Actor, token: str) -> AdjustmentResult:
        """Return the result of a used token.

        Raises `NotPermittedError`, and `NotFoundError` for a token that made no transfer or is
        another admin's.
        """

        def find(tx: Transaction) -> AdjustmentResult:
            require(tx, self._rules, admin, Right.TOPUPS)
            payload, transfer = result_of(tx, token, admin.customer_id, adjustments.key_of(token))
            customer_id = CustomerId(int(payload["customer_id"]))
            wallet = tx.ledger.account(wallet_of(customer_id))
            return AdjustmentResult(customer_id, tx.customers.get(customer_id), transfer, wallet)

        return await self._store.read(find)
