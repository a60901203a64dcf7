// The supplier's panel: faults of the next order, orders, general faults, deposit.

import { clock, copy, h, money, sync } from "./dom.js";
import { act, get, watch } from "./state.js";
import { card, small, toggle } from "./controls.js";

const EXAMPLE = "0812 3456 ";

const WORDS = {
  success: "good", waiting: "wait", process: "wait", error: "bad", partial: "odd",
};

function deposit() {
  const amount = h("strong.amount", {}, "…");
  const field = h("input", { type: "text", inputMode: "numeric", "aria-label": "New deposit in rupiah", placeholder: "New amount" });
  const form = h("form.inline", {
    onsubmit: (event) => {
      event.preventDefault();
      const digits = field.value.replace(/[^0-9]/g, "");
      if (digits) act("set_deposit", { amount: Number(digits) });
      field.value = "";
    },
  }, field, h("button.small", { type: "submit" }, "Set"), small("Empty", () => act("set_deposit", { amount: 0 })));
  watch(["supplier"], () => { amount.textContent = money(get("supplier").deposit); });
  return card("The shop's deposit", null, amount, form);
}

function nextOrder() {
  const queue = h("div.queue", { "aria-live": "polite" });
  const bought = h("div.choices", { role: "group", "aria-labelledby": "is-bought" });
  const lost = h("div.choices", { role: "group", "aria-labelledby": "not-bought" });
  watch(["sandbox"], () => {
    const faults = get("sandbox").faults;
    const buttons = (isBought) => faults.filter((fault) => fault.is_bought === isBought)
      .map((fault) => small(fault.text, () => act("fail_next_order", { fault: fault.name })));
    bought.replaceChildren(...buttons(true));
    lost.replaceChildren(...buttons(false));
  });
  watch(["supplier"], () => {
    const waiting = get("supplier").next;
    queue.replaceChildren(...waiting.map((text, index) => h("span.chip", {}, `${index + 1}. ${text}`)));
    if (waiting.length) queue.append(small("Forget", () => act("clear_order_faults")));
  });
  return card("The next order", "Press one, then buy something.", queue,
    h("h4", { id: "is-bought" }, "Bought, but the answer is spoilt"), bought,
    h("h4", { id: "not-bought" }, "Not bought, and the bot cannot know"), lost);
}

function supplierFaults() {
  const set = (what) => (on) => act("set_supplier", { what, on });
  return card("The whole supplier", null,
    toggle("Down", "refuses every connection: surely not sent", "supplier", (it) => it.down, set("down")),
    toggle("Hangs up", "takes the call, then closes it unanswered", "supplier", (it) => it.hangs_up, set("hangs_up")),
    toggle("Status calls down", "orders arrive, looking fails", "supplier", (it) => it.status_down, set("status_down")),
    toggle("Everything in stock", "what was empty comes in; the bot sees it within half a minute", "supplier", (it) => it.all_in_stock, set("all_in_stock")));
}

function orderRow(order) {
  const finish = (status) => () => act("finish_order", { ref_id: order.ref_id, status });
  return h("li.order", {},
    h("div.top", {}, h("b", { title: order.code }, order.product || order.code), h(`span.word.${WORDS[order.status] ?? "odd"}`, {}, order.is_deleted ? "vanished" : order.status)),
    h("div.facts", {}, h("span", {}, order.destination), h("span", {}, money(order.price))),
    h("div.facts", {}, h("time", {}, clock(order.at, true)),
      h("button.plain", { type: "button", title: "Copy the ref_id", onclick: () => copy(order.ref_id) }, `ref ${order.ref_id}`)),
    order.is_final ? null : h("div.choices", {},
      small("Succeed", finish("success"), "good"), small("Fail", finish("error"), "bad"), small("Partial", finish("partial"))));
}

function orders() {
  const list = h("ul.orders");
  const empty = h("p.note", {}, "Nothing has been ordered yet.");
  watch(["orders"], () => {
    const items = get("orders").toReversed();
    empty.hidden = items.length > 0;
    sync(list, items, { key: (order) => order.ref_id, sign: JSON.stringify, make: orderRow });
  });
  return card("Its orders", "What the supplier really has: the truth that the bot must find out.", empty, list);
}

function magicNumbers() {
  const body = h("tbody");
  watch(["sandbox"], () => {
    body.replaceChildren(...get("sandbox").scenarios.map(([digits, text]) => h("tr", {},
      h("th", { scope: "row" }, h("button.plain", { type: "button", title: "Copy a number that ends so", onclick: () => copy((EXAMPLE + digits).replaceAll(" ", "")) }, `…${digits}`)),
      h("td", {}, text))));
  });
  return card("Magic numbers", "A destination that ends in these digits always has this fate; every other one succeeds after some seconds. Press one to copy a number.",
    h("table.magic", {}, h("thead.sr", {}, h("tr", {}, h("th", {}, "Ends in"), h("th", {}, "What happens"))), body));
}

export function supplierPanel() {
  return [nextOrder(), orders(), supplierFaults(), deposit(), magicNumbers()];
}
