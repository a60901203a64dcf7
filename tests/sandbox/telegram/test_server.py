"""The embedded Bot API, called with the library that the bot uses."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Contact,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Location,
    MessageEntity,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from bot.sandbox.telegram.server import ADMIN, BUDI, SARAH, YUSUF
from tests.telegram_server import TOKEN, BotApiForTests

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8) + (300).to_bytes(4, "big") + (200).to_bytes(4, "big")
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08"
BUY = InlineKeyboardMarkup([[InlineKeyboardButton("Beli", callback_data="v1:buy:7")]])


class Clock:
    """A clock that a test can move."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now


def jpeg(width: int, height: int) -> bytes:
    """The first bytes of a JPEG, which hold its size."""
    return JPEG + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x03"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def telegram(clock: Clock) -> BotApiForTests:
    return BotApiForTests(TOKEN, clock=clock)


@pytest.fixture
async def root(telegram: BotApiForTests) -> AsyncIterator[str]:
    """The address of the running server."""
    async with telegram.served():
        yield telegram.root


def request() -> HTTPXRequest:
    """The library's own requests, with forms for bodies; those of the shop are JSON."""
    return HTTPXRequest(pool_timeout=10, httpx_kwargs={"trust_env": False})


def library_bot(root: str, token: str = TOKEN) -> Bot:
    return Bot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=request(),
        get_updates_request=request(),
    )


@pytest.fixture
async def bot(root: str) -> AsyncIterator[Bot]:
    async with library_bot(root) as running:
        yield running


async def post(root: str, method: str, values: dict[str, Any], token: str = TOKEN) -> Any:
    """Return the answer's status and body from the wire."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{root}/bot{token}/{method}", json=values) as response,
    ):
        return response.status, await response.json()


# --- sending and editing ---


async def test_html_arrives_as_text_and_entities(telegram: BotApiForTests, bot: Bot) -> None:
    sent = await bot.send_message(BUDI.user_id, "Halo 😀 <b>Budi</b> &lt;3", parse_mode="HTML")
    assert sent.text_html == "Halo 😀 <b>Budi</b> &lt;3"
    [shown] = telegram.messages(BUDI.user_id)
    assert (shown.message_id, shown.text, shown.is_from_bot) == (1, "Halo 😀 Budi <3", True)
    assert shown.entities == [{"type": "bold", "offset": 8, "length": 4}]
    assert shown.html == "Halo 😀 <b>Budi</b> &lt;3"


async def test_message_ids_count_per_chat(telegram: BotApiForTests, bot: Bot) -> None:
    telegram.send_text(BUDI.user_id, "hai")
    assert (await bot.send_message(BUDI.user_id, "hai juga")).message_id == 2
    assert (await bot.send_message(SARAH.user_id, "hello")).message_id == 1


async def test_an_edit_changes_text_and_keyboard(telegram: BotApiForTests, bot: Bot) -> None:
    sent = await bot.send_message(BUDI.user_id, "satu", reply_markup=BUY)
    edited = await bot.edit_message_text("dua", BUDI.user_id, sent.message_id)
    assert getattr(edited, "text", None) == "dua"
    [shown] = telegram.messages(BUDI.user_id)
    assert (shown.text, shown.edits, shown.reply_markup) == ("dua", 1, None)
    await bot.edit_message_reply_markup(BUDI.user_id, sent.message_id, reply_markup=BUY)
    assert telegram.buttons(BUDI.user_id, sent.message_id)[0][0]["text"] == "Beli"


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    sent = await bot.send_message(BUDI.user_id, "<b>satu</b>", "HTML", reply_markup=BUY)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text(
            "<strong>satu</strong>", BUDI.user_id, 1, parse_mode="HTML", reply_markup=BUY
        )
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(BUDI.user_id, sent.message_id, reply_markup=BUY)


async def test_only_own_messages_can_be_edited(telegram: BotApiForTests, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", BUDI.user_id, 99)
    telegram.send_text(BUDI.user_id, "hai")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", BUDI.user_id, 1)


async def test_a_message_is_deleted_within_two_days(
    telegram: BotApiForTests, bot: Bot, clock: Clock
) -> None:
    await bot.send_message(BUDI.user_id, "satu")
    await bot.delete_message(BUDI.user_id, 1)
    assert telegram.messages(BUDI.user_id) == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(BUDI.user_id, 1)
    await bot.send_message(BUDI.user_id, "dua")
    clock.now += 49 * 3600
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(BUDI.user_id, 2)


async def test_files_are_kept_and_can_be_fetched(telegram: BotApiForTests, bot: Bot) -> None:
    photo = await bot.send_photo(BUDI.user_id, PNG, caption="<i>QRIS</i>", parse_mode="HTML")
    assert (photo.photo[0].width, photo.photo[0].height) == (300, 200)
    assert photo.caption_html == "<i>QRIS</i>"
    downloaded = await (await bot.get_file(photo.photo[0].file_id)).download_as_bytearray()
    assert bytes(downloaded) == PNG
    again = await bot.send_photo(SARAH.user_id, photo.photo[0].file_id)
    assert again.photo[0].file_id == photo.photo[0].file_id
    document = await bot.send_document(BUDI.user_id, b"a,b\n", filename="orders.csv")
    assert document.document is not None
    assert document.document.file_name == "orders.csv"
    stored = telegram.messages(BUDI.user_id)[1].document
    assert stored is not None
    assert stored.content == b"a,b\n"
    with pytest.raises(BadRequest, match="no text in the message to edit"):
        await bot.edit_message_text("x", BUDI.user_id, photo.message_id)
    await bot.edit_message_caption(BUDI.user_id, photo.message_id, caption="lunas")
    assert telegram.messages(BUDI.user_id)[0].text == "lunas"


async def test_a_persons_file_is_sent_on_by_its_id(telegram: BotApiForTests, bot: Bot) -> None:
    telegram.send_photo(BUDI.user_id, jpeg(480, 640), "image/jpeg", "ini @konter")
    telegram.send_document(BUDI.user_id, "bukti.pdf", "application/pdf", b"%PDF")
    told = [update.message for update in await bot.get_updates()]
    photo, document = (one for one in told if one is not None)
    assert photo.caption == "ini @konter"
    assert (photo.photo[-1].width, photo.photo[-1].height) == (480, 640)
    assert document.document is not None
    assert document.document.mime_type == "application/pdf"
    await bot.send_photo(ADMIN.user_id, photo.photo[-1].file_id)
    await bot.send_document(ADMIN.user_id, document.document.file_id)
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type Document as Photo"):
        await bot.send_photo(ADMIN.user_id, document.document.file_id)
    shown = telegram.messages(ADMIN.user_id)
    assert [bool(one.photo) for one in shown] == [True, False]


# --- refusals ---


@pytest.mark.parametrize(
    ("values", "description"),
    [
        ({"text": " "}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "😀" * 2049}, "message is too long"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "x", "chat_id": 1}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        ({"text": "x", "reply_parameters": {"message_id": 9}}, "message to be replied not found"),
    ],
)
async def test_a_bad_message_is_refused(
    telegram: BotApiForTests, root: str, values: dict[str, Any], description: str
) -> None:
    status, body = await post(root, "sendMessage", {"chat_id": BUDI.user_id} | values)
    assert (status, body) == (
        400,
        {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"},
    )
    assert telegram.messages(BUDI.user_id) == []


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "x"}, "text must be non-empty"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "callback_data": "x", "url": "https://x"}, "more than one action"),
        ({"text": "x", "url": "javascript:x"}, "BUTTON_URL_INVALID"),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "callback_data": "x", "style": "red"}, "invalid button style"),
    ],
)
async def test_a_bad_button_is_refused(root: str, button: dict[str, Any], reason: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    values = {"chat_id": BUDI.user_id, "text": "x", "reply_markup": markup}
    status, body = await post(root, "sendMessage", values)
    assert status == 400
    assert reason in body["description"]


async def test_at_most_100_buttons_are_accepted(bot: Bot) -> None:
    button = InlineKeyboardButton("x", callback_data="x")
    await bot.send_message(
        BUDI.user_id, "x", reply_markup=InlineKeyboardMarkup([[button] * 5] * 20)
    )
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(
            BUDI.user_id, "x", reply_markup=InlineKeyboardMarkup([[button]] * 101)
        )


async def test_wrong_tokens_and_methods_are_refused(root: str) -> None:
    assert (await post(root, "getMe", {}, token="1:x"))[1] == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }
    assert (await post(root, "sendEverything", {}))[0] == 404
    assert (await post(root, "GETME", {}))[1]["result"]["username"] == "konter_sandbox_bot"
    stranger = library_bot(root, "1:x")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def test_a_chat_that_was_never_started_is_not_found(
    telegram: BotApiForTests, bot: Bot
) -> None:
    telegram.add_user(5, "Wati", started=False)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "hai")
    telegram.send_text(5, "/start")
    await bot.send_message(5, "hai")
    assert (await bot.get_chat(5)).first_name == "Wati"


async def test_a_person_who_blocked_the_bot_gets_no_messages(
    telegram: BotApiForTests, bot: Bot
) -> None:
    telegram.block(SARAH.user_id)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(SARAH.user_id, "hello")
    telegram.unblock(SARAH.user_id)
    await bot.send_message(SARAH.user_id, "hello again")
    updates = await bot.get_updates()
    states = [one.my_chat_member.new_chat_member.status for one in updates if one.my_chat_member]
    assert states == ["kicked", "member"]


# --- buttons ---


async def test_a_pressed_button_is_answered_once(telegram: BotApiForTests, bot: Bot) -> None:
    sent = await bot.send_message(BUDI.user_id, "pilih", reply_markup=BUY)
    query_id = telegram.press(BUDI.user_id, sent.message_id, label="Beli")
    [update] = await bot.get_updates()
    assert update.callback_query is not None
    assert (update.callback_query.id, update.callback_query.data) == (query_id, "v1:buy:7")
    assert update.callback_query.message is not None
    assert update.callback_query.message.is_accessible
    await bot.answer_callback_query(query_id, "Saldo kurang", show_alert=True)
    answer = await telegram.wait_answer(query_id)
    assert (answer.user_id, answer.text, answer.show_alert) == (BUDI.user_id, "Saldo kurang", True)
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired or query"):
        await bot.answer_callback_query(query_id)


async def test_an_old_query_cannot_be_answered(
    telegram: BotApiForTests, bot: Bot, clock: Clock
) -> None:
    query_id = telegram.press_forged(BUDI.user_id, 77, "v1:forged")
    [update] = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible
    clock.now += 16 * 60
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(query_id)


async def test_copy_text_and_styled_buttons_are_kept(telegram: BotApiForTests, bot: Bot) -> None:
    copy = InlineKeyboardButton("Salin", copy_text=CopyTextButton("1234-5678"))
    danger = InlineKeyboardButton("Batal", callback_data="x", style="danger")
    sent = await bot.send_message(
        BUDI.user_id, "kode", reply_markup=InlineKeyboardMarkup([[copy], [danger]])
    )
    assert sent.reply_markup is not None
    assert sent.reply_markup.inline_keyboard[0][0].copy_text == CopyTextButton("1234-5678")
    assert telegram.buttons(BUDI.user_id, 1) == [
        [{"text": "Salin", "copy_text": {"text": "1234-5678"}}],
        [{"text": "Batal", "callback_data": "x", "style": "danger"}],
    ]


async def test_a_reply_keyboard_asks_for_a_contact(
    telegram: BotApiForTests, bot: Bot, root: str
) -> None:
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Nomor saya", request_contact=True)]])
    await bot.send_message(BUDI.user_id, "nomor?", reply_markup=keyboard)
    [shown] = telegram.messages(BUDI.user_id)
    assert shown.reply_markup is not None
    assert shown.reply_markup["keyboard"] == [[{"text": "Nomor saya", "request_contact": True}]]
    values = {"chat_id": BUDI.user_id, "message_id": 1, "reply_markup": keyboard.to_dict()}
    _, body = await post(root, "editMessageReplyMarkup", values)
    assert body["description"] == "Bad Request: inline keyboard expected"
    telegram.share_contact(BUDI.user_id, BUDI.user_id, "+6281200000001")
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.contact is not None
    assert update.message.contact.user_id == BUDI.user_id


async def test_stickers_voice_contacts_and_places_have_telegrams_format(
    telegram: BotApiForTests, bot: Bot
) -> None:
    telegram.send_sticker(BUDI.user_id, "🙏")
    telegram.send_voice(BUDI.user_id, 7)
    telegram.share_contact(BUDI.user_id, None, "+852 9123 4567", "Mr. Lee")
    telegram.send_location(BUDI.user_id, -7.25, 112.75)
    sticker, voice, contact, place = (update.message for update in await bot.get_updates())
    assert sticker is not None
    assert sticker.sticker is not None
    assert (sticker.sticker.type, sticker.sticker.emoji) == ("regular", "🙏")
    assert (sticker.sticker.is_animated, sticker.sticker.is_video) == (False, False)
    assert voice is not None
    assert voice.voice is not None
    assert telegram.messages(BUDI.user_id)[1].voice == voice.voice.to_dict()
    assert voice.voice.mime_type == "audio/ogg"
    assert contact is not None
    assert contact.contact == Contact("+852 9123 4567", "Mr. Lee")
    assert contact.contact.user_id is None
    assert place is not None
    assert place.location == Location(latitude=-7.25, longitude=112.75)
    assert (sticker.text, voice.text, contact.text, place.text) == (None,) * 4
    assert (await bot.get_file(voice.voice.file_id)).file_size == 4
    for file_id in (sticker.sticker.file_id, voice.voice.file_id):
        with pytest.raises(BadRequest, match=r"(?i)can't use file of type"):
            await bot.send_photo(BUDI.user_id, file_id)


# --- the bot's profile ---


async def test_commands_are_kept_by_scope_and_language(telegram: BotApiForTests, bot: Bot) -> None:
    everyone = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("start", "Mulai")], scope=everyone)
    await bot.set_my_commands([BotCommand("start", "Begin")], scope=everyone, language_code="en")
    await bot.set_my_commands(
        [BotCommand("credit", "Isi saldo")], scope=BotCommandScopeChat(ADMIN.user_id)
    )
    menus = {
        one.first_name: telegram.commands_for(one.user_id) for one in (BUDI, SARAH, YUSUF, ADMIN)
    }
    assert {name: menu[0]["description"] for name, menu in menus.items()} == {
        "Budi": "Mulai",
        "Sarah": "Begin",
        YUSUF.first_name: "Mulai",
        "Pak Admin": "Isi saldo",
    }
    assert (await bot.get_my_commands(everyone, "en"))[0].description == "Begin"
    await bot.delete_my_commands(BotCommandScopeChat(ADMIN.user_id))
    assert telegram.commands_for(ADMIN.user_id)[0]["description"] == "Mulai"
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Mulai!", "x")])


async def test_the_bots_texts_are_kept_by_language(telegram: BotApiForTests, bot: Bot) -> None:
    assert (await bot.get_my_name()).name == "Konter Sandbox"
    await bot.set_my_name("Konter")
    await bot.set_my_description("Jual pulsa")
    await bot.set_my_description("Sells airtime", language_code="en")
    await bot.set_my_short_description("Pulsa")
    await bot.set_chat_menu_button()
    assert (await bot.get_my_description("en")).description == "Sells airtime"
    assert (await bot.get_my_description("ms")).description == "Jual pulsa"
    assert telegram.profile["short_description", ""] == "Pulsa"


# --- faults ---


async def test_too_many_requests_say_how_long_to_wait(telegram: BotApiForTests, bot: Bot) -> None:
    telegram.fail_next("sendMessage", "429", count=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(BUDI.user_id, "hai")
        assert caught.value.retry_after == timedelta(seconds=7)
    await bot.send_message(BUDI.user_id, "hai")
    assert len(telegram.messages(BUDI.user_id)) == 1


async def test_a_lost_answer_leaves_the_message_sent(telegram: BotApiForTests, bot: Bot) -> None:
    telegram.fail_next("sendMessage", "lost")
    with pytest.raises(NetworkError):
        await bot.send_message(BUDI.user_id, "hai")
    assert [one.text for one in telegram.messages(BUDI.user_id)] == ["hai"]


async def test_a_failed_call_applies_nothing(telegram: BotApiForTests, bot: Bot) -> None:
    telegram.fail_next(None, "500")
    assert await bot.get_updates() == ()
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await bot.send_message(BUDI.user_id, "hai")
    assert telegram.messages(BUDI.user_id) == []


async def test_a_call_can_hang(telegram: BotApiForTests, bot: Bot) -> None:
    telegram.fail_next("sendMessage", "hang", count=2)
    with pytest.raises(TimedOut):
        await bot.send_message(BUDI.user_id, "hai", read_timeout=0.5)
    sending = asyncio.create_task(bot.send_message(BUDI.user_id, "hai"))
    while telegram.hang_count < 2:
        await telegram.state.change_signal.wait()
    telegram.release_hanging()
    with pytest.raises(NetworkError):
        await sending
    assert telegram.messages(BUDI.user_id) == []


# --- what the page sees ---


async def test_calls_are_recorded_without_the_token(telegram: BotApiForTests, bot: Bot) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(1, f"key {TOKEN}")
    call = telegram.calls[-1]
    assert (call.method, call.code, call.description) == (
        "sendMessage",
        400,
        "Bad Request: chat not found",
    )
    assert TOKEN not in repr(telegram.calls)


async def test_commands_have_entities_also_in_edits(telegram: BotApiForTests, bot: Bot) -> None:
    telegram.send_text(ADMIN.user_id, "/credit 1 5000")
    telegram.edit_text(ADMIN.user_id, 1, "/credit 1 9000")
    first, second = await bot.get_updates()
    assert first.message is not None
    assert first.message.parse_entities([MessageEntity.BOT_COMMAND]) != {}
    assert second.edited_message is not None
    assert second.edited_message.text == "/credit 1 9000"
    assert second.edited_message.edit_date is not None
