"""The buttons of the lists and cards of customers; they are for staff."""

from __future__ import annotations

from handlers.ui.buttons import Button


class FoundCustomers(Button, tag="cuf"):
    """Show a page of the customers whom a term may mean; pages count from 0."""

    page: int
    term: str


class CustomerOrders(Button, tag="cuo"):
    """Show a page of a customer's orders; pages count from 0."""

    customer_id: int
    page: int = 0


class AskCustomerNote(Button, tag="cun"):
    """Ask for the note about a customer."""

    customer_id: int


class DeleteNote(Button, tag="cud"):
    """Delete the note about a customer."""

    customer_id: int


class AskCreditLimit(Button, tag="cua"):
    """Ask how far a customer's wallet may go below 0."""

    customer_id: int


class OfferCreditLimit(Button, tag="cum"):
    """Propose a credit limit, in whole rupiah."""

    customer_id: int
    limit: int


class AskLevel(Button, tag="cue"):
    """Show the levels that a customer may have."""

    customer_id: int


class GiveLevel(Button, tag="cug"):
    """Give a level to a customer; 0: everybody's prices."""

    customer_id: int
    level_id: int


class ShowCustomersOrder(Button, tag="cur"):
    """Show an order of a customer, without its code."""

    order_id: int


class AskBlock(Button, tag="cub"):
    """Propose to block a customer."""

    customer_id: int


class AskUnblock(Button, tag="cux"):
    """Propose to end the block of a customer."""

    customer_id: int


class DoCustomerAct(Button, tag="cuk"):
    """Do what was proposed about a customer."""

    token: str


class AskNewPerson(Button, tag="cup"):
    """Ask for the name of a person without a Telegram account."""


class MakeAccountLink(Button, tag="cui"):
    """Make a one-use link by which an account becomes that of a person without one."""

    customer_id: int
