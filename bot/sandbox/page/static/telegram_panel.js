// Telegram's panel: faults of the next call, downtime, and people who block the bot.

import { h, sync } from "./dom.js";
import { act, get, watch } from "./state.js";
import { card, small, toggle } from "./controls.js";

const KINDS = [
  ["429", "429: wait 5 seconds"],
  ["500", "Error 500"],
  ["lost", "Do it, but lose the answer"],
  ["hang", "Never answer"],
];

function nextCall() {
  const queue = h("div.queue", { "aria-live": "polite" });
  watch(["telegram"], () => {
    const faults = get("telegram").faults;
    queue.replaceChildren(...faults.map((kind, index) => h("span.chip", {}, `${index + 1}. ${new Map(KINDS).get(kind) ?? kind}`)));
    if (faults.length) queue.append(small("Forget", () => act("clear_telegram_faults")));
  });
  return card("The bot's next call", "Whatever the bot calls next, fetching news left out.",
    queue, h("div.choices", {}, ...KINDS.map(([kind, label]) => small(label, () => act("fail_telegram", { kind })))));
}

function whole() {
  const waiting = h("p.note");
  watch(["telegram"], () => {
    const count = get("telegram").waiting;
    waiting.textContent = count ? `${count} waiting for the bot to fetch.` : "The bot has fetched everything.";
  });
  return card("All of Telegram", null,
    toggle("Down", "every connection is closed; what people write waits", "telegram", (it) => it.down, (down) => act("set_telegram", { down })), waiting);
}

function blocks() {
  const list = h("div.people-switches");
  watch(["people"], () => {
    sync(list, get("people"), {
      key: (person) => person.id,
      sign: (person) => JSON.stringify([person.name, person.has_blocked]),
      make: (person) => h("button.switch", {
        type: "button", role: "switch", "aria-checked": String(person.has_blocked),
        onclick: () => act("block", { chat: person.id, on: !person.has_blocked }),
      }, h("span", {}, h("b", {}, h("bdi", {}, person.name), " blocks the bot")), h("i", { "aria-hidden": "true" })),
    });
  });
  return card("People", "Somebody who writes again unblocks the bot.", list);
}

export function telegramPanel() {
  return [nextCall(), whole(), blocks()];
}
