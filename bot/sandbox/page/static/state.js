// The state of the sandbox, read again at every change, and requests for actions.

import { $, toast } from "./dom.js";

const WAIT_SECONDS = 20;
const PAUSE_MS = 1000;
const EVERYTHING = -1;

const sections = new Map();
const watchers = [];
const listeners = [];
let version = EVERYTHING;

// A section of the state: "sandbox", "clock", "telegram", "supplier", "orders", "bot", "people",
// "log", or "chat/" and a person's id.
export const get = (name) => sections.get(name);

export const personOf = (id) => get("people")?.find((person) => person.id === id);

// Calls `draw` with the changed sections of these kinds, if there are any.
export function watch(kinds, draw) {
  watchers.push({ kinds: new Set(kinds), draw });
}

export function onEvent(kind, listener) {
  listeners.push({ kind, listener });
}

const kindOf = (name) => name.split("/", 1)[0];

function take(state) {
  version = state.version;
  const changed = Object.keys(state.sections);
  for (const name of changed) sections.set(name, state.sections[name]);
  for (const { kinds, draw } of watchers) {
    const wanted = changed.filter((name) => kinds.has(kindOf(name)));
    if (wanted.length) attempt(draw, wanted);
  }
  for (const event of state.events) {
    for (const { kind, listener } of listeners) if (kind === event.kind) attempt(listener, event);
  }
}

// A fault in one part of the page must not stop the others.
function attempt(draw, value) {
  try {
    draw(value);
  } catch (error) {
    reportError(error);
  }
}

// Resolves to what has changed, as soon as there is something, or to null without an answer.
async function read() {
  // Browsers allow six connections to one host, so a hidden tab does not wait on one of them.
  const wait = document.hidden ? 0 : WAIT_SECONDS;
  try {
    const response = await fetch(`/state?since=${version}&wait=${wait}`);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

export async function keepReading() {
  for (;;) {
    const state = await read();
    $("away").hidden = state !== null;
    if (state) take(state);
    else version = EVERYTHING; // what answers next may be another run of the sandbox
    if (!state || document.hidden) await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

let lastRequest = Promise.resolve();

// Posts an action after the earlier ones; resolves to the answer, or null when it was refused.
export function act(name, params = {}) {
  return postInOrder(`/actions/${name}`, "application/json", JSON.stringify(params));
}

// Sends a file to the bot with {chat, kind, name, caption}; resolves as `act` does.
export function sendFile(params, file) {
  return postInOrder(`/files?${new URLSearchParams(params)}`, file.type || "application/octet-stream", file);
}

function postInOrder(path, type, body) {
  const request = lastRequest.then(() => post(path, type, body));
  lastRequest = request;
  return request;
}

async function post(path, type, body) {
  try {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": type }, body });
    const answer = await response.json();
    if (response.ok) return answer;
    toast(answer.error, "trouble");
  } catch {
    toast("The sandbox does not answer.", "trouble");
  }
  return null;
}
