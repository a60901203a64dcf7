"""Request forms: exactly the documented fields, and no secret in any repr."""

from urllib.parse import parse_qs

import pytest

from bot.supplier.forms import Credentials, Form
from tests.supplier.panel_calls import API_KEY, SIGN

CREDENTIALS = Credentials("4711", API_KEY)


def fields_of(form: Form) -> dict[str, str]:
    parsed = parse_qs(form.encode().decode(), keep_blank_values=True, strict_parsing=True)
    return {name: values[0] for name, values in parsed.items() if len(values) == 1}


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (
            CREDENTIALS.order("ML217_23-S968", "123456789(2001) &=+"),
            {"type": "order", "service": "ML217_23-S968", "data_no": "123456789(2001) &=+"},
        ),
        (CREDENTIALS.recent_rows(), {"type": "status", "limit": "15"}),
        (CREDENTIALS.rows_of("some1d"), {"type": "status", "ref_id": "some1d"}),
        (CREDENTIALS.services(), {"type": "service"}),
        (CREDENTIALS.profile(), {}),
    ],
    ids=["order", "recent rows", "rows of", "services", "profile"],
)
def test_a_call_has_the_documented_fields(form: Form, fields: dict[str, str]) -> None:
    """docs/supplier-api.md, "1.1 Requests and signing"; odd characters are encoded."""
    assert fields_of(form) == {"key": API_KEY, "sign": SIGN} | fields


def test_no_repr_shows_a_secret() -> None:
    order = CREDENTIALS.order("SM10", "081234567890")
    assert repr(order) == "Form(order)"
    assert repr(CREDENTIALS) == "Credentials()"
    assert not hasattr(order, "__dict__")


def test_secrets_echoed_by_the_panel_are_masked() -> None:
    message = f"API Key s3cret-api-key ({SIGN}) not registered"
    assert CREDENTIALS.scrub(message) == "API Key *** (***) not registered"


def test_a_very_short_key_is_not_masked() -> None:
    """A key such as "12" would mask parts of most numbers."""
    assert Credentials("1", "12").scrub("Saldo 12.000") == "Saldo 12.000"
