// Entry point: starts all parts of the page.

import { $, icon } from "./dom.js";
import { keepReading } from "./state.js";
import { startChat } from "./chat.js";
import { startComposer } from "./composer.js";
import { startClock } from "./clock_panel.js";
import { startSidePanel } from "./side_panel.js";
import { startPeople } from "./people.js";

const THEMES = ["auto", "light", "dark"];
const ICONS = { auto: "auto", light: "sun", dark: "moon" };

function drawTheme() {
  const theme = document.documentElement.dataset.theme ?? "auto";
  $("theme").replaceChildren(icon(ICONS[theme]));
  $("theme").setAttribute("aria-label", `Colours: ${theme}. Press to change`);
  $("theme").title = `Colours: ${theme}`;
}

function nextTheme() {
  const root = document.documentElement;
  const theme = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  localStorage.setItem("theme", theme);
  drawTheme();
}

$("theme").onclick = nextTheme;
drawTheme();
startClock();
startChat();
startComposer();
startPeople();
startSidePanel();
keepReading();
