"""The answer to a question about a picture that was answered before, or is not kept any more."""

from __future__ import annotations

from handlers.ui.i18n import Translator


def picture_question_answered(translator: Translator, *, is_used: bool) -> str:
    """Return, as plain text, why a question about a picture cannot be answered any more."""
    _ = translator.gettext
    if is_used:
        return _("You have told us already what this picture shows.")
    return _("This picture is not kept any more. Please send it again.")
