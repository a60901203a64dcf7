"""Distinguishing questions from product searches."""

from __future__ import annotations

import pytest

from bot.domain.question import MAX_LENGTH, Question, QuestionTopic, order_ids_in, question_of
from tests.domain.samples import pairs


@pytest.mark.parametrize(
    "text",
    [
        *("mana pulsa saya?", "Mana pulsanya min", "pulsa ku mana", "uangku mana ya"),
        *("mana tokennya", "udah transfer ya min", "sdh tf kak", "sudah dibayar"),
        *("udah saya bayar", "barusan trf", "halo min, udah masuk belum?", "kok belum masuk"),
        *("kapan masuknya", "kpn sampe", "belummm masukkk", "saldo belum masuk"),
        *("saldo gak bertambah", "udah isi saldo min", "where is my order", "I have paid"),
        *("I've paid already", "paid", "still not received", "pulsa telkomsel 10 belum masuk"),
        *("081234567890 blm masuk min", "kenapa lama2 ya", "kok pending terus"),
        *("token listrik gak masuk", "sudah diproses?", "udah saya kirim bukti"),
        *("when will it arrive", "it hasn\u2019t arrived yet", "K12 belum masuk"),
        *("belum dapet kodenya", "paketnya belum aktif", "kodenya gak keluar"),
    ],
)
def test_asking_about_an_order_or_money_is_surely_a_question(text: str) -> None:
    """Even where a product or number is named: the customer does not want to buy it again."""
    found = question_of(text)
    assert found is not None
    assert (found.topic, found.is_certain) == (QuestionTopic.STATE, True)


@pytest.mark.parametrize(
    "text",
    [
        *("pesanan saya gimana", "mana", "kok", "udah", "knp ya", "gimana min", "bagaimana ini"),
        *("paket malam mana?", "cek pesanan", "status order", "my order", "lama banget min"),
        *("masuk", "why is it taking so long", "bukti transfer", "pesananku", "tri 5 udah?"),
        *("kapan buka", "K12 min", "pesanan K12"),
    ],
)
def test_vague_words_are_perhaps_a_question(text: str) -> None:
    found = question_of(text)
    assert found is not None
    assert (found.topic, found.is_certain) == (QuestionTopic.STATE, False)


@pytest.mark.parametrize("text", ["pulsa kapan ready", "udah bisa transfer pulsa?", "ada belum?"])
def test_a_question_about_goods_is_marked_so(text: str) -> None:
    """If the catalogue has the product, a search answers it."""
    assert question_of(text) == Question(
        QuestionTopic.STATE, is_certain=False, asks_availability=True
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "tsel 10", "pulsa transfer", "tsel transfer 20", "tf tsel 25rb", "ada pulsa 10?"),
        *("tri 5 ready?", "tsel 10 udah ada?", "kok tsel 10 kosong", "transfer", "tf", "order"),
        *("beli pulsa", "isi saldo", "dana 50", "telkomsel unlimited", "masa aktif tsel", "menu"),
        *("bayar listrik 50rb", "bayar token listrik", "nomor pelanggan", "081234567890"),
        *("halo kak", "wa 1gb", "late1", "SN-belum1", "admin tsel 10", "mana " * MAX_LENGTH),
    ],
)
def test_a_product_search_is_no_question(text: str) -> None:
    assert question_of(text) is None


@pytest.mark.parametrize(
    ("text", "asked"),
    pairs({
        QuestionTopic.REFUND: [
            "refund", "uang saya kembali kapan", "bisa balikin duit ga", "money back",
        ],
        QuestionTopic.CONTACT: [
            "cs", "Admin?", "nomor cs berapa", "mau komplain", "customer service", "wa admin",
        ],
        QuestionTopic.BILL: [
            "tagihan", "bayar listrik", "byr pln dong", "pascabayar telkomsel", "bpjs",
            "bayar tagihan listrik 531234567890", "pay electricity",
        ],
    }),
)  # fmt: skip
def test_other_subjects_are_recognised(text: str, asked: QuestionTopic) -> None:
    assert question_of(text) == Question(asked, is_certain=True)


@pytest.mark.parametrize("text", ["gimana cara beli", "caranya?", "how to pay"])
def test_asking_how_to_do_something_is_perhaps_a_question(text: str) -> None:
    assert question_of(text) == Question(QuestionTopic.HOW_TO, is_certain=False)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("K12 belum masuk", [12]),
        ("k12, k7?", [12, 7]),
        ("K2-5 gimana", [1_000_000_005]),
        ("K0-5 gimana", []),
        ("AK12 TK-1", []),
        ("mana", []),
    ],
)
def test_order_numbers_are_found_in_a_text(text: str, ids: list[int]) -> None:
    assert order_ids_in(text) == ids
