// The log: calls to supplier and Telegram, the bot's log lines, actions on the page; newest first.

import { clock, h, sync } from "./dom.js";
import { get, watch } from "./state.js";

const SOURCES = [["all", "All"], ["supplier", "Supplier"], ["telegram", "Telegram"], ["bot", "Bot"]];
const SHOWN = 200;

// A list of the newest `most` entries for which `wanted` is true; its `draw` redraws it.
export function entries(wanted, most) {
  const list = h("ol.log", { reversed: true });
  list.draw = () => {
    const items = get("log").filter(wanted).slice(-most).reverse();
    sync(list, items, { key: (entry) => entry.number, sign: (entry) => `${entry.times}/${entry.at}`, make: line });
  };
  watch(["log"], list.draw);
  return list;
}

function line(entry, old) {
  const isOpen = old?.querySelector("details")?.open ?? false;
  const title = h("b", {}, entry.title);
  const times = entry.times > 1 ? h("span.times", {}, `×${entry.times}`) : null;
  const answer = entry.answer ? h("span.said", {}, entry.answer) : null;
  const node = h("li", {}, h("details", { open: isOpen },
    h("summary", {}, h("time", {}, clock(entry.at, true)), h(`span.source.${entry.source}`, {}, entry.source === "sandbox" ? "you" : entry.source),
      entry.source === "sandbox" ? h("span.what", {}, entry.detail) : title, times, answer, entry.source === "bot" ? h("span.what", {}, entry.detail) : null),
    h("pre", {}, entry.detail || "(no parameters)")));
  node.classList.toggle("trouble", entry.is_problem);
  return node;
}

export function logPanel() {
  let source = "all";
  const list = entries((entry) => source === "all" || entry.source === source || entry.source === "sandbox", SHOWN);
  const buttons = SOURCES.map(([name, label]) => h("button", {
    type: "button",
    "aria-pressed": String(name === source),
    onclick: (event) => {
      source = name;
      for (const one of event.target.parentNode.children) one.setAttribute("aria-pressed", String(one === event.target));
      list.draw();
    },
  }, label));
  return [h("div.segments", { role: "group", "aria-label": "Whose calls" }, ...buttons), list];
}
