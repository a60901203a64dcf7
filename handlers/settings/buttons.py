"""The buttons of the shop's settings."""

from __future__ import annotations

from handlers.ui.buttons import Button


class ShowSetting(Button, tag="S1"):
    """Show one setting to an owner, by its name."""

    name: str


class AskSetting(Button, tag="S2"):
    """Ask an owner for the value of a setting."""

    name: str


class ClearSetting(Button, tag="S3"):
    """Take the value of an optional setting away."""

    name: str


class ChooseSetting(Button, tag="S4"):
    """Set a setting to one of its choices; `index` counts from 0."""

    index: int
    name: str


class ApplySetting(Button, tag="S5"):
    """Make a proposed change of how customers pay."""

    token: str


class AskBotProfile(Button, tag="S6"):
    """Ask an owner for the bot's name, or its picture."""

    is_picture: bool
