"""A pretended service list, shaped like the family's: 1,400 rows, the same at every start."""

from __future__ import annotations

from random import Random
from typing import Any

Json = dict[str, Any]

DOCUMENTED: tuple[Json, ...] = (
    {
        "category": {"type": "paket-internet", "main": "AXIS", "sub": "Bronet"},
        "multi": "1",
        "name": "Axis Data BRONET 13 GB / 30 Hari",
        "note": "-",
        "code": "BR10",
        "price": {"list": {"standar": 50500, "premium": 50300, "spesial": 50120}, "current": 50500},
        "cutoff": {"start": "23:29", "end": "00:30"},
        "status": "empty",
        "updated_at": 1711103224,
    },
    {
        "category": {"type": "pulsa-transfer", "main": "TRI", "sub": "Pulsa Transfer"},
        "multi": "1",
        "name": "Three Pulsa Transfer 75.000",
        "note": "Pulsa Transfer",
        "code": "TPT755",
        "price": {"list": {"standar": 74175, "premium": 73975, "spesial": 73825}, "current": 74175},
        "cutoff": {"start": "23:30", "end": "00:15"},
        "status": "ready",
        "updated_at": 1739975229,
    },
)
"""The two rows of the supplier's own documentation, as they stand there."""

_BRANDS = {
    "TELKOMSEL": ("Telkomsel", "S"),
    "INDOSAT": ("Indosat", "I"),
    "TRI": ("Three", "T"),
    "AXIS": ("Axis", "A"),
    "SMARTFREN": ("Smartfren", "SM"),
    "XL": ("XL", "XL"),
    "BY.U": ("by.U", "BU"),
}
_FACES = (5, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 150, 200, 300, 500)
_DATA_SUBS = {
    "TELKOMSEL": ("Flash", "Combo Sakti", "Ketengan", "Malam", "GamesMAX", "OMG!", "Harian"),
    "INDOSAT": ("Freedom Internet", "Freedom U", "Yellow", "Harian"),
    "TRI": ("AON", "Happy", "Home", "Mini"),
    "AXIS": ("Bronet", "OWSEM", "Warnet", "Mini"),
    "SMARTFREN": ("Kuota", "Nonstop", "Unlimited"),
    "XL": ("Xtra Combo VIP", "Xtra Combo Flex", "HotRod", "Edukasi"),
    "BY.U": ("Kuota", "Top Up"),
}
_WALLETS = {
    "SHOPEE PAY": ("ShopeePay", "SHP", 56),
    "OVO": ("OVO", "OVO", 44),
    "LINKAJA": ("LinkAja", "LA", 40),
    "GO PAY": ("GoPay", "GP", 36),
    "DANA": ("DANA", "DN", 34),
}
_CUTOFFS = (("23:30", "00:15"), ("23:45", "0:15"), ("23:25", "00:35"), ("23:0", "0:30"))
_LEVELS = (0, 75, 150)


class _Maker:
    """Makes rows from a seed of its own."""

    def __init__(self) -> None:
        self._random = Random(20240101)  # noqa: S311 - the same list at every start
        self.rows: list[Json] = [dict(row) for row in DOCUMENTED]

    def add(
        self, path: tuple[str, str, str], code: str, name: str, cost: int, note: str = "-"
    ) -> None:
        number = self._random.random()
        start, end = self._random.choice(_CUTOFFS) if number < 0.12 else ("00:00", "00:00")
        if 0.12 <= number < 0.125:
            start, end = "12:00", "13:00"
        self.rows.append(
            {
                "category": dict(zip(("type", "main", "sub"), path, strict=True)),
                "multi": self._random.choice(("1", "1", "1", "0", 1, True)),
                "name": name,
                "note": note,
                "code": code,
                "price": {
                    "list": {
                        level: cost - off
                        for level, off in zip(
                            ("standar", "premium", "spesial"), _LEVELS, strict=True
                        )
                    },
                    "current": str(cost) if number > 0.97 else cost,
                },
                "cutoff": {"start": start, "end": end},
                "status": "ready" if self._random.random() < 0.55 else "empty",
                "updated_at": 1711103224 + self._random.randrange(50_000_000),
            }
        )

    def pulsa(self) -> None:
        for main, (name, code) in _BRANDS.items():
            for face in _FACES:
                value = face * 1000
                text = f"{value:,}".replace(",", ".")
                spread = self._random.randrange(50, 990) if face < 50 else -value * 2 // 100
                self.add(
                    ("pulsa-reguler", main, "Reguler"),
                    f"{code}{face}",
                    f"{name} {text}",
                    value + spread,
                )
                if face >= 10:
                    for step in (0, 1):
                        cost = value * self._random.randrange(923, 960) // 1000 + step
                        self.add(
                            ("pulsa-transfer", main, "Pulsa Transfer"),
                            f"{code}PT{face}{step or ''}",
                            f"{name} Pulsa Transfer {text}",
                            cost,
                            "Pulsa Transfer",
                        )

    def data(self, count: int) -> None:
        brands = list(_DATA_SUBS)
        weights = (30, 17, 17, 12, 10, 10, 4)
        for number in range(count):
            main = self._random.choices(brands, weights)[0]
            name, code = _BRANDS[main]
            sub = self._random.choice(_DATA_SUBS[main])
            size = self._random.choice((1, 1.5, 2, 3, 4.5, 6, 8, 10, 13, 16, 20, 30, 50, 100))
            days = self._random.choice((1, 3, 5, 7, 14, 28, 30))
            cost = int(
                min(282_195, max(3_476, size * 2_600 + days * 650 + self._random.randrange(6_000)))
            )
            size_text = f"{size:g}".replace(".", ",")
            bonus = f" + {self._random.choice((5, 10, 20))} GB" if number % 5 == 0 else ""
            title = f"{name} Data {sub} {size_text} GB{bonus} / {days} Hari"
            self.add(("paket-internet", main, sub), f"{code}D{number}", title, cost)

    def phone_packs(self, count: int) -> None:
        for number in range(count):
            main = self._random.choice(("TELKOMSEL", "INDOSAT", "TRI", "XL", "AXIS"))
            name, code = _BRANDS[main]
            minutes, others = (
                self._random.choice((100, 170, 350, 550)),
                self._random.choice((10, 30, 50)),
            )
            days = self._random.choice((1, 3, 7, 30))
            title = f"{name} Telepon {minutes} Menit Sesama + {others} Menit Semua Op / {days} Hari"
            cost = 2_000 + minutes * 60 + days * 400 + self._random.randrange(900)
            self.add(("paket-telepon", main, "Telepon"), f"{code}TLP{number}", title, cost)

    def e_money(self) -> None:
        for main, (name, code, count) in _WALLETS.items():
            for step in range(count):
                face = (step + 2) * 5 if step < 20 else (step - 9) * 10
                text = f"{face * 1000:,}".replace(",", ".")
                cost = face * 1000 + self._random.randrange(150, 1_200)
                self.add(
                    ("saldo-emoney", main, "Customer"), f"{code}{face}", f"{name} {text}", cost
                )

    def tokens(self) -> None:
        for face in (20, 50, 100, 150, 200, 250, 300, 500, 750, 1000):
            text = f"{face * 1000:,}".replace(",", ".")
            cost = face * 1000 + self._random.randrange(140, 880)
            self.add(
                ("token-pln", "PLN", "Token"),
                f"PLN{face}",
                f"PLN {text}",
                cost,
                "Token listrik prabayar",
            )

    def games(self) -> None:
        for size, bonus in (
            (12, 0),
            (44, 4),
            (74, 12),
            (148, 12),
            (256, 40),
            (503, 65),
            (964, 136),
        ):
            title = f"{size + bonus} Diamonds ( {size} + {bonus} Bonus )"
            self.add(
                ("voucher-game", "MOBILE LEGENDS", "Diamonds"),
                f"ML{size}_{bonus}-S{size + 3}",
                title,
                size * 260,
            )
        for size in (50, 70, 140, 355, 720):
            self.add(
                ("voucher-game", "FREE FIRE", "Diamonds"),
                f"FF{size}",
                f"{size} Diamonds",
                size * 130,
            )

    def television(self, count: int) -> None:
        for number in range(count):
            main = ("VIDIO", "VIU", "K-VISION", "NEX PARABOLA")[number % 4]
            days = (7, 30, 90, 365)[number // 4 % 4]
            title = f"{main.title()} Premier {days} Hari Paket {number // 16 + 1}"
            self.add(
                ("streaming-tv", main, "Langganan"),
                f"TV{number}",
                title,
                5_000 + days * 900 + number * 50,
            )

    def rest(self) -> None:
        for days in (5, 10, 30, 60):
            self.add(
                ("masa-aktif", "AXIS", "Masa Aktif"),
                f"MA{days}",
                f"Axis Masa Aktif {days} Hari",
                days * 480 + 1500,
            )
        self.add(
            ("pulsa-internasional", "CHINA UNICOM", "Pulsa"), "CU20", "China Unicom 20 CNY", 48_000
        )
        self.add(("pascabayar", "PLN", "Tagihan"), "PASCA1", "PLN Pascabayar", 2_500)
        self.add(("kartu-hadiah", "GOOGLE PLAY", "IDR"), "GPLAY50", "Google Play Rp 50.000", 49_900)

    def junk(self) -> None:
        self.add(("pulsa-reguler", "XL", "Reguler"), "", "XL tanpa kode", 10_000)
        self.add(("pulsa-reguler", "XL", "Reguler"), "XLJUNK0", "XL nol", 0)
        self.add(("pulsa-reguler", "XL", "Reguler"), "XLJUNK1", "", 10_000)
        self.add(("pulsa-reguler", "XL", "Bulk"), "XLBULK", "XL Bulk 100.000.000", 100_000_000)
        self.rows.append({"code": "BROKEN"})


def full_catalogue() -> list[Json]:
    """Return the sandbox's service list: some 1,400 rows, a few of them junk."""
    maker = _Maker()
    maker.pulsa()
    maker.tokens()
    maker.e_money()
    maker.games()
    maker.television(56)
    maker.phone_packs(96)
    maker.rest()
    maker.junk()
    maker.data(max(0, 1_400 - len(maker.rows)))
    return maker.rows


def small_catalogue() -> list[Json]:
    """Return a few rows, all ready and never closed, and the two documented ones as they are."""
    maker = _Maker()
    maker.add(("pulsa-reguler", "TELKOMSEL", "Reguler"), "S5", "Telkomsel 5.000", 5_400)
    maker.add(("pulsa-reguler", "TELKOMSEL", "Reguler"), "S10", "Telkomsel 10.000", 10_300)
    maker.add(("pulsa-reguler", "INDOSAT", "Reguler"), "I10", "Indosat 10.000", 10_500)
    maker.add(("token-pln", "PLN", "Token"), "PLN20", "PLN 20.000", 20_250)
    maker.add(("voucher-game", "MOBILE LEGENDS", "Diamonds"), "ML86", "86 Diamonds", 21_500)
    for row in maker.rows[len(DOCUMENTED) :]:
        row |= {"status": "ready", "multi": "1", "cutoff": {"start": "00:00", "end": "00:00"}}
        row["price"]["current"] = int(row["price"]["current"])
    return maker.rows
