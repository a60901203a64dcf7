"""The shipped profile, a shop's own profile merged over it, and every fault in a profile."""

from pathlib import Path

import pytest

from bot.domain.destination import DestinationKind, GameForm, operators_of
from bot.domain.errors import RefusalClass
from bot.domain.supplier_profile import SupplierStatus
from bot.supplier.profile import ProfileError, load_profile
from tests.supplier.panel_calls import PROFILE


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("waiting pending process processing Proses", SupplierStatus.PENDING),
        ("success SUKSES Berhasil", SupplierStatus.SUCCEEDED),
        ("error failed gagal cancel canceled cancelled refund Refunded", SupplierStatus.FAILED),
        ("partial", SupplierStatus.PARTIAL),
        ("selesai done ok 1 successful", SupplierStatus.UNKNOWN),
    ],
)
def test_the_status_words_of_related_panels_are_known(words: str, status: SupplierStatus) -> None:
    assert {PROFILE.status_of(word) for word in words.split()} == {status}
    assert PROFILE.status_of("") is SupplierStatus.UNKNOWN


@pytest.mark.parametrize(
    ("category_type", "main", "kind"),
    [
        ("pulsa-reguler", "TELKOMSEL", DestinationKind.PHONE),
        ("token-pln", "PLN", DestinationKind.METER),
        ("saldo-emoney", "DANA", DestinationKind.PHONE),
        ("saldo-emoney", "E-TOLL MANDIRI", DestinationKind.CARD),
        ("saldo-emoney", "TAPCASH BNI", DestinationKind.CARD),
        ("saldo-emoney", "BRIZZI", DestinationKind.CARD),
        ("voucher-game", "MOBILE LEGENDS", DestinationKind.GAME),
        ("streaming-tv", "K VISION", DestinationKind.CUSTOMER_NUMBER),
        ("pulsa-internasional", "MALAYSIA", DestinationKind.OTHER),
        ("a type of tomorrow", "NEW", DestinationKind.OTHER),
        # A gift card has no number of its own, and a SIM card has a phone number.
        ("voucher-game", "GAME CARD", DestinationKind.GAME),
        ("voucher-game", "STEAM CARD", DestinationKind.GAME),
        ("voucher-game", "GOOGLE PLAY GIFT CARD", DestinationKind.GAME),
        ("voucher-game", "RAZER GOLD", DestinationKind.GAME),
        ("kartu-hadiah", "GOOGLE PLAY GIFT CARD", DestinationKind.OTHER),
        ("kartu-hadiah", "ITUNES CARD", DestinationKind.OTHER),
        ("pulsa-reguler", "KARTU HALO", DestinationKind.PHONE),
        ("paket-lainnya", "BRIZZI PROMO", DestinationKind.CARD),
        ("kartu-etoll", "SALDO E-TOLL BCA", DestinationKind.CARD),
        ("top-up", "MOBILE LEGENDS A", DestinationKind.GAME),
        ("top-up", "TEMU", DestinationKind.OTHER),
    ],
)
def test_the_kind_of_a_destination_follows_type_and_brand(
    category_type: str, main: str, kind: DestinationKind
) -> None:
    """docs/supplier-api.md, "2.10 Destinations"; a brand word counts only for its types."""
    assert PROFILE.kind_of(category_type, main) is kind


@pytest.mark.parametrize(
    "main",
    [
        "INDOMARET CARD E-MONEY", "SALDO E-MONEY MANDIRI", "KMT", "KMT COMMUTER", "KARTU KMT",
        "MANDIRI E-TOLL", "SALDO E-TOLL", "MANDIRI E TOLL", "ETOLL MANDIRI", "E-TOL BRI",
        "BNI TAPCASH", "BNI TAP CASH", "BRI BRIZZI", "BRIZZI PROMO", "BCA FLAZZ", "FLAZZ CARD",
        "JAKCARD BANK DKI", "JAK CARD", "MEGACASH", "MEGA CASH", "E-MONEY", "INDOMARET CARD",
        "KARTU TOL", "COMMUTER LINE", "Mandiri e-Money",
    ],
)  # fmt: skip
def test_a_card_is_recognised_by_a_word_of_its_brand(main: str) -> None:
    """Toll and transport cards have many spellings; a phone number would miss the card."""
    assert PROFILE.kind_of("saldo-emoney", main) is DestinationKind.CARD


@pytest.mark.parametrize(
    "main",
    [
        "DANA", "GO PAY", "GOPAY", "GOPAY DRIVER", "OVO", "SHOPEE PAY", "SHOPEEPAY", "LINKAJA",
        "LINK AJA", "ISAKU", "I.SAKU", "E-MONEY DANA", "SALDO E-MONEY OVO", "GRAB DRIVER", "MAXIM",
        "DOKU CARD", "KMTX", "CARDANO", "TOLONG PAY", "FLAZZY", "KARTUKU",
    ],
)  # fmt: skip
def test_an_e_wallet_takes_a_phone_number_whatever_else_its_name_holds(main: str) -> None:
    """Only whole words count, and the name of a wallet precedes general words."""
    assert PROFILE.kind_of("saldo-emoney", main) is DestinationKind.PHONE


@pytest.mark.parametrize(
    ("main", "has_zone"),
    [
        ("LIFEAFTER CREDITS", True), ("LIFE AFTER", True), ("MOBILE LEGENDS A", True),
        ("MOBILE LEGENDS: BANG BANG", True), ("MOBILE LEGENDS ADVENTURE", True),
        ("MOBILE LEGENDS WEEKLY PASS", True), ("MAGIC CHESS GO GO", True),
        ("MLBB", True), ("GENSHIN", True),
        ("RAGNAROK ORIGIN", True), ("RAGNAROK X NEXT GENERATION", True),
        ("RAGNAROK M ETERNAL LOVE BIG CAT COIN", True), ("GENSHIN IMPACT PROMO", True),
        ("FREE FIRE MAX", False), ("PUBG MOBILE GLOBAL", False), ("PUBG NEW STATE", False),
        ("CALL OF DUTY: MOBILE", False), ("HIGGS DOMINO", False), ("RAGNAROKS", False),
    ],
)  # fmt: skip
def test_a_longer_brand_name_gets_the_form_of_the_game_in_it(main: str, has_zone: bool) -> None:
    assert PROFILE.game_form_of(main).has_zone is has_zone


def test_the_other_tables_are_shipped() -> None:
    assert operators_of("085112345678", PROFILE.prefixes) == {"TELKOMSEL", "BY.U"}
    assert operators_of("088112345678", PROFILE.prefixes) == {"SMARTFREN", "SMART"}
    assert operators_of("089512345678", PROFILE.prefixes) == {"TRI"}
    assert PROFILE.game_form_of("MOBILE LEGENDS") == GameForm("{user}{zone}", True, True)
    assert PROFILE.game_form_of("GENSHIN IMPACT") == GameForm("{user}{zone}", True)
    assert PROFILE.game_form_of("FREE FIRE") == GameForm("{user}", True)
    assert PROFILE.game_form_of("VALORANT") == GameForm("{user}")
    assert PROFILE.hidden_types == {"pascabayar", "not-filtered"}
    assert PROFILE.max_cost == 20_000_000
    assert PROFILE.repeatable_values == {"1", "true"}


def written(folder: Path, text: str) -> Path:
    path = folder / "panel.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_own_profile_is_merged_over_the_shipped_one(tmp_path: Path) -> None:
    """A list replaces the shipped one; a table is merged."""
    profile = load_profile(
        written(
            tmp_path,
            """
            max_cost = 5_000_000
            [status_words]
            succeeded = ["Selesai"]
            [refusals]
            product = ["lagi kosong"]
            [no_answer]
            ours = ["diteropong"]
            [prefixes]
            "by.u" = ["0850", "0851"]
            [kinds.by_brand]
            "E-toll BCA" = "card"
            [kinds.by_word."*"]
            "Permata Pay" = "phone"
            [kinds.by_word.Saldo-Emoney]
            "uni-cash" = "card"
            [game_forms]
            "Mobile Legends" = "{user}|{zone}"
            Hago = "{user}"
            [game_digits]
            hago = "user"
            """,
        )
    )
    assert profile.max_cost == 5_000_000
    assert profile.status_of("selesai") is SupplierStatus.SUCCEEDED
    assert profile.status_of("sukses") is SupplierStatus.UNKNOWN
    assert profile.status_of("gagal") is SupplierStatus.FAILED
    assert profile.refusal_of("Lagi kosong") is RefusalClass.PRODUCT
    assert profile.refusal_of("Stok habis") is RefusalClass.OTHER
    assert profile.refusal_of("Nomor salah") is RefusalClass.DESTINATION
    assert profile.leaves_outcome_unknown("Nomor salah, pesanan diteropong")
    assert profile.leaves_outcome_unknown("Tidak ada respon, nomor salah")
    assert profile.prefixes["BY.U"] == ("0850", "0851")
    assert profile.kind_of("saldo-emoney", "E-TOLL BCA") is DestinationKind.CARD
    assert profile.kind_of("saldo-emoney", "BRIZZI") is DestinationKind.CARD
    assert profile.kind_of("saldo-emoney", "PERMATA PAY CARD") is DestinationKind.PHONE
    assert profile.kind_of("saldo-emoney", "BNI UNI CASH") is DestinationKind.CARD
    assert profile.game_form_of("MOBILE LEGENDS") == GameForm("{user}|{zone}", True, True)
    assert profile.game_form_of("HAGO PARTY") == GameForm("{user}", True)


def test_an_own_class_keeps_its_place_among_the_others(tmp_path: Path) -> None:
    """The first pattern decides, so a replaced class must not move to the end."""
    profile = load_profile(written(tmp_path, '[refusals]\nthrottle = ["nomor salah"]\n'))
    assert profile.refusal_of("Nomor salah") is RefusalClass.THROTTLE


def test_all_faults_of_a_profile_are_reported_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        r"""
        colour = "blue"
        max_cost = "much"
        hidden_types = "pascabayar"
        private_notes = ["(", "x*"]
        game_forms = 5
        denials = ["("]
        beside_refusals = 5
        no_answer = { later = ["x*"], lost = "y" }
        [status_words]
        done = ["selesai"]
        failed = ["waiting"]
        [refusals]
        weather = ["hujan"]
        [prefixes]
        TRI = ["895"]
        [kinds]
        by_name = {}
        by_type = { "token-pln" = "meteran" }
        [kinds.by_word]
        "saldo-emony" = { TOL = "card" }
        "*" = { " - " = "card", CARD = "kartu" }
        [game_digits]
        VALORANT = "all"
        """,
    )
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    expected = [
        "colour is unknown; use one of max_cost, repeatable_values, hidden_types",
        "kinds.by_name is unknown; use one of by_type, by_brand, by_word.",
        'kinds.by_word.saldo-emony: no type of kinds.by_type; name it there, or use "*".',
        "kinds.by_word.*: ' - ' has no letter or digit.",
        "kinds.by_word.*.CARD is 'kartu'; use one of phone, meter, game",
        "game_digits.VALORANT is 'all'; use one of user, user and zone.",
        "status_words: 'waiting' means both pending and failed.",
        "A key of status_words is 'done'; use one of pending, succeeded, failed, partial.",
        "A key of refusals is 'weather'; use one of credentials, maintenance, product",
        "prefixes.TRI: '895' is not the beginning of a number, such as 0812.",
        "kinds.by_type.token-pln is 'meteran'; use one of phone, meter, game",
        "game_forms must be a table.",
        "hidden_types must be a list of texts.",
        "max_cost must be a whole number of rupiah above 0.",
        "denials: '(' is no regular expression",
        "beside_refusals must be a list of texts.",
        "no_answer.later: 'x*' matches an empty text.",
        "no_answer.lost must be a list of texts.",
        "private_notes: '(' is no regular expression: missing )",
        "private_notes: 'x*' matches an empty text.",
    ]
    problems = caught.value.problems
    assert len(problems) == len(expected)
    for beginning in expected:
        assert any(problem.startswith(beginning) for problem in problems), beginning
        assert beginning in str(caught.value)


def test_game_digits_for_an_unknown_game_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"game_digits\.FREE FALL: no game of game_forms"):
        load_profile(written(tmp_path, '[game_digits]\n"FREE FALL" = "user"\n'))


@pytest.mark.parametrize(
    "template",
    ["5", '""', '"{zone}"', '"{user}{user}"', '"{user!r}"', '"{user:>9}"', '"{user.x}"',
     '"{"', '"{user}é"', '"{}"', '"{user}{server}"'],
)  # fmt: skip
def test_a_game_form_is_a_plain_template(tmp_path: Path, template: str) -> None:
    """It is filled with a customer's text, so other fields and conversions are refused."""
    with pytest.raises(ProfileError, match=r"it must hold \{user\} once"):
        load_profile(written(tmp_path, f'[game_forms]\n"MOBILE LEGENDS" = {template}\n'))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"max_cost 5", "line 1"),
        (b"max_cost = " + b"9" * 5_000, ""),
        *(
            ('hidden_types = ["prabayar é"]\n'.encode(encoding), r"save it as UTF-8\.")
            for encoding in ("utf-16", "utf-16-le", "utf-16-be", "cp1252")
        ),
    ],
    ids=["no equals sign", "5,000 digits", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
def test_a_file_that_is_not_toml_is_reported_with_its_name(
    tmp_path: Path, content: bytes, error: str
) -> None:
    path = tmp_path / "panel.toml"
    path.write_bytes(content)
    with pytest.raises(ProfileError, match=rf"panel\.toml is not TOML.*{error}"):
        load_profile(path)


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "panel.toml"
    path.write_text("max_cost = 5_000_000\n", encoding="utf-8-sig")
    assert load_profile(path).max_cost == 5_000_000


@pytest.mark.parametrize("cost", ["1_000_000_001", "9223372036854775808"])
def test_the_highest_cost_must_fit_the_ledger(tmp_path: Path, cost: str) -> None:
    with pytest.raises(ProfileError, match=r"max_cost must be at most 1000000000\."):
        load_profile(written(tmp_path, f"max_cost = {cost}"))


def test_a_missing_file_is_reported_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nowhere\.toml cannot be read: No such file"):
        load_profile(tmp_path / "nowhere.toml")
