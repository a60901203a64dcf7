// The panel of the bot's process: state, restart, kill, stop, start, reset.

import { ask, h } from "./dom.js";
import { act, get, watch } from "./state.js";
import { card, small } from "./controls.js";
import { entries } from "./log_panel.js";

const WORDS = {
  running: "Running", starting: "Starting", stopping: "Stopping", stopped: "Stopped", crashed: "Fallen over",
};

function since(seconds) {
  const passed = Math.max(0, Math.round(Date.now() / 1000 - seconds));
  if (passed < 60) return `${passed} s`;
  if (passed < 3600) return `${Math.floor(passed / 60)} min ${passed % 60} s`;
  return `${Math.floor(passed / 3600)} h ${Math.floor((passed % 3600) / 60)} min`;
}

function processCard() {
  const lamp = h("span.lamp", { "aria-hidden": "true" });
  const word = h("b", { "aria-live": "polite" });
  const facts = h("dl.facts-list");
  const order = (what) => () => act("bot", { what });
  const onOff = small("", () => act("bot", { what: get("bot").pid ? "stop" : "start" }));
  const draw = () => {
    const bot = get("bot");
    if (!bot) return;
    lamp.className = `lamp ${bot.state}`;
    word.textContent = WORDS[bot.state];
    onOff.textContent = bot.pid ? "Stop" : "Start";
    const rows = [["Process", bot.pid ?? "none"], ["Up for", bot.pid ? since(bot.started_at) : "–"], ["Restarts", bot.restarts]];
    if (!bot.pid && bot.exit_code !== null) rows.push(["Ended with", bot.exit_code]);
    facts.replaceChildren(...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]));
  };
  watch(["bot"], draw);
  setInterval(draw, 1000);
  return card("The bot", "The ordinary bot, python -m bot run, as a process of its own.",
    h("p.state", {}, lamp, word), facts,
    h("div.choices", {}, small("Restart", order("restart")), small("SIGKILL", order("kill"), "bad"), onOff),
    h("p.note", {}, "Restart asks it to end (SIGTERM) and starts it again. SIGKILL ends it in the middle of whatever it does, then starts it again."));
}

function storageCard() {
  const folder = h("code");
  watch(["sandbox"], () => { folder.textContent = get("sandbox").folder; });
  const resetAll = async () => {
    const choice = await ask("Begin anew?", "Chats, orders and the database go; the customers have their first money again.", [["no", "Cancel"], ["yes", "Begin anew"]]);
    if (choice === "yes") act("reset");
  };
  return card("Where things are", null, h("p.note", {}, "The database and the supplier's orders lie in ", folder,
    ". They outlive restarts of the bot; in a folder given with --data they outlive the sandbox too. Chats are in memory."),
    h("div.choices", {}, small("Begin anew", resetAll, "bad")));
}

export function botPanel() {
  return [processCard(), card("What it says", null, entries((entry) => entry.source === "bot", 60)), storageCard()];
}
