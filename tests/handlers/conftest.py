"""Fixtures of the handler tests: a fresh database, Telegram's server, and an open shop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from storage.store import SqlStore
from tests.databases import open_store
from tests.domain.test_qris import STATIC
from tests.handlers.admins import ENGLISH_ADMIN, register_second_admin
from tests.handlers.harness import CLARE, INDONESIAN_ADMIN, BotHarness, open_harness
from tests.handlers.running_bot import RunningBot
from tests.handlers.topups import set_payment_methods
from tests.handlers.transcript import TranscribedUser
from tests.services.shop import ADMIN_CHAT, ANNI, ANNI_CHAT, BUDI_CHAT, shop_rules
from tests.telegram_server import TOKEN, BotApiForTests


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiForTests]:
    """Telegram with Anni, Budi and an admin; the id of the first update is 10."""
    telegram = BotApiForTests(TOKEN)
    telegram.updates.start_ids_at(10)
    for user_id, name in (
        (ANNI_CHAT, "Anni"),
        (BUDI_CHAT, "Budi"),
        (ADMIN_CHAT, "Pak Admin"),
    ):
        telegram.add_user(user_id, name)
    async with telegram.served():
        yield telegram


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    store = await open_store(tmp_path / "konter.db")
    yield store
    await store.close()


@pytest.fixture
async def running(telegram: BotApiForTests, store: SqlStore) -> AsyncIterator[RunningBot]:
    """A bot that is built but not started; it is stopped after the test."""
    running = RunningBot(telegram, store)
    yield running
    await running.stop()


@pytest.fixture
async def harness(store: SqlStore) -> AsyncIterator[BotHarness]:
    """An open shop with its bot; Anni has 100,000 rupiah."""
    async with open_harness(store) as harness:
        yield harness


@pytest.fixture
async def topup_harness(store: SqlStore) -> AsyncIterator[BotHarness]:
    """A shop with a QRIS and a bank account for top-ups, which expire after an hour."""
    async with open_harness(store, shop_rules(topup_expires=timedelta(hours=1))) as harness:
        await set_payment_methods(harness, STATIC)
        yield harness


# --- transcripts, stored as text ---


class TextFile(SingleFileSnapshotExtension):
    """Stores each transcript in a text file of its own, so that it reads like a chat."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def stored(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The stored transcript."""
    return snapshot.use_extension(TextFile)


@pytest.fixture(params=["id", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def customer(harness: BotHarness, language: str) -> TranscribedUser:
    """A customer who has 100,000 rupiah."""
    who = {"id": ANNI, "en": CLARE}[language]
    return TranscribedUser(harness, who, harness.services.languages[language])


@pytest.fixture
async def admin(harness: BotHarness, language: str) -> TranscribedUser:
    """An admin; one reads Indonesian, the other English."""
    await register_second_admin(harness)
    who = {"id": INDONESIAN_ADMIN, "en": ENGLISH_ADMIN}[language]
    return TranscribedUser(harness, who, harness.services.languages[language])
