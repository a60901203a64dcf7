"""The sandbox's supplier keeps its orders over a restart."""

from pathlib import Path

import pytest

from bot.sandbox.supplier.catalogue import DOCUMENTED
from bot.sandbox.supplier.server import EmbeddedSupplier
from bot.sandbox.supplier.storage import SupplierFile
from tests.sandbox.supplier.foreign_orders import add_foreign_order


def supplier() -> EmbeddedSupplier:
    """Return a supplier that was just opened."""
    return EmbeddedSupplier("U", "K", DOCUMENTED)


def test_orders_and_deposit_survive_a_restart(tmp_path: Path) -> None:
    """Otherwise every open order would look as if the supplier had lost it."""
    first, second = supplier(), supplier()
    order = add_foreign_order(first, "TPT755", "0895123")
    SupplierFile(first, tmp_path / "supplier.json").save()
    assert (tmp_path / "supplier.json").stat().st_mode & 0o077 == 0
    SupplierFile(second, tmp_path / "supplier.json").load()
    assert second.orders == [order]
    assert second.deposit == first.deposit == 5_000_000 - 74_175


def test_an_unchanged_state_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "supplier.json"
    memory = SupplierFile(supplier(), path)
    memory.save()
    path.unlink()
    memory.save()
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"orders": [{"x": 1}], "deposit": 1}'])
def test_an_unreadable_file_is_ignored(text: str, tmp_path: Path) -> None:
    path = tmp_path / "supplier.json"
    path.write_text(text)
    fresh = supplier()
    SupplierFile(fresh, path).load()
    assert (fresh.orders, fresh.deposit) == ([], 5_000_000)
