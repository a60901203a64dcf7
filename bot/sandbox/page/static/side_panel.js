// The side panel with its tabs; on smaller screens it is a sheet over the page.

import { $, h } from "./dom.js";
import { get, watch } from "./state.js";
import { supplierPanel } from "./supplier_panel.js";
import { telegramPanel } from "./telegram_panel.js";
import { botPanel } from "./bot_panel.js";
import { logPanel } from "./log_panel.js";

const PANELS = [
  { name: "supplier", label: "Supplier", build: supplierPanel, trouble: () => isAnySet("supplier", ["down", "hangs_up", "status_down"]) || get("supplier").next.length > 0 },
  { name: "telegram", label: "Telegram", build: telegramPanel, trouble: () => isAnySet("telegram", ["down"]) || get("telegram").faults.length > 0 },
  { name: "bot", label: "Bot", build: botPanel, trouble: () => get("bot").state !== "running" },
  { name: "log", label: "Log", build: logPanel, trouble: () => false },
];

const isAnySet = (key, names) => names.some((name) => get(key)[name]);

function select(name, focus = false) {
  for (const { name: one } of PANELS) {
    const tab = $(`tab-${one}`);
    const isOpen = one === name;
    tab.setAttribute("aria-selected", String(isOpen));
    tab.tabIndex = isOpen ? 0 : -1;
    $(`panel-${one}`).hidden = !isOpen;
    if (isOpen && focus) tab.focus();
  }
  sessionStorage.setItem("tab", name);
}

function tabKey(event) {
  const index = PANELS.findIndex(({ name }) => $(`tab-${name}`) === event.target);
  const last = PANELS.length - 1;
  const next = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1, Home: 0, End: last }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  select(PANELS[next].name, true);
}

// While the sheet is open, the rest of the page is inert for the keyboard too.
function openSheet(isOpen) {
  $("app").classList.toggle("panel-open", isOpen);
  $("open-panel").setAttribute("aria-expanded", String(isOpen));
  for (const id of ["people", "chat"]) $(id).inert = isOpen;
  (isOpen ? $("close-panel") : $("open-panel")).focus();
}

export function startSidePanel() {
  for (const { name, label, build } of PANELS) {
    $("tabs").append(h("button", {
      id: `tab-${name}`, type: "button", role: "tab", "aria-controls": `panel-${name}`,
      onclick: () => select(name), onkeydown: tabKey,
    }, label, h("i.dot", { "aria-hidden": "true" })));
    $("panels").append(h("section", { id: `panel-${name}`, role: "tabpanel", "aria-labelledby": `tab-${name}` }, ...build()));
  }
  watch(["supplier", "telegram", "bot"], () => {
    for (const { name, trouble } of PANELS) $(`tab-${name}`).classList.toggle("trouble", Boolean(trouble()));
  });
  select(PANELS.some(({ name }) => name === sessionStorage.getItem("tab")) ? sessionStorage.getItem("tab") : "supplier");
  $("open-panel").onclick = () => openSheet(true);
  $("close-panel").onclick = () => openSheet(false);
  $("shade").onclick = () => openSheet(false);
  matchMedia("(max-width: 1120px)").addEventListener("change", (narrow) => {
    if (!narrow.matches && $("app").classList.contains("panel-open")) openSheet(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && $("app").classList.contains("panel-open") && !$("alert").open) openSheet(false);
  });
}
