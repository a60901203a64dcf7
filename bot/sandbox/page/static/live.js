// The things that the server shows, by key, kept up to date over one WebSocket; and the acts.

import { $, toast } from "./dom.js";

const things = new Map();
const viewers = [];
const listeners = [];
let isFresh = true;
let tries = 0;

export const get = (key) => things.get(key);

export function all(kind) {
  const found = [];
  for (const [key, thing] of things) if (key.startsWith(`${kind}/`)) found.push(thing);
  return found;
}

// `draw` is called with the changed keys, once a frame, when one of them is of a wanted kind.
export function watch(kinds, draw) {
  viewers.push({ kinds: new Set(kinds), draw });
}

export function hear(kind, listener) {
  listeners.push({ kind, listener });
}

export const kindOf = (key) => key.split("/", 1)[0];

function take(frame) {
  const changed = new Set(Object.keys(frame.things));
  if (isFresh) {
    for (const key of things.keys()) if (!(key in frame.things)) changed.add(key);
    things.clear();
    isFresh = false;
  }
  for (const [key, thing] of Object.entries(frame.things)) {
    if (thing === null) things.delete(key);
    else things.set(key, thing);
  }
  if (changed.size) {
    for (const { kinds, draw } of viewers) {
      const wanted = [...changed].filter((key) => kinds.has(kindOf(key)));
      if (wanted.length) draw(wanted);
    }
  }
  for (const event of frame.events) {
    for (const { kind, listener } of listeners) if (kind === event.kind) listener(event);
  }
}

export function connect() {
  const socket = new WebSocket(`ws://${location.host}/live`);
  socket.onopen = () => {
    isFresh = true;
    tries = 0;
    $("away").hidden = true;
  };
  socket.onmessage = (message) => take(JSON.parse(message.data));
  socket.onclose = () => {
    $("away").hidden = false;
    tries += 1;
    setTimeout(connect, Math.min(500 * tries, 3000));
  };
}

let before = Promise.resolve();

// Does an act after those before it; resolves to what the server says, or null when it refuses.
export function act(name, wanted = {}) {
  return inTurn(`/acts/${name}`, "application/json", JSON.stringify(wanted));
}

// Sends a file to the bot, as {chat, kind, name, caption} say; resolves as `act` does.
export function sendFile(wanted, file) {
  return inTurn(`/files?${new URLSearchParams(wanted)}`, file.type || "application/octet-stream", file);
}

function inTurn(path, type, body) {
  const doing = before.then(() => post(path, type, body));
  before = doing;
  return doing;
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
