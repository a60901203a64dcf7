"""The service list: documented rows, variants of related panels, and junk."""

import pytest

from bot.domain.catalogue import Listing
from bot.domain.cutoff import CutoffWindow
from bot.domain.errors import SupplierReplyTooLargeError
from bot.domain.money import Rupiah
from bot.domain.supplier_profile import PanelProfile
from bot.supplier.protocol import parse_services
from tests.supplier.golden_files import golden


def test_the_documented_services_are_read(profile: PanelProfile) -> None:
    services = parse_services(golden("services"), profile)
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


def test_the_variants_of_related_panels_are_read(profile: PanelProfile) -> None:
    services = parse_services(golden("services_family"), profile)
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


def test_junk_is_skipped_and_counted(profile: PanelProfile) -> None:
    """Of 18 rows one is valid; of the three with its code the dearest counts."""
    services = parse_services(golden("services_junk"), profile)
    assert [(row.code, row.cost) for row in services.listings] == [("XLP10", 10700)]
    assert services.skipped == 17


@pytest.mark.parametrize(
    "row",
    [
        b'{"code": "\xff", "name": "n", "category": {"type": "t", "main": "M"}, "price": 5}',
        b'{"code": "A", "name": "n", "category": {"type": "t", "main": "M"}, "price": 1e999}',
        b'{"code": "%b", "name": "n", "category": {"type": "t", "main": "M"}, "price": 5}'
        % (b"A" * 65),
        b'{"code": "A", "name": "%b", "category": {"type": "t", "main": "M"}, "price": 5}'
        % (b"n" * 256),
    ],
    ids=["bad utf-8", "infinite price", "long code", "long name"],
)
def test_a_bad_row_does_not_affect_the_others(profile: PanelProfile, row: bytes) -> None:
    good = b'{"code": "B", "name": "n", "category": {"type": "t", "main": "M"}, "price": 5}'
    body = b'{"status": true, "data": [%b, %b]}' % (row, good)
    services = parse_services(body, profile)
    assert [listing.code for listing in services.listings] == ["B"]
    assert services.skipped == 1


def test_the_profiles_highest_cost_is_the_limit(profile: PanelProfile) -> None:
    rows = b",".join(
        b'{"code": "C%d", "name": "n", "category": {"type": "t", "main": "M"}, "price": %d}'
        % (cost, cost)
        for cost in (profile.max_cost, profile.max_cost + 1)
    )
    services = parse_services(b'{"status": true, "data": [%b]}' % rows, profile)
    assert [listing.cost for listing in services.listings] == [profile.max_cost]


def test_an_empty_list_of_services_is_read(profile: PanelProfile) -> None:
    services = parse_services(b'{"status": true, "data": []}', profile)
    assert (services.listings, services.skipped) == ((), 0)


JUNK = (b"{}", b"null", b"1", b"[]")
GOOD = b'{"code": "C%d", "name": "n", "category": {"type": "t", "main": "M"}, "price": 5}'


def test_a_list_with_the_maximum_of_rows_is_read(profile: PanelProfile) -> None:
    rows = [*(GOOD % (number // 2) for number in range(19_990)), *(JUNK * 3)[:10]]
    services = parse_services(b'{"status": true, "data": [%b]}' % b",".join(rows), profile)
    assert (len(services.listings), services.skipped) == (9_995, 10_005)


@pytest.mark.parametrize("row", [GOOD % 1, *JUNK])
def test_a_list_of_more_rows_is_refused_whole(profile: PanelProfile, row: bytes) -> None:
    rows = [GOOD % number for number in range(15_000)] + [row] * 5_001
    with pytest.raises(SupplierReplyTooLargeError, match="20,001 rows"):
        parse_services(b'{"status": true, "data": [%b]}' % b",".join(rows), profile)


def test_rows_under_numbered_keys_are_counted_too(profile: PanelProfile) -> None:
    """PHP encodes a list with gaps as an object."""
    rows = b",".join(b'"%d": {}' % number for number in range(1, 20_002))
    with pytest.raises(SupplierReplyTooLargeError):
        parse_services(b'{"status": true, "data": {%b}}' % rows, profile)
