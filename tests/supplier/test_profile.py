"""The shipped profile, a shop's own profile merged over it, and every fault in a profile."""

import re
from pathlib import Path

import pytest

from bot.domain.destination import DestinationKind, GameForm, operators_of
from bot.domain.errors import RefusalClass
from bot.domain.supplier_profile import PanelProfile, SupplierStatus
from bot.supplier.profile import ProfileError, load_profile

REFUSALS = {
    RefusalClass.CREDENTIALS: [
        "API Key not registered",
        "API Key tidak terdaftar",
        "Invalid API key.",
        "API Signature not valid",
        "Signature tidak valid",
        "IP 203.0.113.7 is not permitted",
        "IP 203.0.113.7 tidak diizinkan",
        "Akun Anda telah dinonaktifkan",
        "Your account has been suspended",
    ],
    RefusalClass.MAINTENANCE: [
        "Ada pemeliharaan sistem di toko kami, layanan tidak tersedia, coba lagi nanti",
        "System is under maintenance, please try again later",
        "Maintenance",
        "Sistem sedang maintenance",
        "Sedang dalam perbaikan server",
    ],
    RefusalClass.PRODUCT: [
        "Layanan tidak ditemukan atau saat ini tidak tersedia",
        "Produk sedang gangguan",
        "Stok habis",
        "Sedang Cut Off",
        "SEDANG CUT-OFF",
        "Service not found or currently unavailable",
        "Product is out of stock",
        "Produk sedang maintenance",
    ],
    RefusalClass.OWN_DEPOSIT: [
        "Saldo Anda tidak cukup untuk melakukan pemesanan ini",
        "Saldo akun minimum Rp 10.000",
        "Saldo tidak mencukupi",
        "Your balance is not enough",
        "Insufficient balance",
        "Minimum account balance is Rp 10.000",
    ],
    RefusalClass.DESTINATION: [
        "Nomor salah",
        "Nomor tidak diketahui",
        "Nomor tujuan tidak valid",
        "Prefix tidak sesuai dengan operator",
        "Prefix does not match the operator",
        "Jumlah digit kurang atau lebih",
        "Wrong number",
        "Invalid destination number",
        "Phone number is not registered",
    ],
    RefusalClass.REPEAT: [
        "Tidak support transaksi multi",
        "Limit transaksi multi",
        "Multiple transactions are not supported",
        "Multi transaction limit reached",
    ],
    RefusalClass.THROTTLE: [
        "Transaksi dibatasi, coba lagi dalam 6 detik",
        "TRANSAKSI DIBATASI",
        "Transaksi Anda dibatasi. Silakan tunggu 5 detik.",
        "Transactions are limited, try again in 6 seconds",
    ],
    RefusalClass.OTHER: [
        "Something went wrong, please contact the admin.",
        "Terjadi kesalahan, silakan hubungi admin.",
        "Transaksi sedang diproses",
        "Transaksi tidak ditemukan",
        "Please try again later",
        "Coba lagi nanti",
        "Silakan tunggu 5 detik",
        "Too many requests",
        "Something went wrong: transaksi dibatasi, coba lagi dalam 6 detik",
        "Something went wrong (signature not valid)",
        "Timeout dari provider, coba lagi dalam 30 detik",
        "Transaksi sedang diproses, tunggu 30 detik",
        "Request timeout, please try again in 30 seconds",
        "Transaksi dibatasi oleh provider, coba lagi dalam 30 detik",
        "Saldo supplier tidak cukup, transaksi pending",
        "Success.",
        "x",
    ],
}


@pytest.mark.parametrize(
    ("refusal", "message"),
    [(refusal, message) for refusal, messages in REFUSALS.items() for message in messages],
)
def test_a_refusal_is_classified_by_its_message(
    profile: PanelProfile, refusal: RefusalClass, message: str
) -> None:
    assert profile.refusal_of(message) is refusal
    assert profile.refusal_of(message.upper()) is refusal


@pytest.mark.parametrize(
    "message",
    [
        "Transaksi tidak ditemukan",
        "Transaksi tidak ditemukan.",
        "Maaf, data transaksi tidak ditemukan!",
        "Pesanan anda tidak ditemukan",
        "Transaksi r9 tidak ditemukan",
        "Data not found",
        "Ref_id tidak ditemukan",
        "Order ID not found.",
        "Transaction could not be found",
        "No transactions found",
        "Tidak ada transaksi",
    ],
)
def test_messages_that_deny_an_order_are_recognised(profile: PanelProfile, message: str) -> None:
    assert profile.says_no_such_order(message)
    assert profile.says_no_such_order(message.upper())


@pytest.mark.parametrize(
    "message",
    [
        *(
            message
            for messages in REFUSALS.values()
            for message in messages
            if message != "Transaksi tidak ditemukan"
        ),
        "User ID tidak ditemukan",
        "Data user tidak ditemukan",
        "API Key not found",
        "Transaksi tidak ditemukan, terjadi kesalahan",
        "Something went wrong: transaction not found",
        "Transaksi tidak dapat diproses",
        "Page not found",
    ],
)
def test_other_refusals_of_a_status_call_deny_no_order(profile: PanelProfile, message: str) -> None:
    assert not profile.says_no_such_order(message)


def test_every_class_of_refusals_has_an_example() -> None:
    assert set(REFUSALS) == set(RefusalClass)


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
def test_the_status_words_of_related_panels_are_known(
    profile: PanelProfile, words: str, status: SupplierStatus
) -> None:
    assert {profile.status_of(word) for word in words.split()} == {status}
    assert profile.status_of("") is SupplierStatus.UNKNOWN


@pytest.mark.parametrize(
    ("note", "public"),
    [
        ("SN: 0123456789. Sisa saldo Rp 1.250.000", "SN: 0123456789"),
        ("SN: 0123. Sisa Saldo: 1.250.000. Terima kasih", "SN: 0123. Terima kasih"),
        ("Berhasil, saldo akhir anda Rp. 50.000,-", "Berhasil"),
        ("Saldo Rp 12.000. SN 99", "SN 99"),
        ("Gagal. Saldo 1.005.000 - 5.000 = 1.000.000", "Gagal"),
        ("Saldo Rp 105.000 - 5.000 = 100.000", ""),
        ("Success. Your balance is Rp 90.000", "Success"),
        ("Success, remaining balance: 90000", "Success"),
    ],
)
def test_the_resellers_balance_is_removed_from_a_note(
    profile: PanelProfile, note: str, public: str
) -> None:
    assert profile.public_note(note) == public


@pytest.mark.parametrize("filler", ["SN 123. ", "saldo ", "1234 ", "\n\n", "-" * 9, "😀 "])
@pytest.mark.parametrize(
    "phrase", ["Sisa saldo Rp 1.250.000", "saldo akhir anda 99.500", "Your balance is Rp 90.000"]
)
def test_a_long_note_keeps_its_voucher_and_not_the_balance(
    profile: PanelProfile, filler: str, phrase: str
) -> None:
    note = (filler * 8_000)[: 8_000 - len(phrase) - 30] + f" x {phrase} / 1234-5678-9012"
    public = profile.public_note(note)
    assert public.endswith("1234-5678-9012")
    assert not {"1.250", "99.500", "90.000"} & set(re.findall(r"\d+\.\d+", public))
    assert profile.has_private_part(note)


@pytest.mark.parametrize(
    "note",
    [
        "1234-5678-9012-3456-7890/BUDI/R1/900VA/30,1",
        "Isi ulang saldo DANA 50.000 berhasil",
        "Saldo OVO Rp 50.000 masuk ke 081234567890",
        "Nomor salah",
    ],
)
def test_a_note_without_the_resellers_balance_is_unchanged(
    profile: PanelProfile, note: str
) -> None:
    """The word "saldo" (balance) also names goods: e-money."""
    assert profile.public_note(note) == note


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
    ],
)
def test_the_kind_of_a_destination_follows_type_and_brand(
    profile: PanelProfile, category_type: str, main: str, kind: DestinationKind
) -> None:
    """docs/supplier-api.md, "2.10 Destinations"; toll cards are among the e-money."""
    assert profile.kind_of(category_type, main) is kind


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
def test_a_card_is_recognised_by_a_word_of_its_brand(profile: PanelProfile, main: str) -> None:
    """Toll and transport cards have many spellings; a phone number would miss the card."""
    assert profile.kind_of("saldo-emoney", main) is DestinationKind.CARD


@pytest.mark.parametrize(
    "main",
    [
        "DANA", "GO PAY", "GOPAY", "GOPAY DRIVER", "OVO", "SHOPEE PAY", "SHOPEEPAY", "LINKAJA",
        "LINK AJA", "ISAKU", "I.SAKU", "E-MONEY DANA", "SALDO E-MONEY OVO", "GRAB DRIVER", "MAXIM",
        "DOKU CARD", "KMTX", "CARDANO", "TOLONG PAY", "FLAZZY", "KARTUKU",
    ],
)  # fmt: skip
def test_an_e_wallet_takes_a_phone_number_whatever_else_its_name_holds(
    profile: PanelProfile, main: str
) -> None:
    """Only whole words count, and the name of a wallet precedes general words."""
    assert profile.kind_of("saldo-emoney", main) is DestinationKind.PHONE


@pytest.mark.parametrize(
    ("category_type", "main", "kind"),
    [
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
def test_a_brand_word_counts_only_for_its_types(
    profile: PanelProfile, category_type: str, main: str, kind: DestinationKind
) -> None:
    """A gift card has no number of its own, and a SIM card has a phone number."""
    assert profile.kind_of(category_type, main) is kind


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
def test_a_longer_brand_name_gets_the_form_of_the_game_in_it(
    profile: PanelProfile, main: str, has_zone: bool
) -> None:
    assert profile.game_form_of(main).has_zone is has_zone


def test_the_other_tables_are_shipped(profile: PanelProfile) -> None:
    assert operators_of("085112345678", profile.prefixes) == {"TELKOMSEL", "BY.U"}
    assert operators_of("088112345678", profile.prefixes) == {"SMARTFREN", "SMART"}
    assert operators_of("089512345678", profile.prefixes) == {"TRI"}
    assert profile.game_form_of("MOBILE LEGENDS") == GameForm("{user}{zone}", True, True)
    assert profile.game_form_of("GENSHIN IMPACT") == GameForm("{user}{zone}", True)
    assert profile.game_form_of("FREE FIRE") == GameForm("{user}", True)
    assert profile.game_form_of("VALORANT") == GameForm("{user}")
    assert profile.hidden_types == {"pascabayar", "not-filtered"}
    assert profile.max_cost == 20_000_000
    assert profile.repeatable_values == {"1", "true"}


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


def test_a_file_that_is_not_toml_is_reported_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"panel\.toml is not TOML: .*line 1"):
        load_profile(written(tmp_path, "max_cost 5"))
    (tmp_path / "panel.toml").write_bytes(b"\xff")
    with pytest.raises(ProfileError, match=r"panel\.toml is not TOML"):
        load_profile(tmp_path / "panel.toml")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "panel.toml"
    path.write_bytes('hidden_types = ["prabayar é"]\n'.encode(encoding))
    with pytest.raises(ProfileError, match=r"panel\.toml is not TOML.*: save it as UTF-8\."):
        load_profile(path)


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "panel.toml"
    path.write_text("max_cost = 5_000_000\n", encoding="utf-8-sig")
    assert load_profile(path).max_cost == 5_000_000


@pytest.mark.parametrize("cost", ["1_000_000_001", "9223372036854775808"])
def test_the_highest_cost_must_fit_the_ledger(tmp_path: Path, cost: str) -> None:
    with pytest.raises(ProfileError, match=r"max_cost must be at most 1000000000\."):
        load_profile(written(tmp_path, f"max_cost = {cost}"))


def test_a_number_of_thousands_of_digits_is_no_toml(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"panel\.toml is not TOML"):
        load_profile(written(tmp_path, f"max_cost = {'9' * 5_000}"))


def test_a_missing_file_is_reported_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nowhere\.toml cannot be read: No such file"):
        load_profile(tmp_path / "nowhere.toml")
