#!/usr/bin/env bash
# Updates Konter: builds the new version beside the old one, tries it on a copy of the shop, and
# changes over. If the new version does not get well, the old one goes on as if nothing had been.
#
#   sudo konter update [--yes] [--dry-run] [--to REF] [--english]
#
# The change itself is a service of its own (konter-update.service). It goes on when the terminal is
# closed, when it is killed and after a power cut: docs/update.md has a table of every step.
set -euo pipefail
HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=deploy/lib.sh
. "$HERE/lib.sh"
# shellcheck source=deploy/releases.sh
. "$HERE/releases.sh"

readonly JOURNAL=$ROOT/update.journal
readonly RESULT=$ROOT/update.result
readonly LOG=$ROOT/update.log
readonly LOCK=$ROOT/update.lock
readonly MARK=$DATA/held-start.json
readonly UPDATE_UNIT=konter-update.service
# How long the new version may take to get well, and how often it may end meanwhile.
readonly HEALTH_SECONDS=${KONTER_UPDATE_SECONDS:-180}
readonly MAX_RESTARTS=5
# How long the terminal waits for the service that changes over.
readonly FOLLOW_SECONDS=900
# The exit code after which that service is not started again.
readonly UNREADABLE=78

REF=
IS_SERVICE=no
OLD='' NEW='' STEP=''
HAD_NEW=no # whether its release was there before this update, and stays if it fails
STARTED_AT=0 # as a Unix time: when this run last started the new version

usage() {
  say "Memperbarui Konter: sudo konter update [pilihan]
  --yes       jangan bertanya
  --dry-run   hanya tunjukkan apa yang akan dilakukan
  --to REF    pasang versi ini (tag, cabang, atau commit), bukan yang terbaru
  --english   speak English" \
    "Updates Konter: sudo konter update [options]
  --yes       ask nothing
  --dry-run   only show what would be done
  --to REF    install this version (a tag, a branch or a commit) instead of the newest
  --indonesian   bahasa Indonesia"
}

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
    --to)
      REF=${2:-}
      if [ -z "$REF" ]; then
        usage >&2
        exit 2
      fi
      shift
      ;;
    --change-over) IS_SERVICE=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      if ! take_option "$1"; then
        usage >&2
        exit 2
      fi
      ;;
    esac
    shift
  done
}

# --- the journal: which step an update has reached ---

# write_journal STEP: what a later run needs to go on. It is on the disk when this returns.
write_journal() {
  STEP=$1
  printf 'STEP=%s\nOLD=%s\nNEW=%s\nHAD_NEW=%s\nSPEAKS=%s\n' "$STEP" "$OLD" "$NEW" "$HAD_NEW" "$SPEAKS" \
    >"$JOURNAL.new" \
    && sync "$JOURNAL.new" \
    && mv -f "$JOURNAL.new" "$JOURNAL" \
    && sync "$ROOT"
}

read_journal() {
  local name value
  while IFS='=' read -r name value; do
    case $name in
    STEP) STEP=$value ;;
    OLD) OLD=$value ;;
    NEW) NEW=$value ;;
    HAD_NEW) HAD_NEW=$value ;;
    SPEAKS) SPEAKS=$value ;;
    esac
  done <"$JOURNAL"
}

# finish RESULT: "released" or "went-back". An update without a journal has ended; its service does
# nothing then, so it is disabled afterwards.
finish() {
  write_journal "$1"
  printf '%s\n' "$1" >"$RESULT"
  if [ "$1" = went-back ]; then remove_new; else remove_old_releases "$OLD"; fi
  sync "$RESULT"
  rm -f "$JOURNAL"
  sync "$ROOT"
  systemctl --quiet disable "$UPDATE_UNIT"
}

remove_new() {
  if [ "$HAD_NEW" = no ]; then rm -rf "$NEW"; fi
}

# --- what runs in the terminal: nothing here changes the shop that sells ---

prepare() {
  need_root "konter update"
  if ! command -v systemctl >/dev/null; then
    fail "Skrip ini perlu systemd. Untuk Docker lihat docs/docker.md." \
      "This script needs systemd. For Docker see docs/docker.md."
  fi
  OLD=$(current_release)
  if [ -z "$OLD" ] || ! is_built "$OLD"; then
    fail "Konter belum terpasang di $ROOT. Lihat docs/install.md." \
      "Konter is not installed in $ROOT. See docs/install.md."
  fi
  exec 9>"$LOCK"
  if ! flock --nonblock 9; then
    fail "Pembaruan lain sedang berjalan. Tunggu sampai selesai." \
      "Another update is running. Wait until it has ended."
  fi
  if [ -e "$JOURNAL" ]; then
    say "Ada pembaruan yang belum selesai; itu diselesaikan dulu." \
      "There is an update that has not ended; it is finished first."
    if [ "$DRY_RUN" = yes ]; then exit 0; fi
    follow_service
  fi
  if [ -e "$MARK" ]; then
    fail "Ada pembaruan yang belum dilepas ($MARK). Lihat docs/update.md." \
      "There is an update that is not released ($MARK). See docs/update.md."
  fi
}

fetch() {
  if [ -n "$(git_in "$SOURCE" remote)" ] \
    && ! git_in "$SOURCE" fetch --quiet --tags --force origin; then
    fail "Versi baru tidak bisa diambil. Periksa internet, lalu coba lagi. Toko tetap jalan." \
      "The new version cannot be fetched. Check the network and try again. The shop goes on."
  fi
}

choose() {
  local ref=${REF:-$(newest_ref)}
  if ! COMMIT=$(commit_of "$ref"); then
    fail "Tidak ada versi bernama $ref." "There is no version called $ref."
  fi
  OLD_COMMIT=$(git_in "$OLD" rev-parse HEAD)
  if [ "$COMMIT" = "$OLD_COMMIT" ] || { [ -z "$REF" ] && is_older "$COMMIT" "$OLD_COMMIT"; }; then
    say "Konter sudah yang terbaru: ${OLD##*/}." "Konter is up to date: ${OLD##*/}."
    exit 0
  fi
  NEW=$RELEASES/$(release_name "$COMMIT")
  if is_built "$NEW"; then HAD_NEW=yes; fi
}

is_older() { git_in "$SOURCE" merge-base --is-ancestor "$1" "$2"; }

show() {
  say "Dari ${OLD##*/} ke ${NEW##*/}. Yang berubah (dari CHANGELOG):" \
    "From ${OLD##*/} to ${NEW##*/}. What changes (of the CHANGELOG):"
  echo
  { git_in "$SOURCE" diff --no-color --unified=0 "$OLD_COMMIT" "$COMMIT" -- CHANGELOG.md || true; } \
    | sed -n '/^+++/d; s/^+\(..*\)$/  \1/p' | sed -n '1,60p'
  echo
}

# size_kilobytes PATHS ...: what is there of them.
size_kilobytes() {
  { du --summarize --total --block-size=1K "$@" 2>/dev/null || true; } | sed -n '$s/\t.*//p'
}

free_kilobytes() { df --output=avail --block-size=1K "$1" | sed -n '$p'; }

# Room for the release, and for four copies of the database: the backup, the trial of the
# migrations, the copy to go back to, and what the migrations write.
check_room() {
  local release database
  release=$(($(size_kilobytes "$OLD") + 51200))
  database=$(($(size_kilobytes "$DATA"/konter.db*) * 4 + 51200))
  if [ "$(stat --format=%d "$RELEASES")" = "$(stat --format=%d "$DATA")" ]; then
    database=$((database + release))
  fi
  need_room "$RELEASES" "$release"
  need_room "$DATA" "$database"
}

# need_room FOLDER KILOBYTES
need_room() {
  if [ "$(free_kilobytes "$1")" -lt "$2" ]; then
    fail "Ruang di $1 kurang: perlu $(($2 / 1024)) MB kosong. Kosongkan dulu, lalu ulangi." \
      "There is too little room in $1: $(($2 / 1024)) MB have to be free. Make room, and repeat."
  fi
}

build() {
  step "Menyiapkan versi baru di samping yang lama (beberapa menit; toko tetap jalan)" \
    "Building the new version beside the old one (some minutes; the shop goes on)"
  build_release "$COMMIT" || not_begun
}

# The old release makes the backup: the new one may expect another database.
try_out() {
  step "Membuat cadangan, dan mencoba versi baru pada salinannya" \
    "Making a backup, and trying the new version on a copy of it"
  touch "$LOCK" # to know the backups that are newer
  as_bot "$OLD" backup || not_begun
  if [ -z "$(find "$DATA/backups" -name '*.db' -newer "$LOCK" 2>/dev/null)" ]; then
    # The marks of an update are beside the database, where nothing here would see them.
    warn "DATABASE_URL menunjuk ke luar $DATA. Pindahkan basis datanya ke sana dulu." \
      "DATABASE_URL leads outside $DATA. Move the database there first."
    not_begun
  fi
  as_bot "$NEW" try-backup || not_begun
  as_bot "$NEW" doctor || not_begun
}

not_begun() {
  remove_new
  fail "Pembaruan tidak dimulai, lihat baris di atas. Toko tetap jalan dengan versi lama." \
    "The update was not begun, see the lines above. The shop goes on with the old version."
}

hand_over() {
  trap '' HUP INT # a lost terminal must not leave it between the journal and the service
  rm -f "$RESULT"
  : >"$LOG"
  chmod 600 "$LOG" # it will have lines of the bot's log
  # The unit comes first, and is on the disk: a journal without it would be finished by nobody.
  write_file "/etc/systemd/system/$UPDATE_UNIT" 644 root:root <<UNIT_TEXT
# Written by update.sh for one update, and disabled at its end. After a power cut in the middle of
# an update it finishes the update or takes it back.
[Unit]
Description=Finishes an update of Konter, or takes it back
After=network-online.target
Wants=network-online.target
ConditionPathExists=$JOURNAL

[Service]
ExecStart=/usr/bin/env bash $OLD/deploy/update.sh --change-over
Environment=KONTER_UPDATE_SECONDS=$HEALTH_SECONDS
Restart=on-failure
RestartSec=15
RestartPreventExitStatus=$UNREADABLE

[Install]
WantedBy=multi-user.target
UNIT_TEXT
  systemctl daemon-reload
  systemctl --quiet enable "$UPDATE_UNIT"
  sync -f /etc/systemd/system
  write_journal ready || not_begun
}

# follow_service: start the service that changes over, print what it says, and end with it.
follow_service() {
  local shown=0 size waited=0
  systemctl start "$UPDATE_UNIT"
  trap 'left_alone; exit 130' INT
  trap - HUP # a lost terminal makes room for the next one that looks on
  while :; do
    size=$(stat --format=%s "$LOG")
    # `tail` is cut off where the log has grown meanwhile.
    { tail -c +$((shown + 1)) "$LOG" || true; } | head -c $((size - shown))
    shown=$size
    if [ ! -e "$JOURNAL" ] || [ "$waited" -ge $((FOLLOW_SECONDS * 2)) ] \
      || systemctl is-failed --quiet "$UPDATE_UNIT"; then
      break
    fi
    sleep 0.5
    waited=$((waited + 1))
  done
  tail -c +$((shown + 1)) "$LOG"
  if systemctl is-failed --quiet "$UPDATE_UNIT"; then exit 1; fi
  if [ -e "$JOURNAL" ]; then
    left_alone
    exit 1
  fi
  [ "$(cat "$RESULT")" = released ]
  exit
}

left_alone() {
  say "Pembaruan belum selesai, dan berjalan terus sendiri. Untuk melihatnya: sudo konter update" \
    "The update has not ended, and goes on by itself. To look at it: sudo konter update"
}

# --- what runs as konter-update.service: from here the shop is closed for a moment ---

change_over() {
  exec >>"$LOG" 2>&1
  read_journal
  case $STEP in
  ready) go_forward ;;
  switched) await_release ;;
  stopping | going-back) go_back ;;
  released | went-back) finish "$STEP" ;;
  *)
    say "Catatan $JOURNAL tidak terbaca. Lihat docs/update.md." \
      "The journal $JOURNAL cannot be read. See docs/update.md."
    exit "$UNREADABLE"
    ;;
  esac
}

go_forward() {
  write_journal stopping
  step "Toko berhenti sebentar" "The shop stops for a moment"
  systemctl stop "$UNIT"
  if ! as_bot "$OLD" hold || [ ! -e "$MARK" ]; then
    go_back
    return
  fi
  switch_to "$NEW"
  write_journal switched
  await_release
}

# The new version takes no message and sends nothing until it has deleted the mark.
await_release() {
  local tries=$((HEALTH_SECONDS * 4))
  step "Versi baru mulai, dan berjualan begitu semuanya sehat (paling lama $HEALTH_SECONDS detik)" \
    "The new version starts, and sells once everything is well (within $HEALTH_SECONDS seconds)"
  STARTED_AT=$(date +%s)
  # One that cannot even be started is not well.
  start_bot || true
  while [ -e "$MARK" ] && [ "$tries" -gt 0 ] && ! has_given_up; do
    sleep 0.25
    tries=$((tries - 1))
  done
  if [ -e "$MARK" ]; then go_back; else end_of_update; fi
}

# end_of_update: nothing is held. The link says which version sells; the journal may be behind it
# where the disk is full.
end_of_update() {
  if [ "$(current_release)" = "$NEW" ]; then released; else went_back; fi
}

start_bot() {
  systemctl reset-failed "$UNIT" 2>/dev/null || true
  systemctl start "$UNIT"
}

has_given_up() {
  systemctl is-failed --quiet "$UNIT" \
    || [ "$(systemctl show --property=NRestarts --value "$UNIT")" -ge "$MAX_RESTARTS" ]
}

# A stopped bot cannot delete the mark any more, so the mark tells whether the new version was
# released. The link changes before the mark is deleted: else a power cut in between would start
# the new version, and not held.
go_back() {
  write_journal going-back || true # A full disk is no reason to stay closed.
  systemctl stop "$UNIT"
  if [ -e "$MARK" ]; then
    step "Kembali ke versi lama" "Going back to the old version"
    show_last_lines
    switch_to "$OLD"
    undo_update
  fi
  start_bot
  end_of_update
}

undo_update() {
  local code=0
  as_bot "$OLD" undo-update || code=$?
  case $code in
  0) ;;
  3) switch_to "$NEW" ;;
  *)
    fail "Basis data belum bisa dikembalikan, lihat di atas. Dicoba lagi tiap 15 detik." \
      "The database could not be put back yet, see above. It is tried again every 15 seconds."
    ;;
  esac
}

show_last_lines() {
  say "Baris terakhir dari log versi baru:" "The last lines of the new version's log:"
  # What the bot itself wrote, without systemd's own lines. With --since, --lines means the first.
  { journalctl "_SYSTEMD_UNIT=$UNIT" --since="@$STARTED_AT" --no-pager --output=cat 2>/dev/null \
    || true; } | tail -n 15 | sed 's/^/  | /'
}

released() {
  step "Selesai: Konter ${NEW##*/} berjualan." "Done: Konter ${NEW##*/} sells."
  finish released
}

went_back() {
  local tries=40
  while ! is_running && [ "$tries" -gt 0 ]; do
    sleep 0.25
    tries=$((tries - 1))
  done
  if ! is_running; then
    fail "Versi lama belum jalan; dicoba lagi tiap 15 detik. Lihat: sudo journalctl -u konter" \
      "The old version does not run yet; it is tried again every 15 seconds. Look at: sudo journalctl -u konter"
  fi
  step "Pembaruan dibatalkan. Konter ${OLD##*/} berjualan lagi; tidak ada uang yang berubah." \
    "The update was taken back. Konter ${OLD##*/} sells again; no money has changed."
  say "Sebabnya ada di atas. Kalau sudah dibereskan, coba lagi: sudo konter update" \
    "The cause stands above. When it is put right, try again: sudo konter update"
  finish went-back
}

main() {
  read_options "$@"
  if [ "$IS_SERVICE" = yes ]; then
    change_over
    return
  fi
  choose_language
  prepare
  remove_unfinished_releases
  fetch
  choose
  show
  check_room
  if [ "$DRY_RUN" = yes ]; then
    say "Hanya percobaan: tidak ada yang dipasang." "Only a rehearsal: nothing is installed."
    return
  fi
  ask_or_stop "Pasang sekarang?" "Install it now?"
  build
  try_out
  hand_over
  follow_service
}

main "$@"
exit
