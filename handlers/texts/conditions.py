"""What is wrong, and what to do about it: one sentence or two for each condition."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.notice import Alert
from handlers.i18n import N_

SENTENCES: Mapping[Alert, str] = MappingProxyType(
    {
        Alert.OWN_DEPOSIT_LOW: N_(
            "Your deposit at the supplier is too low, so orders are refused. Pay money in "
            "there, then note it with /deposit."
        ),
        Alert.CREDENTIALS_REFUSED: N_(
            "The supplier refuses this shop. Check the user id, the API key and the list of "
            "allowed addresses at the panel, then run: python -m bot doctor"
        ),
        Alert.MAINTENANCE: N_(
            "The supplier is under maintenance. If it takes long, /pause the shop."
        ),
        Alert.CATALOGUE_SHRUNK: N_(
            "The supplier's list has suddenly lost most of its products. The old list stays "
            "on sale until two more fetches agree."
        ),
        Alert.CATALOGUE_TOO_LARGE: N_(
            "The supplier's list of products is too large (more than 20,000 rows or 16 MB), so it "
            "was refused. The old list stays on sale, with its old prices. Look at the supplier's "
            "panel, or ask the supplier what is wrong with it."
        ),
        Alert.UNKNOWN_STATUS: N_(
            "The supplier uses a status word that this shop does not know. The order stays "
            "open. Add the word to your SUPPLIER_PROFILE."
        ),
        Alert.UNKNOWN_REFUSAL: N_(
            "The supplier refused for a reason that this shop does not know. An order is not "
            "given back before its absence is certain. Add the words to your SUPPLIER_PROFILE."
        ),
        Alert.UNCLEAR_ANSWER: N_(
            "The supplier's answer leaves open whether it took the order. The money stays held, "
            "and the order is looked for. If it is not found, it is yours to decide."
        ),
        Alert.COST_CHANGED: N_(
            "The supplier took another price than it had quoted. Look at your margin."
        ),
        Alert.COST_ABOVE_PRICE: N_(
            "The supplier's price rose above what a customer was to pay. The order was "
            "cancelled, and the money given back."
        ),
        Alert.BREAKER_OPEN: N_(
            "Three orders in five minutes got no clear answer, so nothing is sent for now. It "
            "goes on by itself once the supplier answers and no order is in doubt, or by /resume."
        ),
        Alert.BREAKER_CLOSED: N_("Orders are sent again: the stop after unanswered calls is over."),
        Alert.SUPPLIER_AWAY: N_(
            "The supplier has not answered for five minutes or more. Orders wait in the queue, "
            "and what was sent is followed again once it answers. Look at its panel."
        ),
        Alert.LATE_SUCCESS: N_(
            "Goods arrived for an order whose money had been given back. The cost is booked "
            "as a loss. Look at the supplier's panel, and speak with the customer."
        ),
        Alert.UNDELIVERABLE: N_(
            "Telegram does not take one of our messages. Its reader can use /history."
        ),
        Alert.UPDATE_GIVEN_UP: N_(
            "Handling an update ended the bot three times, so it was given up. Please look "
            "for its number in the log, and report it."
        ),
        Alert.BACKUP_FAILED: N_(
            "The daily copy of the database could not be made. The shop goes on. It is tried "
            "again every hour."
        ),
        Alert.RESTORED: N_(
            "The shop goes on from a backup and has forgotten what happened after it. Nothing "
            "is sold until /resume. First look at /recon and the panel for orders of the "
            "missing time, credit customers who paid in then, note your deposits with "
            "/deposit, and settle the parked orders."
        ),
        Alert.UNCLAIMED_ROWS: N_(
            "The supplier shows orders that this shop knows nothing of. Nobody but the bot may "
            "order on its account. Look at /recon."
        ),
        Alert.ORDER_REVERSED: N_(
            "The supplier took back an order that had succeeded. No money was moved, and the "
            "customer was not told. Speak with the customer, then decide: /credit or /debit."
        ),
        Alert.ROWS_DIFFER: N_(
            "The supplier's list and this shop's orders do not agree. No money was moved. "
            "Look at /recon."
        ),
        Alert.ROWS_MISDATED: N_(
            "The supplier dates orders more than 15 hours off, so no order is recognised by these "
            "dates. If it goes on, ask the supplier about its clock."
        ),
    }
)
