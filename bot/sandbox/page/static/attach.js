// Sending a picture or a file, as Telegram does it: pictures are made smaller, files stay as they are.

import { $, ask, h, size, toast } from "./dom.js";
import { sendFile } from "./live.js";
import { word } from "./words.js";

const LARGEST_BYTES = 5 * 1024 * 1024;
const LONGEST_SIDE = 1280;
const QUALITY = 0.87;

// Asks how to send a file and sends it to `chat`, with the caption that `take` hands out then.
export async function offer(chat, file, take) {
  const picture = await shrunk(file);
  const ways = [["no", word("cancel")], ...(picture ? [["document", word("as_file")]] : []), [picture ? "photo" : "document", word("send")]];
  const way = await ask(file.name, size(file.size), ways);
  if (way !== "photo" && way !== "document") return;
  const sent = way === "photo" ? picture : file;
  if (sent.size > LARGEST_BYTES) toast(word("too_large"), "trouble");
  else sendFile({ chat, kind: way, name: file.name, caption: take() }, sent);
}

// The picture as a JPEG of Telegram's size, or null for what the browser cannot show.
async function shrunk(file) {
  if (!file.type.startsWith("image/")) return null;
  try {
    const drawn = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(drawn.width, drawn.height));
    const canvas = h("canvas", { width: Math.round(drawn.width * scale), height: Math.round(drawn.height * scale) });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(drawn, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  } catch {
    return null;
  }
}

// Calls `chosen` with every file that is picked, or pasted where one writes.
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
