"""Implements the port `Supplier`: order calls are made once, reads are retried and rate-limited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from types import TracebackType
from typing import Self, TypeVar

import stamina
import structlog

from bot.domain.errors import (
    RefusalClass,
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierRefusedError,
    SupplierReplyTooLargeError,
    SupplierUnavailableError,
)
from bot.domain.money import Rupiah
from bot.domain.supplier_profile import PanelProfile
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import ReadShare, ServiceList, StatusList
from bot.supplier.call_statistics import ANSWERED, CANCELLED, CallStatistics, outcome_of
from bot.supplier.forms import Credentials, Form
from bot.supplier.listings import ListingReader
from bot.supplier.protocol import (
    is_json_object,
    parse_balance,
    parse_order,
    parse_rows,
    parse_services,
)
from bot.supplier.scrubbing import scrubbed_listing, scrubbed_reply, scrubbed_rows
from bot.supplier.throttle import OrderGap, ReadLimiter
from bot.supplier.wire import (
    MAX_REPLY_BYTES,
    MAX_SERVICES_BYTES,
    Answer,
    LostError,
    NotSentError,
    TooLargeError,
    Wire,
)

_READ_TIMEOUT_SECONDS = 20.0
_ATTEMPTS = 3
_RETRIES_END_AFTER_SECONDS = 45.0
_LARGE_LIST_BYTES = 64 * 1024
"""15 status rows have about 6 KB; a larger list is decoded in a thread."""
_NOT_FOUND_STATUSES = (404, 405, 410)

_T = TypeVar("_T")
_log = structlog.get_logger()


class _TransientReadError(SupplierReadError):
    """A read failed, and another attempt may succeed."""


class OsimesaSupplier:
    """A client for a panel of osimesa.id's family (docs/supplier-api.md)."""

    def __init__(  # noqa: PLR0913 - one argument for each setting of the supplier
        self,
        *,
        url: str,
        profile_url: str,
        user_id: str,
        api_key: str,
        profile: PanelProfile,
        timeout_seconds: float = 60.0,
        order_gap_seconds: float = 6.0,
        calls_per_minute: int = 60,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Store the settings; connections are opened when they are needed.

        With an empty `profile_url` the balance is never requested. `calls_per_minute` is the
        limit for reads; order calls are limited by `order_gap_seconds`.
        """
        self._url = url
        self._profile_url = profile_url
        self._credentials = Credentials(user_id, api_key)
        self._profile = profile
        self._timeout_seconds = timeout_seconds
        self._read_timeout_seconds = min(timeout_seconds, _READ_TIMEOUT_SECONDS)
        self._gap = OrderGap(order_gap_seconds)
        self._limiter = ReadLimiter(calls_per_minute)
        self._monotonic = monotonic
        self._wire = Wire(monotonic)
        self._listing_reader = ListingReader(
            profile.repeatable_values,
            profile.max_cost,
            partial(scrubbed_listing, self._credentials.masker),
        )
        self._last_services: tuple[bytes, ServiceList] | None = None
        """The digest of the last list's body, and the list."""
        self.statistics = CallStatistics()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._wire.close()

    @property
    def order_gap_seconds(self) -> float:
        """The shortest pause between two order calls; it grows with throttle refusals."""
        return self._gap.seconds

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        """Make exactly one order call; the errors are those of `Supplier.place_order`."""
        form = self._credentials.order(service_code, destination)
        with self._logged(form):
            answer = await self._send_once(form, first_byte_within_seconds)
            if not answer.may_decide:
                raise self._outcome_unknown(answer)
            try:
                reply = self._order_reply(answer)
            except SupplierRefusedError as error:
                if error.refusal is RefusalClass.THROTTLE:
                    self._gap.widen()
                raise
            self._gap.narrow()
            return reply

    async def recent_rows(self, share: ReadShare) -> StatusList:
        """Return the newest rows of the account, at most 15."""
        return await self._rows(self._credentials.recent_rows(), share)

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        """Return the rows that the panel shows for one ref_id; they may be of other orders."""
        return await self._rows(self._credentials.rows_of(ref_id), share)

    async def services(self) -> ServiceList:
        """Return the whole service list; raises `SupplierReplyTooLargeError` above the limits.

        The limits are in docs/supplier-api.md, "3.6 Service reply".
        """
        form = self._credentials.services()
        with self._logged(form):
            answer = await self._read(
                self._url, form, ReadShare.OTHER, self._timeout_seconds, MAX_SERVICES_BYTES
            )
            # Reading 20,000 new rows takes a good part of a second and would block the event loop.
            services = await asyncio.to_thread(self._services, answer)
            _log_skipped(form, services.skipped, is_usual=True)
            return services

    async def balance(self) -> Rupiah | None:
        """Return the account's balance in rupiah; None if the panel does not report one."""
        if not self._profile_url:
            return None
        form = self._credentials.profile()
        with self._logged(form):
            answer = await self._read(
                self._profile_url,
                form,
                ReadShare.OTHER,
                self._read_timeout_seconds,
                MAX_REPLY_BYTES,
            )
            if answer.http_status in _NOT_FOUND_STATUSES and not is_json_object(answer.body):
                return None
            return self._parsed(parse_balance, answer)

    async def _rows(self, form: Form, share: ReadShare) -> StatusList:
        with self._logged(form):
            answer = await self._read(
                self._url, form, share, self._read_timeout_seconds, MAX_REPLY_BYTES
            )
            read = self._status_list if answer.may_decide else self._rows_of_5xx
            if len(answer.body) > _LARGE_LIST_BYTES:
                status = await asyncio.to_thread(read, answer)
            else:
                status = read(answer)
            _log_skipped(form, status.skipped)
            return status

    def _rows_of_5xx(self, answer: Answer) -> StatusList:
        """Return the rows of a 5xx answer, with one row more counted as skipped.

        A list with skipped rows proves no absence (docs/supplier-api.md, "3.5 Status reply").
        Raises `SupplierReadError`, also for a refusal, because "no such order" in a 5xx answer
        proves nothing.
        """
        try:
            status = self._status_list(answer)
        except SupplierRefusedError:
            raise SupplierReadError(f"HTTP status {answer.http_status}") from None
        return StatusList(status.rows, status.skipped + 1)

    def _outcome_unknown(self, answer: Answer) -> SupplierOutcomeUnknownError:
        """Return the error for an answer whose HTTP status may not decide an order.

        The error keeps the message, for the admins, and the ref_id, if the answer has one.
        """
        kind = "a redirect" if answer.is_redirect else "HTTP status"
        cause = f"{kind} ({answer.http_status})"
        try:
            reply = self._order_reply(answer)
        except SupplierRefusedError as error:
            return SupplierOutcomeUnknownError(cause, message=error.message)
        except SupplierOutcomeUnknownError as error:
            return SupplierOutcomeUnknownError(cause, message=error.message, ref_id=error.ref_id)
        return SupplierOutcomeUnknownError(cause, ref_id=reply.ref_id)

    async def _send_once(self, form: Form, first_byte_within_seconds: float) -> Answer:
        try:
            with self._timed(form):
                return await self._wire.post_once(
                    self._url,
                    form,
                    first_byte_within_seconds=first_byte_within_seconds,
                    timeout_seconds=self._timeout_seconds,
                )
        except NotSentError as error:
            raise SupplierUnavailableError(str(error)) from None
        except LostError as error:
            raise SupplierOutcomeUnknownError(str(error)) from None

    async def _read(
        self, url: str, form: Form, share: ReadShare, timeout_seconds: float, max_bytes: int
    ) -> Answer:
        """Make a read, with up to three attempts within 45 s, and return the complete answer.

        The answer is no redirect, and a 5xx only with a JSON object as its body.
        """
        async for attempt in stamina.retry_context(
            on=_TransientReadError,
            attempts=_ATTEMPTS,
            timeout=_RETRIES_END_AFTER_SECONDS,
            wait_initial=0.5,
        ):
            with attempt:
                await self._limiter.acquire(share)
                return await self._attempt(url, form, timeout_seconds, max_bytes)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _attempt(
        self, url: str, form: Form, timeout_seconds: float, max_bytes: int
    ) -> Answer:
        try:
            with self._timed(form):
                answer = await self._wire.post(
                    url, form, timeout_seconds=timeout_seconds, max_bytes=max_bytes
                )
        except TooLargeError as error:
            raise SupplierReplyTooLargeError(str(error)) from None
        except LostError as error:
            raise _TransientReadError(str(error)) from None
        if answer.is_redirect:
            raise SupplierReadError(f"a redirect ({answer.http_status})")
        if answer.http_status >= 500 and not is_json_object(answer.body):
            raise _TransientReadError(f"HTTP status {answer.http_status}")
        return answer

    def _order_reply(self, answer: Answer) -> SupplierRow:
        return scrubbed_reply(self._credentials.masker, self._parsed(parse_order, answer))

    def _status_list(self, answer: Answer) -> StatusList:
        return scrubbed_rows(self._credentials.masker, self._parsed(parse_rows, answer))

    def _services(self, answer: Answer) -> ServiceList:
        """Return the list of an answer; the same object as the last one if the body is the same."""
        digest = blake2b(answer.body).digest()
        if self._last_services is None or self._last_services[0] != digest:
            services = self._parsed(partial(parse_services, reader=self._listing_reader), answer)
            self._last_services = digest, services
        return self._last_services[1]

    def _parsed(self, parse: Callable[[bytes, PanelProfile], _T], answer: Answer) -> _T:
        try:
            return parse(answer.body, self._profile)
        except SupplierRefusedError as error:
            fault: SupplierError = SupplierRefusedError(
                error.refusal, self._credentials.scrub(error.message)
            )
        except SupplierOutcomeUnknownError as error:
            fault = self._scrubbed_unknown(error)
        except SupplierError as error:
            fault = error.with_traceback(None)
        # Raised outside the `except` blocks, the error refers to no frame and no other error
        # that holds the body, which may contain the API key.
        raise fault

    def _scrubbed_unknown(self, error: SupplierOutcomeUnknownError) -> SupplierOutcomeUnknownError:
        """Return an unknown outcome without secrets; a secret in place of a ref_id is dropped."""
        credentials, ref_id = self._credentials, error.ref_id
        if ref_id is not None and credentials.masker.is_secret(ref_id):
            ref_id = None
        message = credentials.scrub(error.message)
        return SupplierOutcomeUnknownError(str(error), message=message, ref_id=ref_id)

    @contextmanager
    def _logged(self, form: Form) -> Iterator[None]:
        """Log the name, duration and outcome of a call, but no fields of request or answer."""
        started = self._monotonic()
        outcome, counted = "cancelled", CANCELLED
        try:
            yield
            outcome, counted = "ok", ANSWERED
        except SupplierRefusedError as error:
            outcome, counted = f"refused: {error.refusal}", outcome_of(error)
            raise
        except SupplierError as error:
            outcome, counted = f"{type(error).__name__.strip('_')}: {error}", outcome_of(error)
            raise
        finally:
            self.statistics.calls[form.call, counted] += 1
            seconds = round(self._monotonic() - started, 3)
            _log.info("supplier_call", call=form.call, seconds=seconds, outcome=outcome)

    @contextmanager
    def _timed(self, form: Form) -> Iterator[None]:
        """Measure one request, without the waits for its turn."""
        began = self._monotonic()
        try:
            yield
        finally:
            self.statistics.seconds[form.call].observe(self._monotonic() - began)


def _log_skipped(form: Form, count: int, *, is_usual: bool = False) -> None:
    """Log the number of skipped rows; `is_usual` lowers the level for lists that always have some.

    Service lists always contain junk rows (docs/supplier-api.md, "2.8 Services").
    """
    if count:
        log = _log.info if is_usual else _log.warning
        log("rows_skipped", call=form.call, count=count)
