// The chat of the chosen person: messages, scrolling, pressed buttons and their answers.

import { $, ask, clock, dayName, dayOf, h, isolated, paintAvatar, sync, toast } from "./dom.js";
import { act, get, onEvent, personOf, watch } from "./state.js";
import { bubble, whatIsSent } from "./message.js";
import { setLanguage, word } from "./words.js";

const GROUP_SECONDS = 300;
const TYPING_SECONDS = 5;
const ANSWER_SECONDS = 30;
const NEAR_BOTTOM = 80;

let chat = null;
let missed = 0;
let typingUntil = 0;
let scrollEndTimer = 0;
const onSwitch = [];
let seen = new Map();
const pressed = new Map(); // "chat/message/data" -> the id of the query without an answer, null until it is known
const answered = new Set();

export const current = () => chat;
export const whenSwitched = (listener) => onSwitch.push(listener);

export const messagesOf = (id) => get(`chat/${id}`) ?? [];

export function unreadOf(id) {
  const last = seen.get(id) ?? 0;
  return messagesOf(id).filter((message) => message.from_bot && message.id > last).length;
}

export function say(text) {
  if (chat === null || !text.trim()) return;
  toBottom();
  act("say", { chat, text });
}

export function open(id) {
  if (chat === id) return;
  chat = id;
  setLanguage(personOf(id)?.language);
  missed = 0;
  typingUntil = 0;
  // Screen readers must not read a whole chat aloud when it is opened.
  $("history").setAttribute("aria-busy", "true");
  $("messages").replaceChildren();
  draw();
  requestAnimationFrame(() => $("history").removeAttribute("aria-busy"));
  toBottom();
  for (const listener of onSwitch) listener(id);
  toBottom();
}

// --- drawing ---

function rows() {
  const messages = messagesOf(chat);
  const byId = new Map(messages.map((message) => [message.id, message]));
  const items = [];
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (!before || dayOf(before.date) !== dayOf(message.date)) items.push({ day: message.date });
    items.push({
      message,
      isFirst: !sameGroup(before, message),
      isLast: !sameGroup(message, after) || Boolean(message.markup?.inline_keyboard),
      replied: byId.get(message.reply_to),
      pressed: pressedOn(message.id),
    });
  });
  return items;
}

function sameGroup(one, other) {
  return Boolean(one && other) && one.from_bot === other.from_bot
    && dayOf(one.date) === dayOf(other.date) && other.date - one.date < GROUP_SECONDS
    && !one.markup?.inline_keyboard;
}

function pressedOn(messageId) {
  const start = `${chat}/${messageId}/`;
  return new Set([...pressed.keys()].filter((key) => key.startsWith(start)).map((key) => key.slice(start.length)));
}

function draw() {
  if (chat === null) return;
  const wasAtBottom = isAtBottom();
  const made = sync($("messages"), rows(), {
    key: (item) => (item.day ? `day-${dayOf(item.day)}` : `m-${chat}-${item.message.id}`),
    sign: (item) => (item.day ? dayName(item.day) : JSON.stringify([item.message, item.isFirst, item.isLast, item.replied?.text])),
    make: (item) => (item.day ? h("li.day", {}, h("span", {}, dayName(item.day))) : bubble(item, actions)),
  });
  const fresh = made.filter((node) => node.classList.contains("message"));
  if (fresh.length < 6) for (const node of fresh) node.classList.add("fresh");
  if (wasAtBottom) toBottom();
  else missed += fresh.filter((node) => node.classList.contains("in")).length;
  drawHead();
  markSeen();
}

function drawHead() {
  const telegram = get("telegram");
  const person = personOf(chat);
  if (!telegram || !person) return;
  $("bot-name").textContent = telegram.name;
  for (const node of [$("messages"), $("empty")]) node.lang = person.language;
  paintAvatar($("bot-avatar"), telegram.name, 5);
  const isTyping = typingUntil > Date.now();
  const status = $("bot-status");
  status.classList.toggle("typing", isTyping);
  status.textContent = isTyping ? word("typing") : telegram.down ? "waiting for network…" : `bot · you are ${isolated(person.name)}`;
  $("new-count").textContent = missed ? String(missed) : "";
  $("to-bottom").setAttribute("aria-label", missed ? `${missed} new messages: go to the bottom` : "Go to the bottom");
  $("to-bottom").hidden = isAtBottom();
}

// --- scrolling ---

const isAtBottom = () => {
  const pane = $("history");
  return pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR_BOTTOM;
};

export function toBottom() {
  const pane = $("history");
  pane.scrollTop = pane.scrollHeight;
  missed = 0;
  markSeen();
}

// A day's label that covers messages is shown during scrolling only.
function markDays() {
  const pane = $("history");
  pane.classList.add("scrolling");
  clearTimeout(scrollEndTimer);
  scrollEndTimer = setTimeout(() => pane.classList.remove("scrolling"), 900);
  for (const day of document.querySelectorAll(".day")) {
    const next = day.nextElementSibling?.getBoundingClientRect();
    day.classList.toggle("stuck", Boolean(next) && next.top < day.getBoundingClientRect().bottom - 1);
  }
}

// Marks the chat as read when its end is visible in a visible tab.
function markSeen() {
  if (chat === null || document.hidden || !isAtBottom() || !isShown()) return;
  const last = messagesOf(chat).at(-1)?.id ?? 0;
  if (last > (seen.get(chat) ?? 0)) {
    seen.set(chat, last);
    sessionStorage.setItem("seen", JSON.stringify([get("sandbox").start, [...seen]]));
    for (const listener of onSwitch) listener(chat);
  }
}

const isShown = () => $("chat").offsetParent !== null && $("app").dataset.view !== "list" || innerWidth > 720;

// --- buttons ---

const actions = {
  say,
  async press(message, data, node) {
    const key = `${chat}/${message.id}/${data}`;
    if (pressed.has(key)) return;
    pressed.set(key, null);
    node.classList.add("waiting");
    node.setAttribute("aria-busy", "true");
    const result = await act("press", { chat: Number(key.split("/", 1)[0]), message: message.id, data });
    if (!result || answered.has(result.query)) return release(key);
    pressed.set(key, result.query);
    setTimeout(() => release(key), ANSWER_SECONDS * 1000);
  },
  meet(name) {
    toast(word("meet", name), "answer");
  },
  unknown(button) {
    toast(`The sandbox cannot do what the button “${button.text}” asks for.`);
  },
};

function release(key) {
  pressed.delete(key);
  const [id, messageId, ...data] = key.split("/");
  const node = document.querySelector(`[data-key="m-${id}-${messageId}"]`);
  for (const button of node?.querySelectorAll(".key") ?? []) {
    if (button.dataset.data === data.join("/")) {
      button.classList.remove("waiting");
      button.removeAttribute("aria-busy");
    }
  }
}

function answer(event) {
  answered.add(event.query);
  for (const [key, query] of pressed) if (query === event.query) release(key);
  if (!event.text || event.chat !== chat) return;
  if (event.alert) ask(get("telegram").name, event.text, [["ok", "OK"]]);
  else toast(event.text, "answer");
}

function typing(event) {
  if (event.chat !== chat) return;
  typingUntil = Date.now() + TYPING_SECONDS * 1000;
  drawHead();
  setTimeout(drawHead, TYPING_SECONDS * 1000 + 50);
}

// --- start ---

export function lastLine(id) {
  const message = messagesOf(id).at(-1);
  if (!message) return null;
  return { who: message.from_bot ? "" : "You: ", text: message.text.replace(/\s+/g, " ") || whatIsSent(message), time: clock(message.date), message };
}

// Restores the read marks after a reload, if it is still the same run of the sandbox.
function restoreSeen() {
  const [start, pairs] = JSON.parse(sessionStorage.getItem("seen") ?? "[0, []]");
  if (start === get("sandbox").start && seen.size === 0) seen = new Map(pairs);
}

export function startChat() {
  watch(["sandbox"], restoreSeen);
  watch(["chat"], (changed) => {
    if (changed.includes(`chat/${chat}`)) {
      if (messagesOf(chat).at(-1)?.from_bot) typingUntil = 0;
      draw();
    }
  });
  watch(["telegram", "people"], drawHead);
  watch(["clock"], draw);
  onEvent("answer", answer);
  onEvent("action", typing);
  $("history").addEventListener("scroll", () => {
    if (isAtBottom()) missed = 0;
    markDays();
    markSeen();
    drawHead();
  }, { passive: true });
  $("history").addEventListener("load", () => missed === 0 && isAtBottom() && toBottom(), true);
  $("to-bottom").onclick = () => {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    $("history").scrollTo({ top: $("history").scrollHeight, behavior });
  };
  document.addEventListener("visibilitychange", markSeen);
  let last = 0;
  new ResizeObserver(() => {
    const pane = $("history");
    const wasAtBottom = pane.scrollHeight - pane.scrollTop - last < NEAR_BOTTOM + 40;
    if (wasAtBottom) toBottom();
    last = pane.clientHeight;
  }).observe($("history"));
}
