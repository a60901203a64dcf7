"""What each alert means and what to do about it, in one to three sentences."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.notice import Alert
from handlers.ui.i18n import N_

SENTENCES: Mapping[Alert, str] = MappingProxyType(
    {
        Alert.OWN_DEPOSIT_LOW: N_(
            "The supplier refused an order because your deposit there is too low, so sales have "
            "stopped. Pay money in there, then note it with /deposit. Selling goes on by itself "
            "once the supplier shows the money, or with /resume."
        ),
        Alert.MONEY_BACK: N_("There is money at the supplier again, and selling goes on."),
        Alert.CREDENTIALS_REFUSED: N_(
            "The supplier refuses this shop. Check the user id, the API key and the list of "
            "allowed addresses at the panel, then run on the server: {command}"
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
            "The supplier charged another price than it had listed. Check your margin."
        ),
        Alert.COST_ABOVE_PRICE: N_(
            "The supplier's price rose above what a customer was to pay. The order was "
            "cancelled, and the money given back."
        ),
        Alert.BREAKER_OPEN: N_(
            "Three orders in five minutes got no clear answer, so nothing is sent for now. Sending"
            " resumes by itself once the supplier answers and no order is in doubt, or with "
            "/resume."
        ),
        Alert.BREAKER_CLOSED: N_(
            "Orders are being sent again: the stop after unclear answers is over."
        ),
        Alert.SUPPLIER_AWAY: N_(
            "The supplier has not answered for five minutes or more. Orders wait in the queue, "
            "and what was sent is followed again once it answers. Look at its panel."
        ),
        Alert.LATE_SUCCESS: N_(
            "An order was delivered after its money had been given back. The cost is booked as a "
            "loss. Check the supplier's panel and talk to the customer."
        ),
        Alert.UNDELIVERABLE: N_(
            "Telegram refuses one of our messages. Its reader can use /history."
        ),
        Alert.UPDATE_GIVEN_UP: N_(
            "One message crashed the bot three times, so it is skipped. Look for its number in the"
            " log and report it."
        ),
        Alert.BACKUP_FAILED: N_(
            "A backup failed or is damaged. The shop stays open, and the bot tries the daily one"
            " again every hour."
        ),
        Alert.RESTORED: N_(
            "The shop is running from a backup and does not know what happened after it was made. "
            "Nothing is sold until /resume. First check /recon and the panel for orders of the "
            "missing time, credit customers who paid in then, note your deposits with /deposit, "
            "and settle the parked orders."
        ),
        Alert.UNCLAIMED_ROWS: N_(
            "The supplier shows orders that this shop does not know. Only the bot may order on "
            "this account. Check /recon."
        ),
        Alert.ORDER_REVERSED: N_(
            "The supplier cancelled an order that had succeeded. No money was moved, and the "
            "customer was not told. Talk to the customer, then decide: /credit or /debit."
        ),
        Alert.ROWS_DIFFER: N_(
            "The supplier's list and this shop's orders do not match. No money was moved. Check "
            "/recon."
        ),
        Alert.ROWS_MISDATED: N_(
            "The supplier dates orders more than 15 hours off, so no order is recognised by these "
            "dates. If it goes on, ask the supplier about its clock."
        ),
    }
)
