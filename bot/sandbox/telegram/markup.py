"""Validate keyboards as Telegram does."""

from __future__ import annotations

from typing import Any

from bot.sandbox.telegram.wire import Json, refuse

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
STYLES = {"primary", "success", "danger"}
ACTIONS = {
    "callback_data",
    "url",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
}
KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")


def check_markup(markup: Json | None, *, only_inline: bool = False) -> Json | None:
    """Return the markup as Telegram stores it, without empty rows; raises RefusalError."""
    if not markup:
        return None
    if "inline_keyboard" in markup:
        rows = [row for row in button_rows(markup["inline_keyboard"]) if row]
        for row in rows:
            for button in row:
                check_inline_button(button)
        return {"inline_keyboard": rows} if rows else None
    if only_inline:
        refuse("inline keyboard expected")
    if not any(kind in markup for kind in KINDS):
        refuse("object expected as reply markup")
    if "keyboard" in markup:
        rows = button_rows(markup["keyboard"], plain="text")
        for row in rows:
            for button in row:
                check_label(button, "keyboard button")
        return markup | {"keyboard": rows}
    return markup


def button_rows(rows: Any, plain: str | None = None) -> list[list[Json]]:
    """Return the rows of buttons; a string is a button if `plain` names its field.

    Raises RefusalError.
    """
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        refuse("field of the keyboard must be of type Array of Arrays")
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        refuse("reply markup is too long")
    if plain is not None:
        rows = [
            [{plain: button} if isinstance(button, str) else button for button in row]
            for row in rows
        ]
    if not all(isinstance(button, dict) for row in rows for button in row):
        refuse("can't parse keyboard button: object expected")
    return [list(row) for row in rows]


def check_label(button: Json, kind: str) -> None:
    """Check the text and style of a button of either keyboard; raises RefusalError."""
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        refuse(f"can't parse {kind}: text must be non-empty")
    if "style" in button and button["style"] not in STYLES:
        refuse(f"can't parse {kind}: invalid button style specified")


def check_inline_button(button: Json) -> None:
    """Check a button of an inline keyboard; raises RefusalError."""
    check_label(button, "inline keyboard button")
    actions = ACTIONS & set(button)
    if not actions:
        refuse(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        refuse("can't parse inline keyboard button: more than one action specified")
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= MAX_DATA_BYTES:
            refuse("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        refuse("BUTTON_URL_INVALID")
    if "copy_text" in button:
        copied = button["copy_text"]
        text = copied.get("text") if isinstance(copied, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= 256:
            refuse("BUTTON_COPY_TEXT_INVALID")
