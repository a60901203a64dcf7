// Renders one message: a bubble with text, picture or file, and the keyboard below it.

import { clock, copy, h, icon, size } from "./dom.js";
import { formatted } from "./formatting.js";
import { word } from "./words.js";

const TALLEST = 420; // as in chat.css
const STYLES = new Set(["primary", "success", "danger"]); // Bot API, InlineKeyboardButton

// `item` is {message, isFirst, isLast, replied, pressed}; `actions` are {say, press, meet, unknown}.
export function bubble(item, actions) {
  const { message } = item;
  const side = message.from_bot ? "in" : "out";
  const inside = h(`div.bubble${item.isLast ? ".tail" : ""}`, {}, ...content(item, actions));
  const node = h(`li.message.${side}`, { tabIndex: -1 }, h("span.sr", {}, message.from_bot ? "Bot:" : `${word("you")}:`), h("div.stack", {}, inside, keyboard(item, actions)));
  if (item.isFirst) node.classList.add("first");
  if (message.photo && !message.text) inside.classList.add("bare");
  if (message.sticker) inside.classList.add("sticker-only");
  if (message.photo) inside.classList.add("with-photo");
  if (message.markup?.inline_keyboard) node.classList.add("with-keyboard");
  return node;
}

function content(item, actions) {
  const { message } = item;
  const parts = [];
  if (item.replied) parts.push(quote(item.replied));
  if (message.photo) parts.push(photo(message.photo));
  if (message.document) parts.push(file(message.document));
  if (message.contact) parts.push(contact(message.contact));
  if (message.sticker) parts.push(h("div.sticker", { role: "img", "aria-label": `${word("sticker")} ${message.sticker}` }, message.sticker));
  if (message.voice_seconds) parts.push(aside("voice", word("voice"), `0:${String(message.voice_seconds).padStart(2, "0")}`));
  if (message.location) parts.push(aside("place", word("place"), `${message.location.latitude}, ${message.location.longitude}`));
  const text = h("div.text", { dir: "auto" });
  if (message.text) text.append(formatted(message.text, message.entities, actions));
  text.append(stamp(message));
  parts.push(text);
  return parts;
}

function stamp(message) {
  // Telegram marks edited messages of people only; for the bot's the tooltip says it.
  const isMarked = message.is_edited && !message.from_bot;
  const title = message.is_edited ? "The bot has edited this message" : undefined;
  const node = h("span.stamp", { title: message.from_bot ? title : undefined },
    isMarked ? h("i", {}, word("edited")) : null, h("time", {}, clock(message.date)));
  if (!message.from_bot) {
    const tick = icon(message.is_read ? "ticks" : "tick");
    tick.setAttribute("class", "ticks");
    node.append(tick, h("span.sr", {}, message.is_read ? "The bot has it" : "The bot has not fetched it yet"));
  }
  return node;
}

function quote(replied) {
  return h("div.reply", {}, h("b", {}, replied.from_bot ? "Bot" : word("you")), h("span", {}, replied.text || whatIsSent(replied)));
}

function photo(picture) {
  const node = h("img", { src: picture.url, alt: word("picture"), width: picture.width, height: picture.height, decoding: "async" });
  if (picture.width) {
    node.style.aspectRatio = `${picture.width} / ${picture.height}`;
    node.style.width = `${Math.min(picture.width, TALLEST * picture.width / picture.height)}px`;
  }
  return h("a.photo", { href: picture.url, target: "_blank", rel: "noopener" }, node);
}

function file(stored) {
  return h("a.file", { href: stored.url, download: stored.name },
    h("span.disc", {}, icon("file")),
    h("span", {}, h("b", {}, stored.name), h("small", {}, size(stored.size))));
}

// Telegram sends its users' numbers without the plus, other numbers as in the address book.
function contact(shared) {
  const number = shared.user_id ? `+${shared.phone_number.replace(/^\+/, "")}` : shared.phone_number;
  return aside("phone", shared.first_name, number);
}

function aside(sign, title, note) {
  return h("div.file", {}, h("span.disc", {}, icon(sign)),
    h("span", {}, h("b", { dir: "auto" }, title), h("small", { dir: "ltr" }, note)));
}

// The name of a message without text in the list of chats and in replies.
export function whatIsSent(message) {
  if (message.document) return message.document.name;
  if (message.contact) return word("contact");
  if (message.sticker) return `${word("sticker")} ${message.sticker}`;
  if (message.voice_seconds) return word("voice");
  if (message.location) return word("place");
  return message.photo ? word("picture") : "";
}

function keyboard(item, actions) {
  const rows = item.message.markup?.inline_keyboard;
  if (!rows) return null;
  return h("div.keyboard", { role: "group", "aria-label": "Buttons" },
    ...rows.map((row) => h("div.row", {}, ...row.map((one) => key(one, item, actions)))));
}

function key(button, item, actions) {
  const shape = `.key${STYLES.has(button.style) ? "." + button.style : ""}`;
  const label = h("span", { dir: "auto" }, button.text);
  if (button.url) {
    return h(`a${shape}`, { href: button.url, target: "_blank", rel: "noopener noreferrer" }, label, icon("link"));
  }
  const node = h(`button${shape}`, { type: "button" }, label);
  if (button.copy_text) {
    node.append(icon("copy"));
    node.onclick = () => copy(button.copy_text.text, word("copied"));
  } else if (button.callback_data !== undefined) {
    node.dataset.data = button.callback_data;
    node.classList.toggle("waiting", item.pressed.has(button.callback_data));
    node.onclick = () => actions.press(item.message, button.callback_data, node);
  } else {
    node.onclick = () => actions.unknown(button);
  }
  return node;
}
