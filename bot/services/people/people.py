"""People: staff list and find customers, read their cards, and decide about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor, Customer
from bot.domain.customer_card import MAX_NAME_LENGTH, CustomerList, CustomerRow, clean
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId, Order, OrderId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.viewer import LevelId
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import usable_confirmation
from bot.services.people.acts import (
    ActRequest,
    CustomerAct,
    ProposedAct,
    carry_out,
    give_level,
    propose,
    record_act,
    write_note,
)
from bot.services.people.card import CustomerCard, read_card
from bot.services.people.links import link_account, make_link
from bot.services.people.lookup import find_customers
from bot.services.permissions import require

PER_PAGE = 8
"""Customers on one page of a list."""
FOUND_AT_MOST = 5 * PER_PAGE
"""How many customers a search shows; who sees more of them types more letters."""


class CustomerQuestion(StrEnum):
    """What the step CUSTOMER waits for; it is in the dialog's data as "asks"."""

    SEARCH = "search"
    NOTE = "note"
    REASON = "reason"
    """Of a block; it may be left out."""
    CREDIT_LIMIT = "limit"
    NAME = "name"
    """Of a new person without a Telegram account."""


_RIGHTS = {CustomerQuestion.CREDIT_LIMIT: Right.OWNER}
"""What a question needs, if not the right to see customers."""


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """One page of a list or of a search."""

    rows: Sequence[CustomerRow]
    page: int
    """Counted from 0; the last page if the one that was asked for is gone."""
    has_next: bool
    is_cut: bool = False
    """The search found more than it shows."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An amount and a note that wait for the choice of a customer."""

    amount: int
    """In rupiah; above 0: credit, below 0: debit."""
    note: str


class People:
    """The use cases of staff about customers.

    Each raises `NotPermittedError` without the right; those about one customer raise
    `NotFoundError` for an unknown one. Whatever shows a list or a card sets or ends the reader's
    dialog.
    """

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    # --- lists ---

    async def listed(
        self, actor: Actor, which: CustomerList, page: int, message_id: int | None
    ) -> CustomerPage:
        """Return a page of a list, and wait for a typed search."""

        def read(tx: Transaction) -> CustomerPage:
            self._require(tx, actor)
            self._ask(tx, actor, CustomerQuestion.SEARCH, None, message_id)
            shown = _page(tx, which, page)
            # A list that has become shorter is shown from its beginning.
            return shown if shown.rows or page == 0 else _page(tx, which, 0)

        return await self._store.write(read)

    async def search(
        self, actor: Actor, term: str, page: int, message_id: int | None
    ) -> CustomerPage:
        """Return a page of the customers whom a term may mean, and wait for another search."""

        def read(tx: Transaction) -> CustomerPage:
            self._require(tx, actor)
            self._ask(tx, actor, CustomerQuestion.SEARCH, None, message_id)
            return _found_page(tx, term, page)

        return await self._store.write(read)

    async def matches(self, actor: Actor, term: str) -> CustomerPage:
        """Return the first page of the customers whom a term may mean; no dialog is changed."""

        def read(tx: Transaction) -> CustomerPage:
            self._require(tx, actor)
            return _found_page(tx, term, 0)

        return await self._store.read(read)

    async def keep_choice(self, actor: Actor, choice: Choice) -> str:
        """Return a token for an amount and a note whose customer is chosen from a list."""
        token, now, kind = self._ids.token(), self._clock.now(), ConfirmationKind.CUSTOMER_CHOICE
        payload: dict[str, str | int] = {"amount": choice.amount, "note": choice.note}

        def keep(tx: Transaction) -> None:
            self._require(tx, actor)
            tx.confirmations.add(Confirmation(token, actor.customer_id, kind, payload, now))

        await self._store.write(keep)
        return token

    async def choice(self, actor: Actor, token: str) -> Choice:
        """Return what a token keeps, as often as it is asked for; raises `TokenError`."""
        kind = ConfirmationKind.CUSTOMER_CHOICE

        def read(tx: Transaction) -> Choice:
            self._require(tx, actor)
            now = self._clock.now()
            payload = usable_confirmation(tx, token, actor.customer_id, kind, now).payload
            return Choice(int(payload["amount"]), str(payload["note"]))

        return await self._store.read(read)

    # --- one customer ---

    async def card(self, actor: Actor, customer_id: CustomerId) -> CustomerCard:
        """Return a customer's card, and end the reader's dialog."""
        return await self._store.write(self._card, actor, customer_id)

    def _card(self, tx: Transaction, actor: Actor, customer_id: CustomerId) -> CustomerCard:
        self._require(tx, actor)
        tx.dialogs.drop(actor.customer_id)
        return read_card(tx, self._rules, actor, customer_id, self._clock.now())

    async def orders(
        self, actor: Actor, customer_id: CustomerId, page: int
    ) -> tuple[CustomerCard, Sequence[Order], bool]:
        """Return a customer's card, a page of their orders, newest first, and if more follow."""

        def read(tx: Transaction) -> tuple[CustomerCard, Sequence[Order], bool]:
            card = self._card(tx, actor, customer_id)
            orders = tx.orders.history_of(customer_id, PER_PAGE + 1, page * PER_PAGE)
            return card, orders[:PER_PAGE], len(orders) > PER_PAGE

        return await self._store.write(read)

    async def order(self, actor: Actor, order_id: OrderId) -> tuple[CustomerCard, Order]:
        """Return an order and the card of its customer; raises `NotFoundError`."""

        def read(tx: Transaction) -> tuple[CustomerCard, Order]:
            self._require(tx, actor)
            order = tx.orders.get(order_id)
            if order is None:
                raise NotFoundError
            return self._card(tx, actor, order.customer_id), order

        return await self._store.write(read)

    async def ask(
        self,
        actor: Actor,
        question: CustomerQuestion,
        customer_id: CustomerId | None,
        message_id: int | None,
    ) -> Customer | None:
        """Wait for a typed answer about a customer, and return them; None: a new person."""

        def ask(tx: Transaction) -> Customer | None:
            self._require(tx, actor, _RIGHTS.get(question, Right.CUSTOMERS))
            self._ask(tx, actor, question, customer_id, message_id)
            if customer_id is None:
                return None
            customer = tx.customers.get(customer_id)
            if customer is None:
                raise NotFoundError
            return customer

        return await self._store.write(ask)

    async def write_note(self, actor: Actor, customer_id: CustomerId, text: str) -> CustomerCard:
        """Store the note about a customer ("" deletes it), and return the card."""

        def write(tx: Transaction) -> CustomerCard:
            self._require(tx, actor)
            write_note(tx, actor, customer_id, text, self._clock.now())
            return self._card(tx, actor, customer_id)

        return await self._store.write(write)

    async def propose(
        self, actor: Actor, request: ActRequest, message_id: int | None
    ) -> ProposedAct:
        """Return what an act will do, with a token for it; a block waits for a typed reason.

        Only owners grant a credit limit. `message_id` is the message that shows it. Raises what
        `acts.propose` raises.
        """
        token = self._ids.token()

        def show(tx: Transaction) -> ProposedAct:
            self._require(tx, actor, request.act.right)
            proposed = propose(tx, self._rules, actor, request, token, self._clock.now())
            tx.dialogs.drop(actor.customer_id)
            if request.act is CustomerAct.BLOCK:
                self._ask(tx, actor, CustomerQuestion.REASON, request.customer_id, message_id)
            return proposed

        return await self._store.write(show)

    async def carry_out(self, actor: Actor, token: str) -> tuple[ProposedAct, CustomerCard]:
        """Do what a token stands for, once; return it, and the card after it.

        Raises what `acts.carry_out` raises.
        """

        def act(tx: Transaction) -> tuple[ProposedAct, CustomerCard]:
            done = carry_out(tx, self._rules, actor, token, self._clock.now())
            self._require(tx, actor, done.act.right)
            return done, self._card(tx, actor, done.customer.customer_id)

        return await self._store.write(act)

    async def customer_of_act(self, actor: Actor, token: str) -> CustomerId:
        """Return the customer whom a token of the reader's is about; raises `NotFoundError`."""

        def read(tx: Transaction) -> CustomerId:
            self._require(tx, actor)
            known, wanted = tx.confirmations.get(token), ConfirmationKind.CUSTOMER
            if known is None or (known.actor_id, known.kind) != (actor.customer_id, wanted):
                raise NotFoundError
            return CustomerId(int(known.payload["customer_id"]))

        return await self._store.read(read)

    async def set_level(
        self, actor: Actor, customer_id: CustomerId, level_id: LevelId | None
    ) -> CustomerCard:
        """Give a customer a level, None: everybody's prices; only owners may.

        Raises `NotFoundError` also for a level that does not exist.
        """

        def set_level(tx: Transaction) -> CustomerCard:
            self._require(tx, actor, Right.OWNER)
            give_level(tx, actor, customer_id, level_id, self._clock.now())
            return self._card(tx, actor, customer_id)

        return await self._store.write(set_level)

    # --- persons without a Telegram account ---

    async def add_person(self, actor: Actor, name: str) -> CustomerCard:
        """Make a person without a Telegram account, by a name of at most 64 characters.

        Raises `NotFoundError` for a name without a letter or digit.
        """
        shown = " ".join(clean(name, MAX_NAME_LENGTH).split())

        def add(tx: Transaction) -> CustomerCard:
            self._require(tx, actor)
            if not any(map(str.isalnum, shown)):
                raise NotFoundError
            now = self._clock.now()
            person = tx.customers.add(shown, now)
            record_act(tx, actor, "new_person", person.customer_id, shown, now)
            return self._card(tx, actor, person.customer_id)

        return await self._store.write(add)

    async def make_link(self, actor: Actor, customer_id: CustomerId) -> tuple[Customer, str]:
        """Return a person without an account, and the token of a one-use link to them.

        Only owners may: whoever opens the link gets the person's money.
        """
        token = self._ids.token().replace("-", "_")  # A link separates its parts by "-".

        def make(tx: Transaction) -> tuple[Customer, str]:
            self._require(tx, actor, Right.OWNER)
            return make_link(tx, actor, customer_id, token, self._clock.now()), token

        return await self._store.write(make)

    async def link_account(self, opener: Actor, token: str) -> Customer:
        """Give the account that opened a link to the link's person.

        Raises what `links.link_account` raises; everybody may open a link.
        """
        return await self._store.write(link_account, self._rules, opener, token, self._clock.now())

    def _ask(
        self,
        tx: Transaction,
        actor: Actor,
        question: CustomerQuestion,
        customer_id: CustomerId | None,
        message_id: int | None,
    ) -> None:
        data: dict[str, str | int] = {"asks": question.value, "customer_id": customer_id or 0}
        reader, now = actor.customer_id, self._clock.now()
        tx.dialogs.put(
            Dialog(reader, CONVERSATION, Step.CUSTOMER, now, message_id=message_id, data=data)
        )

    def _require(self, tx: Transaction, actor: Actor, right: Right = Right.CUSTOMERS) -> None:
        require(tx, self._rules, actor, right)


def _page(tx: Transaction, which: CustomerList, page: int) -> CustomerPage:
    rows = tx.customer_cards.listed(which, PER_PAGE + 1, page * PER_PAGE)
    return CustomerPage(rows[:PER_PAGE], page, len(rows) > PER_PAGE)


def _found_page(tx: Transaction, term: str, page: int) -> CustomerPage:
    found = find_customers(tx, term, FOUND_AT_MOST + 1)
    shown, first = found[:FOUND_AT_MOST], page * PER_PAGE
    rows = shown[first : first + PER_PAGE]
    return CustomerPage(
        rows, page, first + PER_PAGE < len(shown), is_cut=len(found) > FOUND_AT_MOST
    )
