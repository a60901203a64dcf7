// The list of people; the chosen one's chat with the bot is shown.

import { $, h, paintAvatar, sync } from "./dom.js";
import { get, watch } from "./state.js";
import { current, lastLine, open, unreadOf, whenSwitched } from "./chat.js";

const LANGUAGES = { id: "Indonesian", en: "English", ar: "Arabic" };

function draw() {
  const people = get("people");
  if (current() === null && innerWidth > 720) open(lastPerson(people));
  const items = people.map((person) => ({ person, last: lastLine(person.id), unread: unreadOf(person.id), isOpen: person.id === current() }));
  sync($("chats"), items, {
    key: (item) => item.person.id,
    sign: (item) => JSON.stringify([item.person.name, item.person.has_blocked, item.last, item.unread, item.isOpen]),
    make: row,
  });
  const unread = items.reduce((sum, item) => sum + item.unread, 0);
  document.title = unread ? `(${unread}) Konter sandbox` : "Konter sandbox";
}

function lastPerson(people) {
  const id = Number(sessionStorage.getItem("person"));
  return people.some((one) => one.id === id) ? id : people[0].id;
}

function row({ person, last, unread, isOpen }) {
  const avatar = h("div.avatar", { "aria-hidden": "true" });
  paintAvatar(avatar, person.name, person.id % 5);
  const role = [person.is_admin ? "admin" : "customer", LANGUAGES[person.language] ?? person.language, person.username ? null : "no username"];
  const line = last ? [last.who ? h("em", {}, last.who) : null, last.text] : [person.has_blocked ? "has blocked the bot" : "no messages yet"];
  return h("li", {}, h("button.person", {
    type: "button",
    "aria-current": isOpen ? "true" : "false",
    onclick: () => choose(person.id),
  }, avatar,
  h("span.about", {},
    h("span.top", {}, h("b", { dir: "auto" }, person.name), h("time", {}, last?.time ?? "")),
    h("small.role", {}, role.filter(Boolean).join(", ")),
    h("span.bottom", {}, h("span.last", {}, ...line), unread ? h("span.badge", { "aria-label": `${unread} unread` }, String(unread)) : null))));
}

function choose(id) {
  sessionStorage.setItem("person", String(id));
  $("app").dataset.view = "chat";
  open(id);
  draw();
  if (matchMedia("(hover: hover)").matches) $("text").focus();
}

export function startPeople() {
  watch(["people", "chat"], draw);
  whenSwitched(draw);
  $("to-list").onclick = () => {
    $("app").dataset.view = "list";
    draw();
    document.querySelector('.person[aria-current="true"]')?.focus();
  };
}
