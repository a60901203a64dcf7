// Building blocks of the page: elements, icons, formats of times and money, toasts, dialogs.

import { currentLanguage, word } from "./words.js";

export const $ = (id) => document.getElementById(id);

// h("p.note", {title: "x", onclick: f}, "text", child): properties, or attributes with a dash.
export function h(shape, props = {}, ...children) {
  const [tag, ...classes] = shape.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

// Makes `parent` hold one child per item, in order; a child is replaced when its `sign` differs.
// Returns the children of new keys.
export function sync(parent, items, { key, sign, make }) {
  const old = new Map();
  for (const child of parent.children) old.set(child.dataset.key, child);
  const made = [];
  let at = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const mark = sign(item);
    let node = old.get(name);
    old.delete(name);
    if (!node || node.dataset.sign !== mark) {
      const fresh = make(item, node);
      fresh.dataset.key = name;
      fresh.dataset.sign = mark;
      if (node) {
        const hadFocus = node.contains(document.activeElement);
        if (at === node) at = node.nextElementSibling;
        node.replaceWith(fresh);
        if (hadFocus) (fresh.querySelector("button:not(:disabled), a") || fresh).focus({ preventScroll: true });
        if (fresh.nextElementSibling !== at) parent.insertBefore(fresh, at);
      } else {
        parent.insertBefore(fresh, at);
        made.push(fresh);
      }
      continue;
    }
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  for (const node of old.values()) node.remove();
  return made;
}

export const money = (rupiah) => `Rp${String(rupiah).replace(/\B(?=(\d{3})+$)/g, ".")}`;

// Times are of the sandbox's clock in the shop's time zone, so that page and bot agree.
let ahead = 0;
let zone = "Asia/Jakarta";
let formatters = new Map();

export function setClock(item) {
  ahead = item.ahead_seconds;
  if (zone !== item.zone) formatters = new Map();
  zone = item.zone;
}

export const now = () => Date.now() / 1000 + ahead;

function inZone(seconds, locale, parts) {
  const name = locale + JSON.stringify(parts);
  if (!formatters.has(name)) formatters.set(name, new Intl.DateTimeFormat(locale, { ...parts, timeZone: zone }));
  return formatters.get(name).format(new Date(seconds * 1000));
}

export function clock(seconds, withSeconds = false) {
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return inZone(seconds, "en-GB", withSeconds ? { ...parts, second: "2-digit" } : parts);
}

export const weekday = (seconds) => inZone(seconds, "en-GB", { weekday: "short", day: "numeric", month: "short" });

// 2024-03-31: such strings compare and sort like the days.
export const dayOf = (seconds) => inZone(seconds, "en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });

export function dayName(seconds) {
  const days = Math.round((Date.parse(dayOf(now())) - Date.parse(dayOf(seconds))) / 86400000);
  if (days === 0) return word("today");
  if (days === 1) return word("yesterday");
  return inZone(seconds, currentLanguage(), { day: "numeric", month: "long" });
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

// A name isolated from the text direction of the sentence around it.
export const isolated = (name) => `\u2068${name}\u2069`;

const COLOURS = ["red", "orange", "violet", "green", "cyan", "blue", "pink"];

export function paintAvatar(node, name, number) {
  // The first character of a word may be two UTF-16 units long, as an emoji is.
  node.textContent = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
  node.dataset.colour = COLOURS[number % COLOURS.length];
}

// An answer to a pressed button replaces the previous one, as in Telegram.
export function toast(text, kind = "") {
  if (kind === "answer") for (const old of document.querySelectorAll(".toast.answer")) old.remove();
  const node = h(`div.toast${kind ? "." + kind : ""}`, {}, text);
  $("toasts").append(node);
  while ($("toasts").children.length > 3) $("toasts").firstElementChild.remove();
  setTimeout(() => node.classList.add("leaving"), 3200 + text.length * 20);
  setTimeout(() => node.remove(), 3500 + text.length * 20);
}

export async function copy(text, said = "Copied to clipboard") {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { value: text, className: "hidden-text" });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(said);
}

// Shows a dialog; resolves to the value of the pressed button, or "" when it is closed.
// `fields` are labelled inputs to show in it.
export function ask(title, text, buttons, fields = []) {
  const box = $("alert");
  $("alert-title").textContent = title;
  $("alert-text").textContent = text;
  $("alert-fields").replaceChildren(...fields);
  $("alert-buttons").replaceChildren(
    ...buttons.map(([value, label]) => h("button", { value, type: "submit" }, label)),
  );
  box.returnValue = "";
  if (box.open) box.close();
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue), { once: true });
  });
}
