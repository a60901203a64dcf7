// The page's own texts in a chat, in the language of the chat's person.

const WORDS = {
  en: {
    start: "Start",
    unblock: "Unblock the bot",
    about: "What can this bot do?",
    none: "No messages here yet",
    begin: "Press Start, as a newcomer would in Telegram.",
    message: "Message",
    menu: "Menu",
    send: "Send",
    copy: "Copy",
    attach: "Send a picture or a file",
    more: "Send a sticker, a voice message, a contact or a place",
    sticker: "Sticker",
    voice: "Voice message",
    place: "Location",
    contact: "Somebody's contact",
    contact_title: "Send somebody's contact",
    contact_note: "A friend from the phone's book, with any number.",
    name: "Name",
    phone: "Phone number",
    today: "Today",
    yesterday: "Yesterday",
    typing: "typing",
    edited: "edited",
    you: "You",
    picture: "Picture",
    copied: "Copied to clipboard",
    share: "Share your phone number?",
    shared: (bot) => `${bot} will know your number.`,
    cancel: "Cancel",
    agree: "Share",
    as_file: "As a file",
    too_large: "The sandbox takes files of at most 5 MB.",
    meet: (name) => `In Telegram this opens a chat with ${name}.`,
  },
  id: {
    start: "Mulai",
    unblock: "Buka blokir bot",
    about: "Bot ini bisa apa saja?",
    none: "Belum ada pesan di sini",
    begin: "Tekan Mulai, seperti orang baru di Telegram.",
    message: "Pesan",
    menu: "Menu",
    send: "Kirim",
    copy: "Salin",
    attach: "Kirim gambar atau file",
    more: "Kirim stiker, pesan suara, kontak atau lokasi",
    sticker: "Stiker",
    voice: "Pesan suara",
    place: "Lokasi",
    contact: "Kontak orang lain",
    contact_title: "Kirim kontak orang lain",
    contact_note: "Teman dari buku telepon, nomornya bebas.",
    name: "Nama",
    phone: "Nomor HP",
    today: "Hari ini",
    yesterday: "Kemarin",
    typing: "mengetik",
    edited: "diedit",
    you: "Kamu",
    picture: "Gambar",
    copied: "Sudah disalin",
    share: "Bagikan nomor HP kamu?",
    shared: (bot) => `${bot} akan tahu nomor kamu.`,
    cancel: "Batal",
    agree: "Bagikan",
    as_file: "Sebagai file",
    too_large: "Di sandbox, file paling besar 5 MB.",
    meet: (name) => `Di Telegram, ini membuka obrolan dengan ${name}.`,
  },
};

let language = "en";

// Selects the language of the texts; English for languages without translation.
export function setLanguage(wanted) {
  language = wanted in WORDS ? wanted : "en";
}

export const currentLanguage = () => language;
export const word = (name, ...given) => {
  const found = WORDS[language][name];
  return typeof found === "function" ? found(...given) : found;
};
