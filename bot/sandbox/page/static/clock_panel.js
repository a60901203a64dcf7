// The sandbox's clock above the tabs: the time of the bot, the supplier and Telegram.

import { $, ask, clock, h, now, setClock, weekday } from "./dom.js";
import { act, get, watch } from "./state.js";
import { small } from "./controls.js";

const STEPS = [["+10 minutes", 600], ["+1 hour", 3600], ["+1 day", 86400]];
const TIMES = ["12:00", "23:30", "00:15"];

function farAhead(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor(minutes / 60) % 24, "h"], [minutes % 60, "min"]];
  return parts.filter(([count]) => count).map(([count, unit]) => `${count} ${unit}`).join(" ") || "under 1 min";
}

async function backToNow() {
  const choice = await ask("Back to now?", "Time does not go back for orders and payments of tomorrow, so everything begins anew: chats, orders and the database go, and the customers have their first money again.",
    [["no", "Cancel"], ["yes", "Begin anew"]]);
  if (choice === "yes") act("reset");
}

function picker() {
  const field = h("input", { type: "text", inputMode: "numeric", required: true, size: 6, maxLength: 5, value: "23:50", "aria-label": "Time in Jakarta, such as 23:50" });
  return h("form.inline", {
    onsubmit: (event) => {
      event.preventDefault();
      act("move_clock_to", { time: field.value });
    },
  }, field, h("button.small", { type: "submit" }, "Go to this time"));
}

export function startClock() {
  const shown = h("time");
  const ahead = h("span.ahead", { "aria-live": "polite" });
  const back = small("Back to now…", backToNow, "bad");
  $("clock").append(
    h("summary", {}, shown, ahead, h("span.hint", {}, "Move the clock")),
    h("div", {},
      h("p.note", {}, "For everybody at once: the bot, the supplier and Telegram. It goes forward only; a time of day is the next such time. Around midnight many products are closed."),
      h("div.choices", { role: "group", "aria-label": "Let time pass" }, ...STEPS.map(([label, seconds]) => small(label, () => act("move_clock", { seconds })))),
      h("div.choices", { role: "group", "aria-label": "Go to a time" }, ...TIMES.map((to) => small(`To ${to}`, () => act("move_clock_to", { time: to })))),
      picker(), h("div.choices", {}, back)),
  );
  const draw = () => {
    const item = get("clock");
    if (!item) return;
    shown.textContent = `${weekday(now())}, ${clock(now())} ${item.zone_name}`;
    const text = item.ahead_seconds ? `${farAhead(item.ahead_seconds)} ahead` : "";
    if (ahead.textContent !== text) ahead.textContent = text;
    back.hidden = !item.ahead_seconds;
  };
  watch(["clock"], () => {
    setClock(get("clock"));
    draw();
  });
  setInterval(draw, 1000);
}
