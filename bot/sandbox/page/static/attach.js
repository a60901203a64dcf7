// Sends a picture or a file as Telegram does: pictures are scaled down, files are unchanged.

import { $, ask, h, size, toast } from "./dom.js";
import { sendFile } from "./state.js";
import { word } from "./words.js";

const LARGEST_BYTES = 5 * 1024 * 1024;
const LONGEST_SIDE = 1280;
const QUALITY = 0.87;

// Asks how to send a file and sends it to `chat`; `takeCaption` returns and empties the text field.
export async function offer(chat, file, takeCaption) {
  const picture = await scaledDown(file);
  const ways = [["no", word("cancel")], ...(picture ? [["document", word("as_file")]] : []), [picture ? "photo" : "document", word("send")]];
  const way = await ask(file.name, size(file.size), ways);
  if (way !== "photo" && way !== "document") return;
  const sent = way === "photo" ? picture : file;
  if (sent.size > LARGEST_BYTES) toast(word("too_large"), "trouble");
  else sendFile({ chat, kind: way, name: file.name, caption: takeCaption() }, sent);
}

// Resolves to a JPEG with sides of at most 1280 px, or null for a file that is no picture.
async function scaledDown(file) {
  if (!file.type.startsWith("image/")) return null;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = h("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  } catch {
    return null;
  }
}

// Calls `chosen` with every file that is picked, or pasted into the text field.
export function startAttaching(chosen) {
  const picker = $("file");
  $("attach").onclick = () => picker.click();
  picker.addEventListener("change", () => {
    for (const file of picker.files) chosen(file);
    picker.value = "";
  });
  $("text").addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    chosen(file);
  });
}
