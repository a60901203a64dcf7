"""The compose file: what its schema (`make lint`) cannot check."""

from typing import Any

from ruamel.yaml import YAML

from bot.config import Settings
from tests.image.dockerfile import DOCKERFILE, stages

COMPOSE = DOCKERFILE.parent / "compose.yaml"
RESERVE_SECONDS = 90
"""What a stop may take beside the supplier's time-out (docs/operations.md)."""


def compose() -> Any:
    return YAML(typ="safe").load(COMPOSE)


def test_konter_can_write_its_volume_only() -> None:
    konter = compose()["services"]["konter"]
    (volume,) = stages(DOCKERFILE.read_text(encoding="utf-8"))[-1].one("VOLUME").words
    assert konter["volumes"] == [f"data:{volume}"]
    assert (konter["read_only"], konter["cap_drop"]) == (True, ["ALL"])
    assert konter["security_opt"] == ["no-new-privileges:true"]
    assert [place.split(":")[0] for place in konter["tmpfs"]] == ["/tmp"]  # noqa: S108 - inside


def test_a_stop_has_the_time_that_an_order_call_may_take() -> None:
    timeout = Settings.model_fields["supplier_timeout_seconds"].default
    konter = compose()["services"]["konter"]
    assert konter["stop_grace_period"] == f"{timeout + RESERVE_SECONDS:.0f}s"
    assert konter["restart"] == "unless-stopped"


def test_only_the_proxy_is_open_to_the_network() -> None:
    services = compose()["services"]
    assert {name for name, service in services.items() if "ports" in service} == {"caddy"}
    profiles = {name: service.get("profiles", []) for name, service in services.items()}
    assert profiles == {"konter": [], "postgres": ["postgres"], "caddy": ["https"]}
