"""Ids as people type them: what is stripped, what is joined, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.destination import DestinationKind, GameForm, normalise, zone_of
from bot.domain.errors import DestinationError, DestinationFault
from bot.domain.typed_input.account_id import (
    begins_like_phone,
    is_labelled,
    parse_account_id,
    without_labels,
)
from tests.domain.samples import pairs

GAME, CARD, METER = DestinationKind.GAME, DestinationKind.CARD, DestinationKind.METER
TV, OTHER = DestinationKind.CUSTOMER_NUMBER, DestinationKind.OTHER
DIGITS = GameForm("{user}", has_digit_user=True)
DIGITS_ZONE = GameForm("{user}{zone}", has_digit_user=True, has_digit_zone=True)
NAMED_ZONE = GameForm("{user}{zone}", has_digit_user=True)
FREE, FREE_ZONE = GameForm(), GameForm("{user}{zone}")


def read(kind: DestinationKind, text: str, form: GameForm = FREE, brand: str = "BRAND") -> str:
    """Return the destination that is sent for a typed id."""
    return normalise(kind, parse_account_id(kind, text, form, brand), form)


def fault_of(kind: DestinationKind, text: str, form: GameForm = FREE) -> DestinationFault:
    with pytest.raises(DestinationError) as caught:
        read(kind, text, form)
    assert caught.value.kind == kind
    return caught.value.fault


# --- games whose ids are digits ---


@pytest.mark.parametrize(
    "text",
    [
        "812345678", "UID: 812345678", "uid 812345678", "Uid=812345678", "UID.812345678",
        "ID812345678", "User ID : 812345678", "userid 812345678", "PLAYER ID 812345678",
        "id saya 812345678 ya kak", "IDnya 812345678", "ID Game: 812345678", "id ff 812345678",
        "Free Fire 812345678", "no. 812345678", "#812345678", "(812345678)", "🎮 812345678",
        "812345678 🙏", "812 345 678", "812.345.678", "8123-4567-8", "ini id akun saya\n812345678",
    ],
)  # fmt: skip
def test_labels_game_names_and_courtesies_are_stripped_from_a_game_id(text: str) -> None:
    assert read(GAME, text, DIGITS, "FREE FIRE") == "812345678"


@pytest.mark.parametrize("text", ["uid 1628 30886 99", "1628 30886 99", "UID: 1628-30886-99"])
def test_the_digit_groups_of_an_id_are_joined(text: str) -> None:
    assert read(GAME, text, DIGITS, "PUBG MOBILE") == "16283088699"
    assert read(GAME, text.replace("-", " "), FREE, "HAGO") == "16283088699"


@pytest.mark.parametrize(
    "text",
    ["1628 30886 50", "12345678 10", "10 12345678", "12 3456 789", "1234 567", "1628/30886/99",
     "12345 id 6789", "id 12345678 id 87654321", "12345678 2001 50"],
)  # fmt: skip
def test_unclear_digit_groups_are_not_joined(text: str) -> None:
    assert fault_of(GAME, text, DIGITS) is DestinationFault.UNCLEAR


@pytest.mark.parametrize(
    "text",
    ["12345678 (2001)", "12345678/2001", "12345678 2001", "UID 12345678 [2001]", "12345678-2001",
     "12345678 server 2001", "ID: 12345678 Zone: 2001", "12345678 Server ID Asia", "1234 5678 (12)",
     "6281234567 (2001)"],
)  # fmt: skip
def test_a_zone_for_a_game_without_zones_is_refused(text: str) -> None:
    """Dropping the zone would send the goods to an id that the customer did not give."""
    assert fault_of(GAME, text, DIGITS) is DestinationFault.ZONE_UNEXPECTED


@pytest.mark.parametrize(
    ("text", "fault"),
    pairs({
        DestinationFault.EMPTY: ["UID", "user id:", "???"],
        DestinationFault.LENGTH: [
            "halo", "pulsa xl dong", "123", "1" * 21, "081234567890", "uid 081234567890",
            "0812 3456 7890", "62 812 3456 7890", "no 6281234567890", "1234567O",
        ],
        DestinationFault.NOT_DIGITS: [
            "+6281234567890", "12345678 punya adik", "12345678, Nick Budi", "1234 567O 890",
            "1234****5678", "1234…", "1234●●●●", "1234 🔵 5678",
        ],
        DestinationFault.NOT_ASCII: ["١٢٣٤٥٦٧٨", "１２３４５６７８"],
    }),
)  # fmt: skip
def test_an_invalid_digit_id_is_refused_with_its_fault(text: str, fault: DestinationFault) -> None:
    assert fault_of(GAME, text, DIGITS) is fault


@pytest.mark.parametrize(
    "text",
    [
        "12345678 2001", "12345678 (2001)", "12345678(2001)", "12345678/2001", "12345678-2001",
        "12345678:2001", "12345678, 2001", "12345678\n2001", "UID 12345678 (2001)",
        "ID: 12345678 Server: 2001", "12345678 zone 2001", "12345678 zone2001",
        "12345678 Zona: 2001", "id12345678 srv2001", "User ID = 12345678, Zone ID = 2001",
        "Server: 2001 ID: 12345678", "zone id 2001 uid 12345678", "no server 2001 id 12345678",
        "User ID & Zone ID: 12345678 (2001)", "id/server: 12345678/2001", "ID ML : 12345678 (2001)",
        "mobile legends 12345678 2001 ya min", "1234 5678 (2001)", "User id server 12345678 2001",
    ],
)  # fmt: skip
def test_user_and_zone_are_separated_by_label_sign_or_position(text: str) -> None:
    typed = parse_account_id(GAME, text, DIGITS_ZONE, "MOBILE LEGENDS")
    assert normalise(GAME, typed, DIGITS_ZONE) == "123456782001"
    assert zone_of(GAME, typed, DIGITS_ZONE) == "2001"


@pytest.mark.parametrize(
    ("text", "fault"),
    pairs({
        DestinationFault.EMPTY: ["UID"],
        DestinationFault.ZONE_MISSING: ["12345678", "UID 12345678", "12345678 zone"],
        DestinationFault.UNCLEAR: [
            "zone 2001", "2001 12345678", "ID Zone: 12345678 (2001)", "1234 5678 2001",
            "UID 1234 5678 2001", "12345678 zone 2001 zone 2002", "id 12345678 id 2001",
            "12345678 50", "1234 1234",
        ],
        DestinationFault.LENGTH: ["1234 (200)", "081234567890 2001", "6281234567890"],
        DestinationFault.NOT_DIGITS: ["12345678 Budi", "12345678 (2001) Budi"],
    }),
)  # fmt: skip
def test_an_id_with_an_unclear_zone_is_refused(text: str, fault: DestinationFault) -> None:
    assert fault_of(GAME, text, DIGITS_ZONE) is fault


def test_an_id_with_a_zone_may_begin_like_a_phone_number() -> None:
    """The ids of some games are that long; none begins with 0."""
    assert read(GAME, "62812345 2001", DIGITS_ZONE) == "628123452001"
    assert read(GAME, "6281234567", DIGITS) == "6281234567"
    assert read(GAME, "UID 62812345678", DIGITS) == "62812345678"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("812345678 Asia", "812345678Asia"),
        ("UID: 812345678 Server: os_asia", "812345678os_asia"),
        ("Server Asia, UID 812345678", "812345678Asia"),
        ("812345678 (500001)", "812345678500001"),
    ],
)
def test_a_zone_may_be_a_servers_name(text: str, sent: str) -> None:
    assert read(GAME, text, NAMED_ZONE) == sent
    assert fault_of(GAME, "812345678 ya", NAMED_ZONE) is DestinationFault.ZONE_MISSING
    assert fault_of(GAME, "Asia 812345678", NAMED_ZONE) is DestinationFault.NOT_DIGITS
    assert fault_of(GAME, "812345678 812345678", NAMED_ZONE) is DestinationFault.UNCLEAR


# --- games whose ids may be names ---


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Player_1", "Player_1"),
        ("ID Player_1", "Player_1"),
        ("user.name", "user.name"),
        ("ID.12345678", "12345678"),
        ("No. 12345678", "12345678"),
        ("Riot ID: Budi#1234", "Budi#1234"),
        ("ID saya: Budi#1234", "Budi#1234"),
        ("ID Point Blank = Budi_1", "Budi_1"),
        ("point blank id Budi_1", "Budi_1"),
        ("081234567890", "081234567890"),
        ("no hp 081234567890", "081234567890"),
    ],
)
def test_only_a_label_before_a_name_is_stripped(text: str, sent: str) -> None:
    assert read(GAME, text, FREE, "POINT BLANK") == sent


@pytest.mark.parametrize(
    "text",
    ["Budi 2001", "ID Budi zone 2001", "user: Budi server: 2001", "Server 2001 id Budi",
     "zone id 2001 user Budi", "ID Budi (2001)"],
)  # fmt: skip
def test_a_name_and_its_zone_are_separated_by_label_or_position(text: str) -> None:
    assert read(GAME, text, FREE_ZONE) == "Budi2001"


@pytest.mark.parametrize(
    ("text", "refused"),
    pairs({
        (FREE, DestinationFault.EMPTY): ["uid"],
        (FREE_ZONE, DestinationFault.UNCLEAR): ["server 2001"],
        (FREE, DestinationFault.ZONE_UNEXPECTED): [
            "Budi server 2001", "12345678 2001", "12345678/2001", "ini Budi",
        ],
        (FREE, DestinationFault.UNCLEAR): ["12345678 2001 3"],
        (FREE_ZONE, DestinationFault.ZONE_MISSING): ["Budi"],
        (FREE, DestinationFault.LENGTH): ["Budi Santoso Jaya", "Bu*di"],
        (FREE_ZONE, DestinationFault.LENGTH): ["Budi S zone 1"],
        (FREE, DestinationFault.NOT_ASCII): ["Budí"],
    }),
)  # fmt: skip
def test_words_that_are_no_name_are_refused(
    text: str, refused: tuple[GameForm, DestinationFault]
) -> None:
    form, fault = refused
    assert fault_of(GAME, text, form) is fault


# --- cards, customer numbers, anything ---


@pytest.mark.parametrize(
    "text",
    [
        "6032981234567890", "6032 9812 3456 7890", "6032-9812-3456-7890", "6032/9812/3456/7890",
        "no kartu 6032981234567890", "No. Kartu: 6032 9812 3456 7890",
        "NOMOR KARTU=6032981234567890",
        "card number 6032981234567890", "nokartu6032981234567890", "kartu brizzi 6032981234567890",
        "nomor kartu saya 6032981234567890 ya",
    ],
)  # fmt: skip
def test_a_card_number_is_found_among_labels_and_its_brand(text: str) -> None:
    assert read(CARD, text, brand="BRI BRIZZI") == "6032981234567890"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("ID 12345678901", "12345678901"),
        ("id pelanggan 12345678901", "12345678901"),
        ("IDPEL:12345678901", "12345678901"),
        ("idpel12345678901", "12345678901"),
        ("k vision 12345678901", "12345678901"),
        ("smart card no 12345678901", "12345678901"),
        ("081234567890", "081234567890"),
        ("no hp 0812 3456 7890", "081234567890"),
    ],
)
def test_a_customer_number_may_be_a_phone_number(text: str, sent: str) -> None:
    """Streaming services are sold to phone numbers."""
    assert read(TV, text, brand="K-VISION") == sent


@pytest.mark.parametrize(
    ("text", "refused"),
    pairs({
        (CARD, DestinationFault.EMPTY): ["no kartu"],
        (CARD, DestinationFault.LENGTH): ["no kartu 6032"],
        (CARD, DestinationFault.TRAILING): ["6032981234567890 50000"],
        (CARD, DestinationFault.UNCLEAR): [
            "6032981234567890, 50000", "6032981234567890 kode 123456", "081234567890",
            "no 6281234567890",
        ],
        (CARD, DestinationFault.NOT_DIGITS): [
            "6032981234567890 punya ibu", "6032 9812 xxxx 7890", "6032 9812 **** 7890",
            "60329812345O", "hp 081234567890",
        ],
        (TV, DestinationFault.NOT_DIGITS): ["+6281234567890", "zone 12345678901"],
        (METER, DestinationFault.UNCLEAR): ["081234567890"],
        (METER, DestinationFault.TRAILING): ["14123456789 5"],
        (METER, DestinationFault.NOT_DIGITS): ["14123456789 20rb"],
        (OTHER, DestinationFault.EMPTY): ["uid:"],
    }),
)  # fmt: skip
def test_an_invalid_card_or_customer_number_is_refused_with_its_fault(
    text: str, refused: tuple[DestinationKind, DestinationFault]
) -> None:
    kind, fault = refused
    assert fault_of(kind, text) is fault


def test_a_longer_card_number_may_begin_like_a_phone_number() -> None:
    assert read(CARD, "0812 9812 3456 7890") == "0812981234567890"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("id 12345", "12345"),
        ("ID.12345", "12345"),
        ("email: budi@mail.example", "budi@mail.example"),
        ("no hp +60 12-345 6789", "+60 12-345 6789"),
        ("id saya Budi", "Budi"),
        ("No 5 Elm Street", "No 5 Elm Street"),
        ("id.budi", "id.budi"),
        ("saya", "saya"),
    ],
)
def test_in_free_text_only_a_label_before_a_single_id_is_stripped(text: str, sent: str) -> None:
    assert read(OTHER, text) == sent


def test_the_digits_of_a_brand_are_not_stripped() -> None:
    assert read(TV, "tv 1234 2 5678", brand="TV 2") == "123425678"


def test_phone_numbers_are_left_to_the_phone_parser() -> None:
    assert parse_account_id(DestinationKind.PHONE, " no 0812 ", FREE, "") == "no 0812"


@pytest.mark.parametrize(
    "text",
    ["idpel 512345678901", "IDPEL512345678901", "ID Pelanggan: 5123 4567 8901", "512345678901",
     "no meter pln 512345678901"],
)  # fmt: skip
def test_a_meter_number_is_found_among_labels(text: str) -> None:
    assert read(METER, text, brand="PLN") == "512345678901"


@given(st.sampled_from(list(DestinationKind)), st.text(max_size=60))
def test_any_text_is_parsed_or_refused_and_no_digit_is_invented(
    kind: DestinationKind, text: str
) -> None:
    for form in (FREE, FREE_ZONE, DIGITS):
        try:
            typed = parse_account_id(kind, text, form, "MOBILE LEGENDS")
        except DestinationError:
            continue
        rest = iter(text)
        assert all(one in rest for one in typed if one.isdigit())


@pytest.mark.parametrize(
    "text",
    ["081234567890", "0812 3456 7890", "+62 812-3456-7890", "6281234567890", "62 812 3456 7890",
     "0062 812 3456 7890", "+62 0812 3456 7890", " 081234567890 pulsa 10", "(0812) 34567890"],
)  # fmt: skip
def test_a_phone_number_at_the_start_of_a_text_is_recognised(text: str) -> None:
    assert begins_like_phone(text)


@pytest.mark.parametrize(
    "text",
    ["812345678", "12345678 (2001)", "6281234567 (2001)", "62812345678 (2001)", "6281234567",
     "UID 081234567890", "0812", "+60 12-345 6789", "halo", ""],
)  # fmt: skip
def test_other_texts_do_not_begin_like_a_phone_number(text: str) -> None:
    assert not begins_like_phone(text)


def test_labels_announce_an_id_and_are_removed_from_the_rest() -> None:
    assert is_labelled("UID: Budi")
    assert is_labelled("no hp 0812")
    assert not is_labelled("saldo")
    assert without_labels("User ID saya: pulsa (server) 10rb ya") == "pulsa 10rb"
