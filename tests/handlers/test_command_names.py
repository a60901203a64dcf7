"""Every command works under its English and its Indonesian name, for customers and for owners."""

import pytest

from bot.domain.order import CustomerId
from handlers.ui.command_names import INDONESIAN_NAMES, OTHER_NAMES
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ANNI

OF_CUSTOMERS = (
    *("order", "balance", "history", "search", "numbers", "help", "cancel", "receipt", "terms"),
    *("privacy", "language", "topup", "price"),
)
OF_STAFF = (
    *("menu", "cases", "sell", "customers", "price", "products", "report", "settings", "staff"),
    *("log", "pause", "resume", "recon", "deposit", "invite", "order", "balance", "cancel"),
    *("credit", "debit"),
)
UNKNOWN = "Perintah itu tidak ada"


@pytest.mark.parametrize("person", [ANNI, INDONESIAN_ADMIN])
async def test_both_names_of_a_command_do_the_same(harness: BotHarness, person: CustomerId) -> None:
    offered = OF_CUSTOMERS if person == ANNI else OF_STAFF
    assert set(INDONESIAN_NAMES) == {*OF_CUSTOMERS, *OF_STAFF}
    for name in offered:
        said = []
        for typed in (name, INDONESIAN_NAMES[name], *OTHER_NAMES.get(name, ())):
            await harness.say("/pause" if name == "resume" else "/cancel", person)
            await harness.say(f"/{typed}", person)
            said.append(harness.text(person))
        assert len(set(said)) == 1, said
        assert UNKNOWN not in said[0], name


async def test_what_customers_call_a_deposit_is_a_top_up(topup_harness: BotHarness) -> None:
    harness = topup_harness
    for typed in ("deposit", "depo", "tiket", "minta tiket dong", "isi saldo", "top up"):
        await harness.say(typed)
        assert "Isi saldo" in " ".join(harness.labels()), typed
    for typed in ("/deposit", "/setor", "/tiket", "/isisaldo"):
        await harness.say(typed)
        assert "Rp50.000" in harness.labels(), typed
    for number, typed in enumerate(("deposit 51rb", "isi saldo 52.000", "/depo 53rb", "tiket 54k")):
        await harness.say(typed)
        assert f"{51 + number}." in harness.text(), typed
        (topup, *_) = await harness.shop.topups.open_of(ANNI)
        await harness.shop.topups.cancel(ANNI, topup.topup_id)
    await harness.say("topup 5rb")
    assert "Rp10.000" in harness.text()


async def test_an_owner_types_of_the_suppliers_deposit(topup_harness: BotHarness) -> None:
    await topup_harness.say("deposit 50rb", INDONESIAN_ADMIN)
    assert not await topup_harness.shop.topups.open_of(INDONESIAN_ADMIN)
