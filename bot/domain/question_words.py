"""The vocabulary, Indonesian and English, of questions about an order or a payment.

"mana pulsa saya?" (where is my credit?) and "udah transfer ya min" (I have paid, admin) must never
be treated as product searches: the customer would buy a second time.
"""

from __future__ import annotations

from typing import Final

WHERE: Final = frozenset({"mana", "mna", "dimana", "kemana", "where", "wheres", "whereis"})
WHEN: Final = frozenset({"kapan", "kpn", "when"})
WHY: Final = frozenset({"kenapa", "knp", "knapa", "napa", "mengapa", "kok", "ko", "koq", "why"})
HOW: Final = frozenset(
    {"gimana", "gmn", "gmna", "gmana", "gimna", "bagaimana", "bgmn", "bgmana", "how"}
)
NOT_YET: Final = frozenset(
    {"belum", "blm", "blom", "belom", "blum", "lum", "lom", "yet", "havent", "hasnt", "didnt"}
)
NEVER: Final = frozenset(
    {"ga", "gak", "gk", "nggak", "ngga", "enggak", "kagak", "tidak", "tdk", "tak", "not"}
    | {"never", "isnt", "doesnt", "wasnt"}
)
DONE: Final = frozenset(
    {"udah", "udh", "uda", "sudah", "sdh", "dah", "telah", "barusan", "already", "ive"}
)
ARRIVE: Final = frozenset(
    {"masuk", "msk", "masok", "masuknya", "sampai", "sampe", "nyampe", "nyampai", "terkirim"}
    | {"kekirim", "dikirim", "diproses", "keproses", "datang", "dateng", "muncul", "diterima"}
    | {"keterima", "arrived", "arrive", "arrives", "received", "receive", "delivered"}
    | {"proses", "prosesnya", "memproses"}
    | {"credited", "came", "come", "dikonfirmasi", "dicek", "bertambah", "nambah", "tambah"}
)
GET: Final = frozenset({"dapat", "dapet", "dpt", "terima", "nerima", "kirim", "get", "got", "ada"})
"""Verbs of delivery or of availability: about an order only together with `NOT_YET`."""
IN_USE: Final = frozenset({"aktif", "active", "keluar"})
"""States of delivered goods: about an order only together with `NOT_YET` or `NEVER`."""
PAY: Final = frozenset(
    {"pay", "transfer", "transfernya", "tf", "trf", "tfan", "ditransfer", "bayar", "byr", "dibayar"}
    | {"kebayar", "bayarnya", "topup", "deposit", "depo", "setor", "paid", "transferred", "sent"}
    | {"transfered", "payed", "kirim", "ngirim", "bukti", "isi", "ngisi"}
)
"""Verbs of payment: about a payment already made only together with `DONE`."""
PAID: Final = frozenset({"paid", "transferred", "transfered", "payed"})
"""Words that say without `DONE` that a payment was made."""
LATE: Final = frozenset(
    {"lama", "lambat", "lemot", "telat", "pending", "nyangkut", "gantung", "delay", "delayed"}
    | {"late", "slow", "stuck", "gagal", "failed", "hilang", "ilang"}
    | {"batalin", "batalkan", "dibatalin", "dibatalkan", "cancel", "cancelled", "canceled"}
    | {"kepotong", "terpotong", "salah", "keliru", "nyasar", "error", "eror", "wrong"}
)
ORDER: Final = frozenset(
    {"pesanan", "orderan", "order", "orders", "transaksi", "trx", "pembelian", "purchase"}
    | {"belanjaan", "status"}
)
GOODS: Final = frozenset(
    {"pulsa", "token", "paket", "paketan", "data", "kuota", "saldo", "voucher", "diamond", "dm"}
    | {"diamonds", "uang", "duit", "dana", "listrik", "internet", "topup", "deposit", "credit"}
    | {"balance", "money", "isi", "isian", "kode", "code", "sn", "uangnya"}
)
MINE: Final = frozenset({"saya", "aku", "gue", "gua", "gw", "ku", "my", "mine", "punyaku"})
OFFERED: Final = frozenset(
    {"ada", "ready", "redi", "bisa", "bs", "jual", "tersedia", "stok", "stock", "kosong", "buka"}
    | {"available", "harga", "berapa", "brp", "murah", "mahal", "promo", "gangguan", "normal"}
    | {"sell", "price", "can", "much"}
)
"""Words that ask about availability or price: with these, a product is searched."""
REFUND: Final = frozenset(
    {"refund", "refunds", "refunded", "retur", "balikin", "dibalikin", "kembaliin", "kembalikan"}
    | {"dikembalikan", "direfund", "refundnya"}
)
CONTACT: Final = frozenset(
    {"cs", "admin", "adminnya", "komplain", "complain", "complaint", "komplen", "keluhan", "lapor"}
    | {"hubungi", "kontak", "contact", "support", "owner", "penjual", "service", "layanan"}
    | {"human"}
)
CHANNEL: Final = frozenset({"wa", "whatsapp", "telegram", "customer", "pelanggan", "nomornya"})
"""Words that may accompany `CONTACT`; alone they may name a product or ask for a number."""
BILL: Final = frozenset(
    {"tagihan", "pascabayar", "paskabayar", "postpaid", "bpjs", "pdam", "indihome", "cicilan"}
    | {"angsuran", "iuran", "bill", "bills", "pbb", "samsat", "tagihannya"}
)
METERED: Final = frozenset({"listrik", "pln", "air", "electricity", "lampu"})
"""Utilities: postpaid together with "bayar" (pay), unless a `PREPAID` word or digits occur."""
PREPAID: Final = frozenset({"token", "tokennya", "prabayar", "pulsa", "stroom", "strum"})
BY: Final = frozenset({"pake", "pakai", "via", "lewat", "dengan", "with", "by"})
WAY: Final = frozenset({"cara", "caranya", "tutorial", "panduan"})
ASKING: Final = WHERE | WHEN | WHY | HOW | NOT_YET | DONE | ARRIVE | LATE | PAY
"""Words that are never matched by similarity, since no product has a similar name."""
POLITE: Final = frozenset(
    {"ini", "itu", "tuh", "nih", "dong", "donk", "ya", "yaa", "yah", "kak", "min", "gan", "bang"}
    | {"bro", "sis", "om", "mas", "mbak", "mba", "pak", "bu", "bos", "boss", "kk", "sih", "deh"}
    | {"lah", "loh", "lho", "kan", "aja", "saja", "banget", "bgt", "amat", "terus", "trus", "tadi"}
    | {"dari", "di", "ke", "yang", "yg", "nya", "halo", "hallo", "hai", "hi", "hello", "helo", "p"}
    | {"tolong", "mohon", "please", "pls", "maaf", "permisi", "lagi", "masih", "sekarang", "apa"}
    | {"apakah", "cek", "dicek", "lihat", "check", "sir", "the", "is", "it", "i", "have", "has"}
    | {"been", "are", "you", "to", "for", "a", "an", "was", "will", "do", "does", "did", "still"}
    | {"mau", "nanya", "tanya", "this", "that", "but", "and", "dan", "tapi", "tp", "juga"}
    | {
        "semua",
        "kemarin",
        "hari",
        "jam",
        "menit",
        "dengan",
        "sama",
        "untuk",
        "buat",
        "via",
        "lewat",
    }
    | {"butuh", "perlu", "pengen", "pingin", "punya", "pesan", "want", "need", "any", "there", "in"}
    | {"pake", "pakai", "kita", "kami", "nomor", "no", "chat", "bicara", "ngobrol", "with", "via"}
    | {"ngomong", "nomer", "langsung", "talk", "speak"}
)
"""Polite and filler words, which distinguish no products."""
IGNORED: Final = (ASKING | POLITE | OFFERED | MINE | NEVER | ORDER | WAY) - {"transfer", "tf"}
"""Words of a search that are ignored when no product has them. A transfer is a product too."""
