"""The service list: documented rows, variants of related panels, and junk."""

import pytest

from bot.domain.catalogue import Listing
from bot.domain.cutoff import CutoffWindow
from bot.domain.errors import SupplierReplyTooLargeError
from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from bot.supplier.listings import ListingReader
from bot.supplier.protocol import parse_services
from tests.supplier.golden_files import recorded_reply
from tests.supplier.panel_calls import PROFILE


def test_the_documented_services_are_read() -> None:
    services = parse_services(recorded_reply("services"), PROFILE)
    assert services.skipped == 0
    assert services.listings == (
        Listing(
            code="BR10",
            name="Axis Data BRONET 13 GB / 30 Hari",
            note="",
            type="paket-internet",
            main="AXIS",
            sub="Bronet",
            cost=Rupiah(50500),
            is_ready=False,
            is_repeatable=True,
            cutoff=CutoffWindow(23 * 60 + 29, 30),
        ),
        Listing(
            code="TPT755",
            name="Three Pulsa Transfer 75.000",
            note="Pulsa Transfer",
            type="pulsa-transfer",
            main="TRI",
            sub="Pulsa Transfer",
            cost=Rupiah(74175),
            is_ready=True,
            is_repeatable=True,
            cutoff=CutoffWindow(23 * 60 + 30, 15),
        ),
    )


def test_the_variants_of_related_panels_are_read() -> None:
    services = parse_services(recorded_reply("services_family"), PROFILE)
    pulsa, token, wallet, game = services.listings
    assert services.skipped == 0
    assert [row.cost for row in services.listings] == [10250, 20140, 50650, 75000]
    assert [row.is_repeatable for row in services.listings] == [True, True, False, False]
    assert [row.is_ready for row in services.listings] == [True, True, False, True]
    assert pulsa.cutoff == CutoffWindow(23 * 60, 15)
    assert token.cutoff is wallet.cutoff is game.cutoff is None
    assert (token.name, token.note, token.sub) == ("PLN 20.000", "Token\nlistrik", "PLN")
    assert (wallet.code, wallet.path) == ("5050", ("saldo-emoney", "OVO", "OVO"))
    assert game.code == "ML217_23-S968"


def test_junk_is_skipped_and_counted() -> None:
    """Of 18 rows one is valid; of the three with its code the dearest counts."""
    services = parse_services(recorded_reply("services_junk"), PROFILE)
    assert [(row.code, row.cost) for row in services.listings] == [("XLP10", 10700)]
    assert services.skipped == 17


GOOD = b'{"code": "C%d", "name": "n", "category": {"type": "t", "main": "M"}, "price": 5}'
JUNK = (b"{}", b"null", b"1", b"[]")


def read(*rows: bytes) -> ServiceList:
    return parse_services(b'{"status": true, "data": [%b]}' % b",".join(rows), PROFILE)


def test_a_code_or_name_that_is_too_long_is_skipped() -> None:
    for long in (GOOD.replace(b"C%d", b"A" * 65), GOOD.replace(b'"n"', b'"%b"' % (b"n" * 256))):
        services = read(long, GOOD % 1)
        assert ([listing.code for listing in services.listings], services.skipped) == (["C1"], 1)


def test_the_profiles_highest_cost_is_the_limit() -> None:
    costs = (PROFILE.max_cost, PROFILE.max_cost + 1)
    services = read(*((GOOD % cost).replace(b" 5}", b" %d}" % cost) for cost in costs))
    assert [listing.cost for listing in services.listings] == [PROFILE.max_cost]


def test_a_list_with_the_maximum_of_rows_is_read() -> None:
    rows = [*(GOOD % (number // 2) for number in range(19_990)), *(JUNK * 3)[:10]]
    services = read(*rows)
    assert (len(services.listings), services.skipped) == (9_995, 10_005)


@pytest.mark.parametrize("row", [GOOD % 1, *JUNK])
def test_a_list_of_more_rows_is_refused_whole(row: bytes) -> None:
    rows = [GOOD % number for number in range(15_000)] + [row] * 5_001
    with pytest.raises(SupplierReplyTooLargeError, match="20,001 rows"):
        read(*rows)


def test_rows_under_numbered_keys_are_counted_too() -> None:
    """PHP encodes a list with gaps as an object."""
    rows = b",".join(b'"%d": {}' % number for number in range(1, 20_002))
    with pytest.raises(SupplierReplyTooLargeError):
        parse_services(b'{"status": true, "data": {%b}}' % rows, PROFILE)


def test_a_row_that_is_as_in_the_last_list_is_not_read_again() -> None:
    """The other rows are, and a row that became junk is skipped."""
    reader = ListingReader(PROFILE.repeatable_values, PROFILE.max_cost)
    rows = [GOOD % number for number in range(3)]

    def read_next(*rows: bytes) -> ServiceList:
        body = b'{"status": true, "data": [%b]}' % b",".join(rows)
        return parse_services(body, PROFILE, reader)

    first = read_next(*rows)
    second = read_next(rows[0], rows[1].replace(b'"n"', b'"New"'), b"{}", rows[2])
    assert second.skipped == 1
    assert [one.name for one in second.listings] == ["n", "New", "n"]
    assert second.listings[0] is first.listings[0]
    assert second.listings[2] is first.listings[2]
    assert read_next(*rows) == first
