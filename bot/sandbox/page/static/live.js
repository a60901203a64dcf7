// The page's items by key, kept up to date over one WebSocket, and requests for actions.

import { $, toast } from "./dom.js";

const items = new Map();
const watchers = [];
const listeners = [];
let isFresh = true;
let attempts = 0;

export const get = (key) => items.get(key);

export function all(kind) {
  const found = [];
  for (const [key, item] of items) if (key.startsWith(`${kind}/`)) found.push(item);
  return found;
}

// Calls `draw` once per frame with the changed keys of these kinds, if there are any.
export function watch(kinds, draw) {
  watchers.push({ kinds: new Set(kinds), draw });
}

export function onEvent(kind, listener) {
  listeners.push({ kind, listener });
}

export const kindOf = (key) => key.split("/", 1)[0];

function take(frame) {
  const changed = new Set(Object.keys(frame.items));
  if (isFresh) {
    for (const key of items.keys()) if (!(key in frame.items)) changed.add(key);
    items.clear();
    isFresh = false;
  }
  for (const [key, item] of Object.entries(frame.items)) {
    if (item === null) items.delete(key);
    else items.set(key, item);
  }
  if (changed.size) {
    for (const { kinds, draw } of watchers) {
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
    attempts = 0;
    $("away").hidden = true;
  };
  socket.onmessage = (message) => take(JSON.parse(message.data));
  socket.onclose = () => {
    $("away").hidden = false;
    attempts += 1;
    setTimeout(connect, Math.min(500 * attempts, 3000));
  };
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
