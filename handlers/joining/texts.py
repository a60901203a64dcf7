"""Texts: links into the shop, invitations, and requests to join."""

from __future__ import annotations

from bot.domain.customer import Membership
from bot.domain.joining import Invitation
from bot.domain.shop_settings import SignUp
from bot.domain.start_link import StartLink, url_of
from bot.services.joining import Applicant, JoiningOverview
from handlers.joining.poster import PosterText
from handlers.ui.html import bold, code, dotted, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.order_card import questions
from handlers.ui.people import who


def invitation_over(translator: Translator) -> str:
    """Return the answer to an invitation by which nobody can come any more."""
    return translator.gettext("This invitation is no longer valid. Ask the shop for a new one.")


def link_unknown(translator: Translator) -> str:
    """Return that a link says nothing to this shop; the menu follows."""
    return translator.gettext("This link is not known here. Here is the menu:")


def not_sold_now(translator: Translator) -> str:
    """Return that a link leads to what is not sold; the menu follows."""
    return translator.gettext("What this link leads to is not sold now. Here is the menu:")


# --- links ---


def link_text(translator: Translator, name: str, url: str) -> str:
    """Return the link to a product or a level by its name, or to the shop without one."""
    _ = translator.gettext
    if not name:
        return lines(_("The link to your shop:"), code(url))
    head = _("The link to {name}:").format(name=bold(name))
    return lines(head, code(url))


def nothing_to_share(translator: Translator) -> str:
    """Return the answer to a share button of something that is not sold any more."""
    return translator.gettext("This is not sold any more, so there is no link to it.")


def copy_link(translator: Translator) -> str:
    """Return the label of the button that copies a link."""
    return translator.gettext("📋 Copy the link")


def poster_label(translator: Translator) -> str:
    """Return the label of the button that makes the poster."""
    return translator.gettext("🖼 Poster to print")


def poster_text(translator: Translator) -> PosterText:
    """Return the words on the poster."""
    _ = translator.gettext
    return PosterText(
        offer=_("Buy pulsa & tokens on Telegram"),
        how=_("Point your phone's camera at this code"),
    )


def poster_caption(translator: Translator) -> str:
    """Return what to do with the poster."""
    return translator.gettext(
        "The poster of your shop. Print the PDF on A4 or A5, and hang it where people wait."
    )


# --- invitations ---


def invitations_text(
    translator: Translator, overview: JoiningOverview, bot_username: str, news: str = ""
) -> str:
    """Return the screen of the invitations, with `news` above."""
    _ = translator.gettext
    listed = [
        f"{place}. {_invitation_line(translator, one, bot_username)}"
        for place, one in enumerate(overview.invitations, start=1)
    ]
    return paragraphs(
        news,
        lines(bold(_("Invitations")), _signup_line(translator, overview.signup)),
        lines(_("The link to your shop:"), code(url_of(bot_username, StartLink()))),
        lines(*listed) if listed else _("There is no open invitation."),
        _("Another number of people and days: /invite 5 3"),
    )


def invited(translator: Translator, invitation: Invitation, bot_username: str) -> str:
    """Return the link of a new invitation."""
    return lines(
        translator.gettext("✅ A new invitation. Send this link:"),
        code(invitation_url(invitation, bot_username)),
    )


def invitation_url(invitation: Invitation, bot_username: str) -> str:
    """Return the address of an invitation."""
    return url_of(bot_username, StartLink(invitation=invitation.code))


def invitation_deleted(translator: Translator, *, is_deleted: bool) -> str:
    """Return what became of an invitation that was taken back."""
    _ = translator.gettext
    return _("The invitation is deleted.") if is_deleted else _("It was deleted before.")


def too_many_invitations(translator: Translator, most: int) -> str:
    """Return why no invitation was made."""
    return translator.gettext(
        "There are {count} open invitations. Delete one before you make another."
    ).format(count=translator.number(most))


def how_to_invite(translator: Translator) -> str:
    """Return how to type the limits of an invitation."""
    return translator.gettext(
        "Type how many people may use the link, and for how many days: /invite 5 3"
    )


def make_label(translator: Translator, max_uses: int, days: int) -> str:
    """Return the label of the button that makes an invitation with these limits."""
    limits = [_people(translator, max_uses)] + ([_days(translator, days)] if days else [])
    return translator.gettext("🔗 Invite {text}").format(text=" · ".join(limits))


def delete_label(translator: Translator, place: int) -> str:
    """Return the label of the button that deletes an invitation, by its place in the list."""
    return translator.gettext("🗑 Delete {count}").format(count=place)


def _signup_line(translator: Translator, signup: SignUp) -> str:
    _ = translator.gettext
    match signup:
        case SignUp.OPEN:
            return _("The shop is open to all: everybody can buy.")
        case SignUp.INVITATION:
            return _("Only who comes by an invitation can buy.")
        case SignUp.APPROVAL:
            return _("Only who comes by an invitation, or is accepted by you, can buy.")


def _invitation_line(translator: Translator, invitation: Invitation, bot_username: str) -> str:
    _ = translator.gettext
    used = translator.number(invitation.uses)
    if invitation.max_uses:
        most = translator.number(invitation.max_uses)
        used = _("{count} of {most} used").format(count=used, most=most)
    else:
        used = _("{count} used").format(count=used)
    ends = invitation.expires_at
    until = "" if ends is None else _("until {time}").format(time=translator.datetime(ends))
    return lines(code(invitation_url(invitation, bot_username)), dotted(used, until))


def _people(translator: Translator, count: int) -> str:
    if not count:
        return translator.gettext("anybody")
    return translator.ngettext("{count} person", "{count} people", count).format(
        count=translator.number(count)
    )


def _days(translator: Translator, count: int) -> str:
    return translator.ngettext("{count} day", "{count} days", count).format(
        count=translator.number(count)
    )


# --- requests to join ---


def applicant_text(translator: Translator, applicant: Applicant) -> str:
    """Return who asks to join and when, and what was decided."""
    _ = translator.gettext
    customer, request = applicant.customer, applicant.request
    person = who(translator, customer.customer_id, customer)
    return paragraphs(
        lines(
            _("🙋 {person} asks to join the shop.").format(person=person),
            _("Asked {time}").format(time=translator.datetime(request.asked_at)),
        ),
        _decision_line(translator, applicant),
    )


def _decision_line(translator: Translator, applicant: Applicant) -> str:
    _ = translator.gettext
    request, decider = applicant.request, applicant.decided_by
    if request.decided_at is None or decider is None:
        return ""
    facts = {
        "admin": who(translator, decider.customer_id, decider),
        "time": translator.datetime(request.decided_at),
    }
    if applicant.customer.membership is Membership.MEMBER:
        return _("✅ Let in by {admin}, {time}").format(**facts)
    return _("❌ Refused by {admin}, {time}").format(**facts)


def already_decided(translator: Translator) -> str:
    """Return the answer to a decision after another one."""
    return translator.gettext("Somebody else decided first: see above.")


def no_applicant(translator: Translator) -> str:
    """Return the answer to a button about somebody who has not asked to join."""
    return translator.gettext("This person has not asked to join.")


def joined_text(translator: Translator, shop_contact: str) -> str:
    """Return what somebody reads who was let in."""
    _ = translator.gettext
    return paragraphs(
        lines(bold(_("✅ You are in.")), _("From now on you can buy here.")),
        questions(translator, shop_contact),
    )
