"""Pictures that arrive while a case is open: the customer says whether they show a payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.thread import Draft, FileKind, ThreadId, checked, fitting_caption
from bot.domain.topup import PaymentProof
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import unused_confirmation
from bot.services.money.topups.proof import SubmittedProof, submit_proof
from bot.services.thread_messages import KnownThread, add_customer_message, known, own_thread

CASES_OFFERED: Final = 3


@dataclass(frozen=True, slots=True)
class PictureQuestion:
    """The question what a picture shows."""

    token: str
    cases: Sequence[KnownThread]
    """The newest open cases, at least one."""


class CasePictures:
    """Keeps a customer's picture until they say what it shows."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def ask(
        self, customer_id: CustomerId, picture: PaymentProof, caption: str
    ) -> PictureQuestion | None:
        """Keep a picture and return the question; None if the customer has no open case."""
        if not await self._store.read(lambda tx: tx.threads.cases_of(customer_id, 1)):
            return None
        now, token = self._clock.now(), self._ids.token()
        payload: dict[str, str | int] = {
            "file_id": picture.file_id,
            "is_file": int(picture.is_file),
            "caption": fitting_caption(caption),
        }
        kind = ConfirmationKind.PICTURE

        def keep(tx: Transaction) -> PictureQuestion:
            tx.confirmations.add(Confirmation(token, customer_id, kind, payload, now))
            cases = tx.threads.cases_of(customer_id, CASES_OFFERED)
            return PictureQuestion(token, [known(tx, one) for one in cases])

        return await self._store.write(keep)

    async def is_proof(self, customer_id: CustomerId, token: str) -> SubmittedProof | None:
        """Take a picture as a payment proof, once; return what `submit_proof` returns.

        Nothing is done if that is None; the customer may still say that it shows something else.
        Raises `TokenError` if the customer has said what it shows, or it is not kept any more.
        """
        now = self._clock.now()

        def take(tx: Transaction) -> SubmittedProof | None:
            picture = _picture_of(tx, customer_id, token)
            proof = PaymentProof(picture.file_id, picture.file_kind is FileKind.DOCUMENT)
            key = f"picture:{token}"
            taken = submit_proof(tx, self._rules, customer_id, proof, key, now, is_unasked=True)
            if taken is not None:
                tx.confirmations.consume(token, customer_id, now, "proof")
            return taken

        return await self._store.write(take)

    async def is_of_case(
        self, customer_id: CustomerId, token: str, thread_id: ThreadId
    ) -> KnownThread:
        """Send a picture to the staff as a message of a case, once, also if it was closed since.

        Raises `TokenError` as `is_proof` does, `NotFoundError`, `MessageError`.
        """
        now = self._clock.now()

        def take(tx: Transaction) -> KnownThread:
            picture = checked(_picture_of(tx, customer_id, token))
            thread = own_thread(tx, customer_id, thread_id)
            key = f"picture:{token}"
            added = add_customer_message(tx, self._rules, thread.topic, picture, key, now)
            tx.confirmations.consume(token, customer_id, now, str(thread_id))
            return known(tx, added)

        return await self._store.write(take)


def _picture_of(tx: Transaction, customer_id: CustomerId, token: str) -> Draft:
    """Return the picture of a token, however old; raises `TokenError`."""
    payload = unused_confirmation(tx, token, customer_id, ConfirmationKind.PICTURE).payload
    kind = FileKind.DOCUMENT if payload["is_file"] else FileKind.PHOTO
    return Draft(str(payload["caption"]), kind, str(payload["file_id"]))
