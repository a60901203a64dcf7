// The text field, the command suggestions, the menu, and the bot's reply keyboard.

import { $, ask, h, sync } from "./dom.js";
import { act, get, personOf, watch } from "./state.js";
import { offer, startAttaching } from "./attach.js";
import { drawExtras, startExtras } from "./extras.js";
import { current, messagesOf, say, toBottom, whenSwitched } from "./chat.js";
import { word } from "./words.js";

const drafts = new Map();
let chosen = -1;
let isFolded = false;

const commands = () => personOf(current())?.commands ?? [];

// --- commands ---

function suggest(list) {
  chosen = list.length ? 0 : -1;
  sync($("suggestions"), list, {
    key: (one) => one.command,
    sign: (one) => one.description,
    make: (one) => h("li", { id: `c-${one.command}`, role: "option", onclick: () => pick(one) },
      h("b", {}, `/${one.command}`), h("span", {}, one.description)),
  });
  $("suggestions").hidden = !list.length;
  mark();
}

function mark() {
  const options = [...$("suggestions").children];
  options.forEach((one, index) => one.setAttribute("aria-selected", String(index === chosen)));
  if (options[chosen]) {
    options[chosen].scrollIntoView({ block: "nearest" });
    $("text").setAttribute("aria-activedescendant", options[chosen].id);
  } else {
    $("text").removeAttribute("aria-activedescendant");
  }
  $("menu").setAttribute("aria-expanded", String(!$("suggestions").hidden));
}

// Sends a command; a draft is kept, a command in the text field is removed.
function pick(one) {
  if ($("text").value.startsWith("/")) $("text").value = "";
  textChanged();
  suggest([]);
  say(`/${one.command}`);
}

// Arrows, Enter and Escape work in the text field, so it gets the focus, but not on touch screens,
// where the on-screen keyboard would cover half of the page.
function toggleMenu(event) {
  const isOpening = $("suggestions").hidden;
  suggest(isOpening ? commands() : []);
  if (isOpening && (event.detail === 0 || matchMedia("(hover: hover)").matches)) $("text").focus();
}

function matching() {
  const text = $("text").value;
  if (!/^\/\w*$/.test(text)) return [];
  return commands().filter((one) => `/${one.command}`.startsWith(text.toLowerCase()));
}

// --- text ---

function textChanged() {
  const area = $("text");
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
  $("send").disabled = !area.value.trim();
  suggest(matching());
}

function submit() {
  const text = takeText();
  if (text) say(text);
}

// Empties the text field and returns its text.
function takeText() {
  const text = $("text").value.trim();
  $("text").value = "";
  textChanged();
  return text;
}

function pressedKey(event) {
  const options = $("suggestions").children.length;
  if (options && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : options - 1)) % options;
    mark();
  } else if (event.key === "Escape") {
    suggest([]);
  } else if (event.key === "Tab" && options && !event.shiftKey) {
    event.preventDefault();
    $("text").value = $("suggestions").children[chosen].querySelector("b").textContent;
    textChanged();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    const whole = commands().some((one) => `/${one.command}` === $("text").value);
    if (options && !whole) $("suggestions").children[chosen].click();
    else submit();
  }
}

// --- the reply keyboard ---

function replyKeyboard() {
  const messages = messagesOf(current());
  const last = messages.filter((one) => one.from_bot && one.markup && !one.markup.inline_keyboard).at(-1);
  const rows = last?.markup.keyboard;
  return { last, rows: rows && !isUsedUp(last, messages) ? rows : null };
}

// Whether a one-time keyboard was used: the chat holds a later message of one of its buttons.
function isUsedUp({ id, markup }, messages) {
  if (!markup.one_time_keyboard) return false;
  const buttons = markup.keyboard.flat();
  return messages.some((one) => !one.from_bot && one.id > id
    && buttons.some((button) => (button.request_contact ? one.contact : one.text === button.text)));
}

function drawKeyboard() {
  const { last, rows } = replyKeyboard();
  const area = $("text");
  area.placeholder = (rows || last?.markup.force_reply) && last.markup.input_field_placeholder || word("message");
  $("keyboard-toggle").hidden = !rows;
  $("keyboard-toggle").setAttribute("aria-expanded", String(Boolean(rows) && !isFolded));
  $("reply-keyboard").hidden = !rows || isFolded;
  const mark = rows ? `${current()}/${last.id}` : "";
  if ($("reply-keyboard").dataset.mark === mark) return;
  $("reply-keyboard").dataset.mark = mark;
  $("reply-keyboard").replaceChildren(
    ...(rows ?? []).map((row) => h("div.row", {}, ...row.map(replyKey))),
  );
}

function replyKey(button) {
  const shape = `button.reply-key${button.style ? "." + button.style : ""}`;
  return h(shape, { type: "button", onclick: () => useKey(button) }, button.text);
}

async function useKey(button) {
  const chat = current();
  if (button.request_contact) {
    const bot = get("telegram").name;
    const choice = await ask(word("share"), word("shared", bot), [["no", word("cancel")], ["yes", word("agree")]]);
    if (choice !== "yes") return;
    await act("share_contact", { chat });
  } else {
    say(button.text);
  }
}

// --- the area below the chat ---

function drawFoot() {
  const person = personOf(current());
  if (!person) return;
  const isEmpty = messagesOf(current()).length === 0;
  const begin = $("begin");
  begin.hidden = !isEmpty && !person.has_blocked;
  begin.textContent = person.has_blocked ? word("unblock") : word("start");
  $("composer").hidden = !begin.hidden;
  $("empty").hidden = !isEmpty;
  $("messages").hidden = isEmpty;
  $("empty-title").textContent = person.description ? word("about") : word("none");
  $("empty-text").textContent = person.description || word("begin");
  $("menu").hidden = commands().length === 0;
  $("menu-label").textContent = word("menu");
  $("text").setAttribute("aria-label", word("message"));
  $("send").setAttribute("aria-label", word("send"));
  $("attach").setAttribute("aria-label", word("attach"));
  $("attach").title = word("attach");
  drawExtras();
  for (const id of ["attach", "begin", "menu", "text", "send", "more", "extras"]) $(id).lang = person.language;
  drawKeyboard();
}

function beginChat() {
  const chat = current();
  if (personOf(chat).has_blocked) act("block", { chat, on: false });
  else say("/start");
  $("text").focus();
}

export function startComposer() {
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  $("text").addEventListener("input", textChanged);
  $("text").addEventListener("keydown", pressedKey);
  $("begin").onclick = beginChat;
  $("menu").onclick = toggleMenu;
  startExtras();
  startAttaching((file) => offer(current(), file, takeText));
  $("keyboard-toggle").onclick = () => {
    isFolded = !isFolded;
    drawKeyboard();
    toBottom();
  };
  document.addEventListener("click", (event) => {
    if (!$("foot").contains(event.target)) suggest([]);
  });
  watch(["chat", "people"], drawFoot);
  let before = null;
  whenSwitched((id) => {
    if (before !== id) {
      drafts.set(before, $("text").value);
      $("text").value = drafts.get(id) ?? "";
      before = id;
      textChanged();
    }
    drawFoot();
  });
  textChanged();
}
