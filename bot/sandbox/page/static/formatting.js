// Renders Telegram's text with entities as DOM nodes. Offsets are UTF-16 units, as in JavaScript.

import { copy, h, icon } from "./dom.js";
import { word } from "./words.js";

const SIMPLE = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_LINK = /^(https?|tg):\/\//i;

// `actions.say` is called with a tapped command, `actions.meet` with a tapped name.
export function formatted(text, entities, actions) {
  const sorted = entities
    .map((entity) => ({ ...entity, end: entity.offset + entity.length }))
    .sort((a, b) => a.offset - b.offset || b.end - a.end);
  const root = document.createDocumentFragment();
  fill(root, text, 0, text.length, sorted, actions);
  return root;
}

function fill(parent, text, from, to, entities, actions) {
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [first, ...others] = rest;
    const start = Math.max(first.offset, at);
    const end = Math.min(first.end, to);
    if (end <= start) {
      rest = others;
      continue;
    }
    plain(parent, text.slice(at, start));
    const inner = others.filter((one) => one.offset < end);
    const node = element(first, text.slice(start, end), actions);
    fill(node.inside || node.outer, text, start, end, inner, actions);
    parent.append(node.outer);
    at = end;
    if (BLOCKS.has(first.type) && text[at] === "\n") at += 1;
    rest = others.filter((one) => one.end > end);
  }
  plain(parent, text.slice(at, to));
}

function plain(parent, text) {
  if (text) parent.append(text);
}

function element(entity, text, actions) {
  const simple = SIMPLE[entity.type];
  if (simple) return { outer: h(simple) };
  switch (entity.type) {
    case "code":
      return { outer: pressable("code.tap", `${word("copy")} ${text}`, () => copy(text, word("copied"))) };
    case "pre":
      return codeBlock(entity, text);
    case "spoiler":
      return { outer: spoiler() };
    case "bot_command":
      return { outer: pressable("span.link", `${word("send")} ${text}`, () => actions.say(text)) };
    case "blockquote":
      return { outer: h("blockquote") };
    case "expandable_blockquote":
      return { outer: expandable() };
    case "text_link":
      return { outer: link(entity.url) };
    case "url":
      return { outer: link(text) };
    case "text_mention":
    case "mention":
      return { outer: pressable("span.link", entity.user ? `${text} · ${entity.user.id}` : text, () => actions.meet(text)) };
    default:
      return { outer: h("span") };
  }
}

function pressable(shape, label, press) {
  const node = h(shape, { role: "button", tabIndex: 0, title: label });
  node.addEventListener("click", (event) => {
    event.stopPropagation();
    press();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      press();
    }
  });
  return node;
}

function codeBlock(entity, text) {
  const inside = h("code");
  const label = entity.language || word("copy");
  const button = h("button.copy", { type: "button", onclick: () => copy(text, word("copied")), "aria-label": word("copy") }, label, icon("copy"));
  return { outer: h("div.block", {}, button, h("pre", {}, inside)), inside };
}

function link(address) {
  if (!SAFE_LINK.test(address)) return h("span.link");
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" });
}

// A tap reveals all hidden texts of the message, as in Telegram.
function spoiler() {
  const node = h("span.spoiler", { role: "button", tabIndex: 0, "aria-label": "Hidden text: press to show" });
  const show = (event) => {
    event.stopPropagation();
    event.preventDefault();
    for (const one of node.closest(".text").querySelectorAll(".spoiler")) {
      one.classList.add("shown");
      one.removeAttribute("role");
      one.removeAttribute("aria-label");
      one.tabIndex = -1;
    }
  };
  node.addEventListener("click", (event) => node.classList.contains("shown") || show(event), true);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") show(event);
  });
  return node;
}

function expandable() {
  const node = h("blockquote.expandable", { tabIndex: 0, role: "button", "aria-expanded": "false" });
  const toggle = () => node.setAttribute("aria-expanded", String(node.classList.toggle("open")));
  node.addEventListener("click", toggle);
  node.addEventListener("keydown", (event) => event.key === "Enter" && toggle());
  return node;
}
