"""The shipped profile, loaded once per session."""

import pytest

from bot.domain.supplier_profile import PanelProfile
from bot.supplier.profile import load_profile


@pytest.fixture(scope="session")
def profile() -> PanelProfile:
    """The panel profile that is shipped with the bot."""
    return load_profile()
