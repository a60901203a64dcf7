// Sends stickers, voice messages, contacts and locations.

import { $, ask, h, icon } from "./dom.js";
import { act } from "./state.js";
import { current, toBottom } from "./chat.js";
import { word } from "./words.js";

const STICKERS = ["👍", "😂", "🙏"];

function send(action, params = {}) {
  open(false);
  $("more").focus();
  toBottom();
  act(action, { chat: current(), ...params });
}

async function contact() {
  open(false);
  const field = (name, value, type) => h("label", {}, word(name), h("input", { name, type, value, maxLength: 64 }));
  const fields = [field("name", "Bu Ani", "text"), field("phone", "+62 857-1111-2222", "tel")];
  const [name, phone] = fields.map((one) => one.querySelector("input"));
  const chat = current();
  const choice = await ask(word("contact_title"), word("contact_note"), [["yes", word("send")], ["no", word("cancel")]], fields);
  $("more").focus();
  if (choice === "yes") act("send_contact", { chat, name: name.value, phone: phone.value });
}

const extra = (sign, label, press) => h("button.extra", { type: "button", onclick: press }, icon(sign), h("span", {}, label));

// Draws the choices in the language of the chat, again only when it changed.
export function drawExtras() {
  const more = $("more");
  more.setAttribute("aria-label", word("more"));
  more.title = word("more");
  $("extras").setAttribute("aria-label", word("more"));
  if ($("extras").dataset.label === word("more")) return;
  $("extras").dataset.label = word("more");
  $("extras").replaceChildren(
    h("div.stickers", {}, ...STICKERS.map((emoji) => h("button.extra", {
      type: "button", "aria-label": `${word("sticker")} ${emoji}`, onclick: () => send("send_sticker", { emoji }),
    }, emoji))),
    extra("voice", word("voice"), () => send("send_voice")),
    extra("phone", `${word("contact")}…`, contact),
    extra("place", word("place"), () => send("send_location")),
  );
}

function open(isOpen) {
  $("extras").hidden = !isOpen;
  $("more").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) $("extras").querySelector("button").focus();
}

export function startExtras() {
  $("more").onclick = () => open($("extras").hidden);
  document.addEventListener("click", (event) => {
    if (!$("extras").contains(event.target) && !$("more").contains(event.target)) open(false);
  });
  $("foot").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || $("extras").hidden) return;
    open(false);
    $("more").focus();
  });
}
