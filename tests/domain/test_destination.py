"""Destinations: typed text is normalised to the form that is sent and compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.destination import (
    DestinationKind,
    GameForm,
    group_digits,
    is_normalised,
    may_be_masked,
    may_be_same,
    normalise,
    operators_of,
    same_destination,
    strip_repeat_prefix,
    zone_of,
)
from bot.domain.errors import DestinationError, DestinationFault
from tests.domain.samples import pairs

WITH_ZONE = GameForm("{user}{zone}")
PHONE = DestinationKind.PHONE


def fault_of(kind: DestinationKind, text: str, game: GameForm | None = None) -> DestinationFault:
    with pytest.raises(DestinationError) as caught:
        normalise(kind, text, game)
    return caught.value.fault


kinds = st.sampled_from(DestinationKind)
subscribers = st.from_regex(r"8[1235789][0-9]{7,10}", fullmatch=True)
likely_texts = st.one_of(
    st.text(max_size=70),
    st.text("0123456789+ -./()٣", max_size=22),
    st.from_regex(r"(\+62|0062|62|0)? ?8[0-9]{7,12}", fullmatch=True),
)


@given(subscribers, st.sampled_from(["+62", "0062", "62", "0", "", "+62 0", "62-0", "(+62) "]))
def test_every_spelling_of_a_number_is_normalised_to_one(subscriber: str, prefix: str) -> None:
    assert normalise(PHONE, prefix + subscriber) == "0" + subscriber


@given(subscribers, st.data())
def test_separators_do_not_matter(subscriber: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, 8))
    between = data.draw(st.sampled_from([" ", "-", ".", " - ", "/", ") "]))
    assert normalise(PHONE, f" 0{subscriber[:at]}{between}{subscriber[at:]} ") == "0" + subscriber


@given(subscribers, st.from_regex(r"[0-9]{1,6}", fullmatch=True), st.sampled_from(" -./"))
def test_digits_after_a_whole_number_are_refused(
    subscriber: str, behind: str, between: str
) -> None:
    """Joined, they would make another number; alone, they may be an amount."""
    assert fault_of(PHONE, f"0{subscriber}{between}{behind}") is DestinationFault.TRAILING


@pytest.mark.parametrize(
    ("text", "kind"),
    pairs({
        PHONE: ["0812 3456 789 10", "0812 3456 7890 1", "+62 812 3456 7890 10", "0812 345 678 90"],
        DestinationKind.METER: ["14123456789 5", "1412 3456 789 5"],
        DestinationKind.CARD: ["6032986012345678 50000", "6032 9860 1234 5678 50"],
        DestinationKind.CUSTOMER_NUMBER: ["1234567890 50"],
    }),
)  # fmt: skip
def test_a_short_last_group_after_a_whole_number_is_refused(
    text: str, kind: DestinationKind
) -> None:
    assert fault_of(kind, text) is DestinationFault.TRAILING


@pytest.mark.parametrize(
    "text", ["0812 3456 7890", "0812 3456 78901", "0812 345 6789", "0812 34 56 78 90"]
)
def test_usual_digit_groups_are_joined(text: str) -> None:
    """No group before the last is a whole number, or all groups have the same length."""
    assert normalise(PHONE, text) == text.replace(" ", "")


@given(kinds, likely_texts)
def test_normalising_twice_changes_nothing(kind: DestinationKind, text: str) -> None:
    try:
        destination = normalise(kind, text)
    except DestinationError:
        return
    assert normalise(kind, destination) == destination
    assert is_normalised(kind, destination)
    assert same_destination(destination, destination)
    assert destination.isascii()
    assert destination.isprintable()
    assert 3 <= len(destination) <= 64


@given(likely_texts)
def test_a_phone_number_begins_with_08_and_has_10_to_13_digits(text: str) -> None:
    try:
        number = normalise(PHONE, text)
    except DestinationError:
        return
    assert number.startswith("08")
    assert 10 <= len(number) <= 13
    assert set(number) <= set("0123456789")


@pytest.mark.parametrize(
    ("text", "refused"),
    pairs({
        (PHONE, DestinationFault.EMPTY): ["   "],
        (PHONE, DestinationFault.NOT_DIGITS): [
            "٠٨١٢٣٤٥٦٧٨٩", "\uff10\uff18123456789", "0812x3456789", "++6281234567890", "+",
        ],
        (PHONE, DestinationFault.FOREIGN): [
            "+65 8123 4567", "+852 9123 4567", "00852 9123 4567", "00852-91234567", "84912345678",
            "86138123456", "8012 345 678",
        ],
        (PHONE, DestinationFault.NOT_INDONESIAN_MOBILE): ["+081234567890", "021 555 1234", "62"],
        (PHONE, DestinationFault.LENGTH): ["081234567", "08123456789012"],
        (DestinationKind.METER, DestinationFault.LENGTH): ["1234567890", "1234567890123"],
        (DestinationKind.METER, DestinationFault.NOT_DIGITS): ["1234567890x", "---"],
        (DestinationKind.OTHER, DestinationFault.LENGTH): ["ab", "a" * 65],
        (DestinationKind.OTHER, DestinationFault.NOT_ASCII): ["naïve"],
        (DestinationKind.GAME, DestinationFault.NOT_ASCII): ["١٢٣٤"],
        (DestinationKind.GAME, DestinationFault.LENGTH): ["12", "x" * 41],
        (DestinationKind.GAME, DestinationFault.ZONE_UNEXPECTED): ["123456 2001"],
    }),
)  # fmt: skip
def test_an_invalid_destination_is_refused_with_its_fault(
    text: str, refused: tuple[DestinationKind, DestinationFault]
) -> None:
    kind, fault = refused
    assert fault_of(kind, text) is fault


@pytest.mark.parametrize(
    "text",
    ["85291234567", "821012345678", "084912345678", "+62 849 1234 5678", "+62 (0)85291234567"],
)
def test_a_number_that_may_be_indonesian_is_taken_as_one(text: str) -> None:
    """Customers type 8 for 08, and a leading 0 or 62 names the country."""
    assert normalise(PHONE, text).endswith(text[-9:].replace(" ", ""))


@pytest.mark.parametrize(
    ("kind", "text", "destination"),
    [
        (DestinationKind.METER, "1234 5678 901", "12345678901"),
        (DestinationKind.METER, "123456789012", "123456789012"),
        (DestinationKind.CUSTOMER_NUMBER, "123-456", "123456"),
        (DestinationKind.CARD, "6032 9860 1234 5678", "6032986012345678"),
        (DestinationKind.OTHER, " user@mail.example ", "user@mail.example"),
        (DestinationKind.GAME, " Player_1#77 ", "Player_1#77"),
    ],
)
def test_each_kind_is_normalised_in_its_own_way(
    kind: DestinationKind, text: str, destination: str
) -> None:
    assert normalise(kind, text) == destination


@pytest.mark.parametrize(
    "text", ["12345678 2001", "12345678(2001)", "12345678 (2001)", "12345678/2001", "12345678,2001"]
)
def test_user_and_zone_are_joined_by_the_games_template(text: str) -> None:
    assert normalise(DestinationKind.GAME, text, WITH_ZONE) == "123456782001"
    assert normalise(DestinationKind.GAME, text, GameForm("{user}|{zone}")) == "12345678|2001"


def test_a_game_with_zones_requires_one() -> None:
    assert fault_of(DestinationKind.GAME, "12345678", WITH_ZONE) is DestinationFault.ZONE_MISSING


@given(
    st.from_regex(r"[0-9A-Za-z]{3,40}", fullmatch=True),
    st.from_regex(r"[0-9A-Za-z]{1,12}", fullmatch=True),
    st.sampled_from(["{user}{zone}", "{user}|{zone}", "{user}"]),
)
def test_a_normalised_game_id_is_recognised(user: str, zone: str, template: str) -> None:
    """The destination on the confirm screen must still be valid when the button is pressed."""
    form = GameForm(template)
    text = f"{user} ({zone})" if form.has_zone else user
    assert is_normalised(DestinationKind.GAME, normalise(DestinationKind.GAME, text, form))


def test_a_destination_of_another_kind_is_not_recognised() -> None:
    """A product's type may change after the quote: a phone number is no meter number."""
    assert is_normalised(PHONE, "081234567890")
    assert not is_normalised(PHONE, "6281234567890")
    assert not is_normalised(DestinationKind.METER, "0812345678")
    assert not is_normalised(DestinationKind.GAME, "a b ")


@given(st.from_regex(r"[1-9][0-9]?", fullmatch=True), subscribers)
def test_the_echo_of_a_repeated_order_is_recognised(count: str, subscriber: str) -> None:
    """The supplier prefixes a count ("2.0812…") and may write 62 for 0."""
    number = "0" + subscriber
    assert strip_repeat_prefix(f" {count}.{number} ") == number
    assert same_destination(number, f"{count}.{number}")
    assert same_destination(number, f"{count}.62{subscriber}")
    assert same_destination(number, f"+62{subscriber}")


@pytest.mark.parametrize("echo", ["user.12.3", "x2.081234567890", "12", ".12", "2."])
def test_only_a_count_at_the_beginning_is_a_repeat_prefix(echo: str) -> None:
    assert strip_repeat_prefix(echo) == echo


@given(subscribers, subscribers, st.sampled_from(["", "2.", "62", "+62", "0062"]))
def test_different_numbers_are_never_the_same_destination(
    one: str, other: str, prefix: str
) -> None:
    lead = "" if prefix.endswith("62") else "0"
    assert same_destination("0" + one, f"{prefix}{lead}{other}") == (one == other)


@pytest.mark.parametrize(
    ("sent", "echo", "is_same"),
    [
        ("1234.5678", "1234.5678", True),
        ("1234.5678", "2.1234.5678", True),
        ("12345678901", "12345678902", False),
        ("12345678901", "2.12345678901", True),
        ("81234567890", "081234567890", False),
        ("81234567890", "2.81234567890", True),
        ("Player_1", "player_1", False),
        ("123456782001", "", False),
        ("123456782001", "2.", False),
    ],
)
def test_destinations_other_than_phone_numbers_are_compared_literally(
    sent: str, echo: str, is_same: bool
) -> None:
    assert same_destination(sent, echo) is is_same


@pytest.mark.parametrize("kind", list(DestinationKind))
def test_only_phone_numbers_are_compared_across_spellings(kind: DestinationKind) -> None:
    is_phone = kind in (DestinationKind.PHONE, DestinationKind.OTHER)
    assert same_destination("081234567890", "6281234567890", kind) is is_phone
    assert same_destination("081234567890", "2.81234567890", kind) is is_phone
    assert same_destination("081234567890", " 2.081234567890", kind)
    assert may_be_same("81234567890", "081234567890")


def test_operators_are_found_by_the_first_digits() -> None:
    prefixes = {"TELKOMSEL": ("0811", "0851"), "BY.U": ("0851",), "TRI": ("0895",)}
    assert operators_of("085112345678", prefixes) == {"TELKOMSEL", "BY.U"}
    assert operators_of("089512345678", prefixes) == {"TRI"}
    assert operators_of("083112345678", prefixes) == frozenset()


@given(st.text("0123456789", min_size=1, max_size=24))
def test_long_numbers_are_shown_in_groups_of_four(digits: str) -> None:
    grouped = group_digits(digits)
    assert grouped.replace(" ", "") == digits
    assert {len(group) for group in grouped.split(" ")[:-1]} <= {4}


@pytest.mark.parametrize("digits", ["0812345678", "08123456789", "081234567890", "0812345678901"])
def test_a_number_copied_from_a_screen_is_parsed_unchanged(digits: str) -> None:
    assert normalise(DestinationKind.PHONE, group_digits(digits)) == digits


@pytest.mark.parametrize("kind", list(DestinationKind))
def test_only_game_ids_are_shown_ungrouped(kind: DestinationKind) -> None:
    is_game = kind is DestinationKind.GAME
    assert group_digits("16283088699", kind=kind) == ("16283088699" if is_game else "1628 3088 699")


def test_text_that_is_not_all_digits_is_shown_ungrouped() -> None:
    assert group_digits("Player_12345678") == "Player_12345678"


@pytest.mark.parametrize(
    ("typed", "template", "zone", "shown"),
    [
        ("12345678 (1234)", "{user}{zone}", "1234", "12345678 (1234)"),
        ("12345678/1234", "{user}{zone}", "1234", "12345678 (1234)"),
        ("1234 1234", "{user}{zone}", "1234", "1234 (1234)"),
        ("12345678 1234", "{user}|{zone}", "1234", "12345678 (1234)"),
        ("12345678 1234", "{zone}-{user}", "", "1234-12345678"),
        ("12345678", "{user}", "", "12345678"),
        ("812345678 os_asia", "{user}{zone}", "os_asia", "812345678 (os_asia)"),
    ],
)
def test_a_games_zone_is_shown_in_brackets(
    typed: str, template: str, zone: str, shown: str
) -> None:
    form = GameForm(template)
    assert zone_of(DestinationKind.GAME, typed, form) == zone
    sent = normalise(DestinationKind.GAME, typed, form)
    assert group_digits(sent, zone, DestinationKind.GAME) == shown


def test_only_a_game_has_a_zone() -> None:
    assert zone_of(DestinationKind.PHONE, "0812 3456789", GameForm("{user}{zone}")) == ""
    assert zone_of(DestinationKind.GAME, "?", GameForm("{user}{zone}")) == ""
    assert group_digits("12345678", "999") == "1234 5678"
    assert group_digits("1234", "1234") == "1234"


@pytest.mark.parametrize(
    ("echo", "sent"),
    pairs({
        "081234567890": [
            "0812****7890", "62812xxxx7890", "+62 812-XXXX-7890", "0062812…", "2.0812•••90",
            "0812*456*90", "081234567890*", "****", "", " - ", "7890", "081234567", "hidden",
            "a3f5c9", "0812----7890", "08123456789x", "0812X4567890",
        ],
        "12345678901": ["1234..8901", "1234567"],
        "12345678(2001)": ["1234****(2001)"],
        "Name#12": ["", "Na***12"],
        "budi_s@mail.id": ["bu***@mail.id"],
        "budi.s": ["b…"],
        "user_1": ["____"],
        "xxl123456": ["xx***56"],
        "Maxx88": ["Ma**88"],
    }),
)  # fmt: skip
def test_a_masked_echo_may_be_part_of_the_destination(sent: str, echo: str) -> None:
    """Panels mask the numbers of other customers and of old rows, each in its own way."""
    assert may_be_masked(sent, echo)


@pytest.mark.parametrize(
    ("echo", "sent"),
    pairs({
        "081234567890": [
            "081299999999", "0812 9999 9999", "081299999999 (TSEL)", "0813****7890",
            "0812****7891", "0812*99*90", "0812345678*34567890", "0812345678", "9999",
            "0813----7890", "08123456799x",
        ],
        "12345678901": ["12345678"],
        "123456": ["3456", "654321"],
        "Xavier12": ["Yavier12"],
        "Name#12": ["Na#12", "No***12"],
        "user_1": ["user_2"],
        "xxl123456": ["xxl123457"],
    }),
)  # fmt: skip
def test_an_echo_with_other_digits_is_no_part_of_the_destination(sent: str, echo: str) -> None:
    assert not may_be_masked(sent, echo)
