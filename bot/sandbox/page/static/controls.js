// Elements of the panels: cards, switches, small buttons.

import { h } from "./dom.js";
import { get, watch } from "./state.js";

export function card(title, note, ...children) {
  return h("section.card", {}, h("h3", {}, title), note ? h("p.note", {}, note) : null, ...children);
}

// A switch that shows `read(section)` of the section `name` and calls `change(isOn)`.
export function toggle(label, note, name, read, change) {
  const node = h("button.switch", { type: "button", role: "switch", "aria-checked": "false" },
    h("span", {}, h("b", {}, label), note ? h("small", {}, note) : null), h("i", { "aria-hidden": "true" }));
  node.onclick = () => change(node.getAttribute("aria-checked") !== "true");
  watch([name], () => node.setAttribute("aria-checked", String(Boolean(read(get(name))))));
  return node;
}

export function small(label, press, kind = "") {
  return h(`button.small${kind ? "." + kind : ""}`, { type: "button", onclick: press }, label);
}
