"""Erasures: nothing that says who a person is stays, and the books stay right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import RehearsingStore
from tests.services.odd_customer import ODD_TEXTS, everything, odd_customer, odd_lines
from tests.services.shop import Shop

pytestmark = pytest.mark.usefixtures("each_database")


async def test_nothing_of_an_erased_person_is_left(shop: Shop, tmp_path: Path) -> None:
    odd = await odd_customer(shop)
    store = shop.store
    assert isinstance(store, RehearsingStore)
    before = await everything(store)
    assert [text for text in ODD_TEXTS if text not in before] == []
    proposed = await shop.erasures.propose(odd.actor, odd.customer_id)
    await shop.erasures.erase(odd.actor, proposed.token)
    assert odd_lines(await everything(store)) == []
    assert await store.wipe(None)
    if not store.is_on_server:
        files = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
        assert [text for text in ODD_TEXTS if any(text.encode() in one for one in files)] == []
