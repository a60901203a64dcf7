"""A person's actions and messages in a chat on the page."""

from functools import partial

import pytest

from bot.sandbox.page.server import MAX_FILE_BYTES
from bot.sandbox.telegram.server import ADMIN, ALL_PEOPLE, BUDI, RATNA, SARAH, SITI, YUSUF, Change
from tests.sandbox.page.fake_bot import picture
from tests.sandbox.page.page_client import Browser

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_new_page_reads_everything(browser: Browser) -> None:
    browser.environment.telegram.send_text(SARAH.user_id, "hello")
    await browser.until(lambda: browser.messages(SARAH.user_id))
    assert browser.messages(SARAH.user_id)[0]["text"] == "hello"
    people = [browser.person(one) for one in (BUDI, SARAH, ADMIN)]
    assert [(one["name"], one["is_admin"]) for one in people] == [
        ("Budi", False),
        ("Sarah", False),
        ("Pak Admin", True),
    ]
    assert browser.sections["supplier"]["services"] == 1400
    assert browser.sections["sandbox"]["scenarios"][0] == ["0001", "succeeds at once"]
    assert browser.sections["bot"]["pid"] == browser.environment.bot.pid


async def test_text_comes_with_its_entities_and_no_html(browser: Browser) -> None:
    """The page builds its nodes from entities, so that no markup can be injected."""
    answer = await browser.say("/start")
    assert answer["text"].startswith("Selamat datang di Konter, Budi!")
    kinds = {one["type"] for one in answer["entities"]}
    assert kinds >= {"bold", "italic", "code", "blockquote", "bot_command", "text_link"}
    assert answer["markup"]["inline_keyboard"][0][0]["style"] == "primary"


async def test_a_message_is_read_once_the_bot_has_fetched_it(browser: Browser) -> None:
    await browser.act("bot", what="stop")
    await browser.until(lambda: browser.sections["bot"]["state"] == "stopped")
    await browser.act("say", chat=BUDI.user_id, text="halo")
    await browser.until(browser.messages)
    assert not browser.messages()[0]["is_read"]
    assert browser.sections["telegram"]["waiting"] == 1
    await browser.act("bot", what="start")
    await browser.until(lambda: browser.messages()[0]["is_read"])


async def test_a_pressed_button_is_answered(browser: Browser) -> None:
    home = await browser.say("/start")
    press = {"chat": BUDI.user_id, "message": home["id"]}
    for data, is_alert in (("toast", False), ("alert", True)):
        query = (await browser.act("press", **press, data=data))["query"]
        event = await browser.until(partial(browser.answer_to, query))
        assert (event["kind"], event["alert"]) == ("answer", is_alert)


async def test_an_edit_changes_the_message_in_place(browser: Browser) -> None:
    home = await browser.say("/start")
    await browser.act("press", chat=BUDI.user_id, message=home["id"], data="buy")
    await browser.until(lambda: browser.message(home["id"])["is_edited"])
    assert browser.message(home["id"])["text"] == "Mau beli apa?"


async def test_a_button_that_is_not_shown_cannot_be_pressed(browser: Browser) -> None:
    answer = await browser.act("press", chat=BUDI.user_id, message=1, data="x")
    assert "cannot be done" in answer["error"]


async def test_typing_is_shown(browser: Browser) -> None:
    await browser.say("halo")
    action = {"kind": "action", "chat": BUDI.user_id, "action": "typing"}
    assert action in browser.events


async def test_a_deleted_message_is_removed(browser: Browser) -> None:
    answer = await browser.say("halo")
    del browser.environment.telegram.state.chats[BUDI.user_id][answer["id"]]

    browser.environment.telegram.state.changed(Change("delete", BUDI.user_id, answer["id"]))
    await browser.until(lambda: answer["id"] not in [one["id"] for one in browser.messages()])


async def test_pictures_are_shown_and_files_are_kept(browser: Browser) -> None:
    """The page needs a picture's size before loading it; other files must never open as a page."""
    photo = (await browser.say("/photo"))["photo"]
    assert (photo["width"], photo["height"]) == (320, 180)
    async with browser.session.get(f"{browser.address}{photo['url']}") as response:
        assert response.content_type == "image/png"
    document = (await browser.say("/document"))["document"]
    assert (document["name"], document["size"]) == ("laporan.csv", 8)
    async with browser.session.get(f"{browser.address}{document['url']}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"


async def test_people_send_pictures_and_files(browser: Browser) -> None:
    asked = {"chat": BUDI.user_id, "name": "bukti.png", "caption": "ini buktinya"}
    assert await browser.send_file(picture(), kind="photo", **asked) == {}
    assert await browser.send_file(b"a,b", kind="document", **asked) == {}
    await browser.until(lambda: len(browser.messages()) >= 4)
    photo, document = (one for one in browser.messages() if not one["from_bot"])
    assert (photo["photo"]["width"], photo["photo"]["height"]) == (320, 180)
    assert (photo["text"], document["text"]) == ("ini buktinya", "ini buktinya")
    assert (document["document"]["name"], document["document"]["size"]) == ("bukti.png", 3)
    assert {"Foto diterima.", "File diterima."} <= {one["text"] for one in browser.messages()}


async def test_a_file_that_cannot_be_sent_is_refused_in_a_sentence(browser: Browser) -> None:
    chat = BUDI.user_id
    for content, params, error in (
        (b"no picture", {"chat": chat, "kind": "photo"}, "IMAGE_PROCESS_FAILED"),
        (b"", {"chat": chat, "kind": "document"}, "is empty"),
        (bytes(MAX_FILE_BYTES + 1), {"chat": chat, "kind": "document"}, "at most 5 MB"),
        (b"x", {"chat": chat, "kind": "document", "caption": "a" * 1025}, "at most 1024"),
        (b"x", {"chat": 1, "kind": "document"}, "cannot be sent: there is no user 1"),
        (b"x", {"kind": "document"}, "chat: Missing required argument"),
        (b"x", {"chat": "x", "kind": "document"}, "chat: Input should be a valid integer"),
        (b"x", {"chat": chat, "kind": "film"}, "kind: Input should be"),
        (b"x", {"chat": chat, "kind": "document", "more": "y"}, "more: Unexpected"),
    ):
        assert error in (await browser.send_file(content, name="x", **params))["error"]
    assert browser.environment.telegram.messages(chat) == []


async def test_a_contact_is_shared(browser: Browser) -> None:
    asked = await browser.say("/contact")
    assert asked["markup"]["keyboard"][0][0]["request_contact"] is True
    await browser.act("share_contact", chat=BUDI.user_id)
    await browser.until(lambda: "6281234567890" in browser.messages()[-1]["text"])
    assert browser.messages()[-1]["markup"] == {"remove_keyboard": True}


async def test_stickers_voice_and_places_reach_the_bot(browser: Browser) -> None:
    chat = BUDI.user_id
    assert await browser.act("send_sticker", chat=chat, emoji="🙏") == {}
    assert await browser.act("send_voice", chat=chat) == {}
    assert await browser.act("send_location", chat=chat) == {}
    await browser.until(lambda: len(browser.messages()) >= 6)
    sticker, voice, place = (one for one in browser.messages() if not one["from_bot"])
    assert (sticker["sticker"], voice["voice_seconds"]) == ("🙏", 7)
    assert place["location"] == {"latitude": -7.2575, "longitude": 112.7521}


@pytest.mark.parametrize(
    ("phone", "name"),
    [("0812-3456-7890", "Bu Ani"), ("+852 9123 4567", ""), ("85291234567", "x" * 300)],
)
async def test_somebody_elses_contact_is_sent(phone: str, name: str, browser: Browser) -> None:
    assert await browser.act("send_contact", chat=BUDI.user_id, phone=phone, name=name) == {}
    await browser.until(lambda: len(browser.messages()) == 2)
    sent, answer = browser.messages()
    assert sent["contact"] == {"phone_number": phone, "first_name": name[:255] or "?"}
    assert answer["text"] == f"Nomor {phone} diterima."


async def test_every_person_is_listed_and_can_share_a_contact(browser: Browser) -> None:
    for person in ALL_PEOPLE:
        shown = browser.person(person)
        assert (shown["name"], shown["username"]) == (person.first_name, person.username or "")
        assert await browser.act("share_contact", chat=person.user_id) == {}
        sent = browser.environment.telegram.messages(person.user_id)[0].contact
        assert sent is not None
        assert sent["user_id"] == person.user_id
    assert [bool(one.username) for one in (RATNA, SITI, YUSUF)] == [True, False, False]
    assert not RATNA.has_started


async def test_commands_are_those_of_the_persons_language(browser: Browser) -> None:
    await browser.until(lambda: browser.person(SARAH)["commands"])
    assert browser.person(SARAH)["commands"][0]["description"] == "Buy credit, data, tokens"
    assert browser.person(BUDI)["commands"][0]["description"] == "Beli pulsa, data, token"


async def test_an_empty_or_too_long_message_is_refused(browser: Browser) -> None:
    for text in ("  ", "a" * 4097):
        assert "1 to 4096" in (await browser.act("say", chat=BUDI.user_id, text=text))["error"]
    assert browser.environment.telegram.messages(BUDI.user_id) == []
