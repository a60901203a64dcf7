"""The handlers of the lists and cards of customers."""

from __future__ import annotations

from bot.domain.staff import Right
from handlers.customers.buttons import (
    AskBlock,
    AskCreditLimit,
    AskCustomerNote,
    AskLevel,
    AskNewPerson,
    AskUnblock,
    CustomerOrders,
    DeleteNote,
    DoCustomerAct,
    FoundCustomers,
    GiveLevel,
    MakeAccountLink,
    OfferCreditLimit,
    ShowCustomersOrder,
)
from handlers.customers.card import show_customer, show_customers_order
from handlers.customers.card import show_orders as show_customers_orders
from handlers.customers.decisions import (
    ask_block,
    ask_credit_limit,
    ask_customer_note,
    ask_level,
    ask_unblock,
    delete_note,
    do_customer_act,
    give_level,
    offer_credit_limit,
)
from handlers.customers.lists import customers_command, found_customers, list_customers
from handlers.customers.new_persons import ask_new_person, make_account_link
from handlers.ui.handler_factories import Handlers
from handlers.ui.permissions import on_staff_command, on_staff_press
from handlers.ui.staff_buttons import ListCustomers, ShowCustomer


def customer_handlers() -> Handlers:
    """Return the handlers, which wait for typed texts or end such a step."""
    return [
        on_staff_command("customers", Right.CUSTOMERS, customers_command),
        on_staff_press(ListCustomers, Right.CUSTOMERS, list_customers),
        on_staff_press(FoundCustomers, Right.CUSTOMERS, found_customers),
        on_staff_press(ShowCustomer, Right.CUSTOMERS, show_customer),
        on_staff_press(CustomerOrders, Right.CUSTOMERS, show_customers_orders),
        on_staff_press(ShowCustomersOrder, Right.CUSTOMERS, show_customers_order),
        on_staff_press(AskCustomerNote, Right.CUSTOMERS, ask_customer_note),
        on_staff_press(DeleteNote, Right.CUSTOMERS, delete_note),
        on_staff_press(AskCreditLimit, Right.OWNER, ask_credit_limit),
        on_staff_press(OfferCreditLimit, Right.OWNER, offer_credit_limit),
        on_staff_press(AskLevel, Right.OWNER, ask_level),
        on_staff_press(GiveLevel, Right.OWNER, give_level),
        on_staff_press(AskBlock, Right.CUSTOMERS, ask_block),
        on_staff_press(AskUnblock, Right.CUSTOMERS, ask_unblock),
        on_staff_press(DoCustomerAct, Right.CUSTOMERS, do_customer_act),
        on_staff_press(AskNewPerson, Right.CUSTOMERS, ask_new_person),
        on_staff_press(MakeAccountLink, Right.OWNER, make_account_link),
    ]
