#!/usr/bin/env bash
# Installs Konter on a Debian or Ubuntu server, step by step (docs/install.md).
#
#   sudo deploy/install.sh [--yes] [--dry-run] [--english] [--to REF] [--from ARCHIVE]
#
# Each step says what it will do and asks. A step that is done is skipped, so the script can be run
# again at any time, also after it failed or was cut off.
set -euo pipefail
HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=deploy/lib.sh
. "$HERE/lib.sh"
# shellcheck source=deploy/releases.sh
. "$HERE/releases.sh"

readonly PACKAGES=(git make python3 python3-venv ca-certificates)
readonly NEEDED_MB=600 # the packages, a release and its .venv
readonly SMALL_MEMORY_MB=512
readonly ARCHIVE_HERE=$DATA/move-in.tar.gz
readonly MOVED_IN=$CONFIG/moved-in # the sum of the archive that was put in place

REF=''
ARCHIVE=''
RELEASE=''

usage() {
  say "Memasang Konter: sudo deploy/install.sh [pilihan]
  --yes            jawab ya untuk setiap langkah
  --dry-run        hanya tunjukkan apa yang akan dilakukan
  --to REF         pasang versi ini (tag, cabang, atau commit)
  --from ARSIP     pasang toko yang dipindahkan dari server lain (docs/update.md)
  --english        speak English" \
    "Installs Konter: sudo deploy/install.sh [options]
  --yes            answer every step with yes
  --dry-run        only show what would be done
  --to REF         install this version (a tag, a branch or a commit)
  --from ARCHIVE   install a shop that moved here from another server (docs/update.md)
  --indonesian     bahasa Indonesia"
}

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
    --to | --from)
      if [ -z "${2:-}" ]; then
        usage >&2
        exit 2
      fi
      if [ "$1" = --to ]; then REF=$2; else ARCHIVE=$2; fi
      shift
      ;;
    -h | --help)
      usage
      exit
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

# --- 1: the machine ---

check_machine() {
  step "1 dari 8: memeriksa server" "1 of 8: looking at the server"
  check_system
  check_room
  check_clock
}

check_system() {
  local name id version
  name=$(. /etc/os-release && printf '%s' "${PRETTY_NAME:-?}")
  id=$(. /etc/os-release && printf '%s' "${ID:-}")
  version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-99}")
  say "   Sistem: $name" "   System: $name"
  case $id in
  debian | ubuntu) ;;
  *)
    fail "Skrip ini untuk Debian 12 ke atas atau Ubuntu 24.04 ke atas. Server ini: $name.
   Di halaman VPS-mu pilih pasang ulang (reinstall, rebuild) dengan salah satunya." \
      "This script is for Debian 12 or Ubuntu 24.04, or newer. This server has $name.
   On your VPS's page choose to reinstall (rebuild) it with one of them."
    ;;
  esac
  if ! has_new_python && is_too_old "$id" "${version%%.*}"; then
    fail "$name hanya punya Python yang lebih tua dari 3.11, dan Konter perlu 3.11.
   Di halaman VPS-mu pilih pasang ulang (reinstall, rebuild) dengan Debian 12 atau Ubuntu 24.04." \
      "$name only has a Python older than 3.11, and Konter needs 3.11.
   On your VPS's page choose to reinstall (rebuild) it with Debian 12 or Ubuntu 24.04."
  fi
  if [ ! -d /run/systemd/system ]; then
    fail "Server ini tidak menjalankan systemd. Di WSL, nyalakan dulu (docs/update.md, bagian Windows);
   selain itu pakai Docker: docs/docker.md." \
      "This server does not run systemd. In WSL, turn it on first (docs/update.md, Windows);
   elsewhere use Docker: docs/docker.md."
  fi
}

# is_too_old ID MAJOR: whether the distribution's own Python is older than 3.11.
is_too_old() {
  case $1 in
  debian) [ "$2" -lt 12 ] ;;
  *) [ "$2" -lt 23 ] ;;
  esac
}

has_new_python() {
  local name
  for name in python3.14 python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      return 0
    fi
  done
  return 1
}

check_room() {
  local free_mb memory_mb swap_mb
  free_mb=$( (df --output=avail -m /opt 2>/dev/null || df --output=avail -m /) | tail -n 1 | tr -d ' ')
  memory_mb=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))
  swap_mb=$(($(sed -n 's/^SwapTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))
  say "   Ruang kosong: $free_mb MB, memori: $memory_mb MB" \
    "   Free room: $free_mb MB, memory: $memory_mb MB"
  if [ ! -e "$CURRENT" ] && [ "$free_mb" -lt "$NEEDED_MB" ]; then
    fail "Ruang kosong kurang: perlu $NEEDED_MB MB. Hapus sesuatu, atau ambil VPS dengan disk lebih besar." \
      "There is too little free room: $NEEDED_MB MB are needed. Delete something, or take a larger disk."
  fi
  if [ "$memory_mb" -lt "$SMALL_MEMORY_MB" ] && [ "$swap_mb" -lt 256 ]; then
    warn "Memori server ini kecil. Kalau pemasangan terhenti sendiri (Killed), buat dulu memori cadangan
   dengan satu baris ini, lalu jalankan skrip ini lagi:" \
      "This server has little memory. If the installation is killed, first make some swap space with
   this one line, then run this script again:"
    printf '   %s\n' "fallocate -l 1G /swapfile && chmod 600 /swapfile && mkswap /swapfile && swapon /swapfile && echo '/swapfile none swap sw 0 0' >> /etc/fstab" >&2
  fi
}

# Orders are searched for by their time, so the clock has to be right.
check_clock() {
  if [ "$(timedatectl show --property NTPSynchronized --value 2>/dev/null)" = yes ]; then
    say "   Jam: dicocokkan sendiri lewat internet" "   Clock: set through the network by itself"
    return
  fi
  if systemd-detect-virt --container --quiet 2>/dev/null; then
    say "   Jam: diatur oleh mesin di luar wadah ini" "   Clock: set by the machine around this container"
    return
  fi
  if systemctl is-active --quiet systemd-timesyncd chrony ntpsec 2>/dev/null; then
    say "   Jam: sedang dicocokkan" "   Clock: being set"
    return
  fi
  if ! ask "   Jam server ini belum dicocokkan lewat internet. Pasang systemd-timesyncd?" \
    "   This server's clock is not set through the network. Install systemd-timesyncd?"; then
    return 0
  fi
  install_packages systemd-timesyncd
  if ! run timedatectl set-ntp true; then
    warn "Jam tidak bisa dicocokkan di sini; langkah 7 memeriksa apakah jamnya benar." \
      "The clock cannot be set here; step 7 checks whether it is right."
  fi
}

# --- 2: packages ---

install_packages() {
  # A fresh server often updates itself at first: wait for that instead of failing.
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
  say "   Memasang; ini perlu satu dua menit ..." "   Installing; this takes a minute or two ..."
  if ! run "${apt[@]}" update || ! run quietly "${apt[@]}" -y install --no-install-recommends "$@"; then
    fail "apt tidak berhasil: alasannya ada di atas. Biasanya internet terputus; jalankan skrip ini lagi." \
      "apt failed: the reason is above. Mostly the network was lost; run this script again."
  fi
}

# quietly COMMAND ...: without what it says when all is well.
quietly() { "$@" >/dev/null; }

add_packages() {
  local name missing=()
  step "2 dari 8: program yang diperlukan" "2 of 8: the programs that are needed"
  for name in "${PACKAGES[@]}"; do
    if ! dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed; then
      missing+=("$name")
    fi
  done
  if [ ${#missing[@]} = 0 ]; then
    done_already "${PACKAGES[*]}" "${PACKAGES[*]}"
    return
  fi
  ask_or_stop "   Pasang dari $(. /etc/os-release && echo "$NAME"): ${missing[*]}?" \
    "   Install from $(. /etc/os-release && echo "$NAME"): ${missing[*]}?"
  install_packages "${missing[@]}"
}

# --- 3: the bot's user and its folders ---

add_user() {
  step "3 dari 8: pengguna dan folder" "3 of 8: the user and the folders"
  if getent passwd "$BOT_USER" >/dev/null && [ -d "$CONFIG" ] && [ -d "$DATA" ]; then
    done_already "$BOT_USER, $CONFIG, $DATA" "$BOT_USER, $CONFIG, $DATA"
    remember_language
    own_settings
    return
  fi
  ask_or_stop "   Buat pengguna $BOT_USER (tanpa kata sandi, tidak bisa login), $CONFIG untuk pengaturan dan $DATA untuk data toko?" \
    "   Make the user $BOT_USER (no password, no login), $CONFIG for the settings and $DATA for the shop's data?"
  if ! getent passwd "$BOT_USER" >/dev/null; then
    run useradd --system --user-group --home-dir "$DATA" --no-create-home --shell /usr/sbin/nologin "$BOT_USER"
  fi
  run install -d -m 700 -o "$BOT_USER" -g "$BOT_USER" "$CONFIG" "$DATA"
  remember_language
  own_settings
}

# own_settings: a settings file that root copied there is the bot's too, else no answer is saved.
own_settings() {
  if [ -e "$SETTINGS_FILE" ] && [ "$(stat --format='%U %a' "$SETTINGS_FILE")" != "$BOT_USER 600" ]; then
    run chown "$BOT_USER:$BOT_USER" "$SETTINGS_FILE"
    run chmod 600 "$SETTINGS_FILE"
  fi
}

# remember_language: for the command konter and for updates.
remember_language() {
  if [ "$(cat "$LANGUAGE_FILE" 2>/dev/null)" = "$SPEAKS" ]; then return; fi
  printf '%s\n' "$SPEAKS" | write_file "$LANGUAGE_FILE" 644 "$BOT_USER:$BOT_USER"
}

# --- 4: the program ---

add_release() {
  local here commit
  step "4 dari 8: program Konter" "4 of 8: Konter itself"
  here=${HERE%/deploy}
  if is_built "$(current_release)"; then
    RELEASE=$(current_release)
    done_already "$RELEASE (versi baru: sudo konter update)" "$RELEASE (a new version: sudo konter update)"
    return
  fi
  if [ ! -e "$SOURCE/.git" ]; then
    if [ ! -e "$here/.git" ]; then
      fail "Folder ini bukan hasil git clone. Ambil Konter seperti di docs/install.md, langkah 3." \
        "This folder was not made by git clone. Get Konter as in docs/install.md, step 3."
    fi
    ask_or_stop "   Salin $here ke $SOURCE?" "   Copy $here to $SOURCE?"
    copy_clone "$here"
  elif [ "$(stat --format=%u "$SOURCE/.git")" != 0 ]; then
    # What root runs must not be another user's, and git copies no such clone.
    ask_or_stop "   Jadikan $SOURCE milik root?" "   Give $SOURCE to root?"
    run chown -R root:root "$SOURCE"
  fi
  if [ "$DRY_RUN" = yes ] && [ ! -e "$SOURCE/.git" ]; then
    RELEASE=$RELEASES/VERSION
    say "   Lalu versi terbaru dipasang di $RELEASE, dan $CURRENT menunjuk ke sana." \
      "   Then the newest version is installed in $RELEASE, and $CURRENT points to it."
    return
  fi
  commit=$(commit_of "${REF:-$(newest_ref)}") \
    || fail "Versi ${REF:-terbaru} tidak ada di $SOURCE." "Version ${REF:-newest} is not in $SOURCE."
  RELEASE=$RELEASES/$(release_name "$commit")
  if is_built "$RELEASE"; then
    done_already "$RELEASE" "$RELEASE"
    return
  fi
  ask_or_stop "   Pasang versi $(basename "$RELEASE") di $RELEASE? Bagian-bagiannya diambil dari internet (PyPI); perlu beberapa menit." \
    "   Install version $(basename "$RELEASE") in $RELEASE? Its libraries come from PyPI; it takes some minutes."
  build_release "$commit" \
    || fail "Program belum lengkap, biasanya karena internet terputus. Jalankan skrip ini lagi." \
      "Konter is not complete, mostly because the network was lost. Run this script again."
}

# copy_clone FOLDER: make /opt/konter/source from it, root's, with the same origin.
copy_clone() {
  local origin trusting
  origin=$(git_in "$1" remote get-url origin 2>/dev/null || true)
  run mkdir -p "$ROOT"
  run rm -rf "$SOURCE.new"
  # A clone of another user is trusted for this call: its owner has just said so. The program that
  # git starts there reads this file only.
  trusting=$(mktemp)
  printf '[safe]\n\tdirectory = *\n' >"$trusting"
  run env GIT_CONFIG_GLOBAL="$trusting" git clone --quiet "file://$1" "$SOURCE.new"
  rm -f "$trusting"
  if [ -n "$origin" ]; then run git -C "$SOURCE.new" remote set-url origin "$origin"; fi
  run mv -T "$SOURCE.new" "$SOURCE"
}

# --- 5: the settings ---

add_settings() {
  step "5 dari 8: pengaturan toko" "5 of 8: the shop's settings"
  if [ -n "$ARCHIVE" ]; then
    move_in
  elif has_settings; then
    done_already "$SETTINGS_FILE (ubah: sudo konter set-up)" "$SETTINGS_FILE (change it: sudo konter set-up)"
  elif [ "$DRY_RUN" = yes ]; then
    say "   Lalu tanya-jawab: token bot, panel, nama toko, cara bayar, untung, pemilik. Jawabannya di $SETTINGS_FILE." \
      "   Then the questions: token, panel, name, payment, profit, owner. The answers go to $SETTINGS_FILE."
  else
    as_bot "$RELEASE" set-up --language "$SPEAKS" || stop_at_questions
  fi
}

stop_at_questions() {
  say "Jawaban yang sudah ada tersimpan. Lanjutkan dengan menjalankan skrip ini lagi." \
    "The answers so far are saved. Go on by running this script again."
  exit 1
}

# has_settings: whether every question that a shop needs has been answered.
has_settings() {
  local name
  for name in TELEGRAM_BOT_TOKEN OSIMESA_USER_ID OSIMESA_API_KEY ADMIN_IDS; do
    grep -Eqi "^ *(export +)?$name=.*[^ '\"]" "$SETTINGS_FILE" 2>/dev/null || return 1
  done
}

# move_in: put a shop that moved away from another server in place.
move_in() {
  local sum
  if [ ! -r "$ARCHIVE" ]; then
    fail "Arsip $ARCHIVE tidak ada." "There is no archive $ARCHIVE."
  fi
  sum=$(sha256sum <"$ARCHIVE")
  if [ "$(cat "$MOVED_IN" 2>/dev/null)" = "$sum" ] && compgen -G "$DATA/*.db" >/dev/null; then
    done_already "toko dari $ARCHIVE" "the shop of $ARCHIVE"
    return
  fi
  ask_or_stop "   Pasang toko dari $ARCHIVE?" "   Put the shop of $ARCHIVE in place?"
  run install -m 600 -o "$BOT_USER" -g "$BOT_USER" "$ARCHIVE" "$ARCHIVE_HERE"
  [ "$DRY_RUN" = no ] || return 0
  if ! as_bot "$RELEASE" move-in "$ARCHIVE_HERE"; then
    rm -f "$ARCHIVE_HERE"
    fail "Arsip itu tidak dipasang; alasannya ada di atas.
   Kalau toko dari arsip ini memang sudah ada di sini, jalankan skrip ini lagi tanpa --from." \
      "That archive was not put in place; the reason is above.
   If the shop of this archive is here already, run this script again without --from."
  fi
  rm -f "$ARCHIVE_HERE"
  printf '%s\n' "$sum" | write_file "$MOVED_IN" 600 root:root
}

# --- 6: the service ---

add_service() {
  step "6 dari 8: layanan, supaya bot menyala sendiri sesudah server restart" \
    "6 of 8: the service, so that the bot runs again after a restart of the server"
  if [ "$(current_release)" = "$RELEASE" ] && [ -e "$COMMAND" ] && systemctl is-enabled --quiet "$UNIT" 2>/dev/null; then
    done_already "$UNIT, $COMMAND" "$UNIT, $COMMAND"
    return
  fi
  ask_or_stop "   Tulis $UNIT_FILE dan perintah $COMMAND?" "   Write $UNIT_FILE and the command $COMMAND?"
  if [ "$DRY_RUN" = yes ]; then
    say "   $CURRENT -> $RELEASE" "   $CURRENT -> $RELEASE"
    return
  fi
  switch_to "$RELEASE"
  ln -sfn "$CURRENT/deploy/konter" "$COMMAND"
  systemctl --quiet enable "$UNIT"
}

# --- 7: the check ---

check_all() {
  step "7 dari 8: pemeriksaan" "7 of 8: the check"
  [ "$DRY_RUN" = no ] || {
    say "   Lalu: konter doctor" "   Then: konter doctor"
    return
  }
  if ! as_bot "$RELEASE" doctor; then
    fail "Ada yang belum beres: lihat baris FAILURE di atas. Perbaiki (sudo konter set-up), lalu jalankan skrip ini lagi." \
      "Something is not right: see the lines FAILURE above. Mend it (sudo konter set-up), then run this script again."
  fi
}

# --- 8: the start ---

start_bot() {
  local since
  step "8 dari 8: menyalakan bot" "8 of 8: starting the bot"
  if [ "$DRY_RUN" = yes ]; then
    say "   Lalu: systemctl start $UNIT" "   Then: systemctl start $UNIT"
    return
  fi
  if is_running; then
    done_already "bot menyala" "the bot runs"
    return
  fi
  ask_or_stop "   Nyalakan sekarang?" "   Start it now?"
  since=$(date +%s)
  systemctl start "$UNIT"
  if ! wait_until_started "$since"; then
    fail "Bot tidak mau menyala. Lihat alasannya: sudo konter log (Ctrl-C untuk keluar)." \
      "The bot does not start. See why: sudo konter log (Ctrl-C leaves)."
  fi
}

say_what_next() {
  if [ "$DRY_RUN" = yes ]; then
    say "Tidak ada yang diubah." "Nothing was changed."
    return
  fi
  say "
Selesai: tokomu menyala.
  1. Buka bot di Telegram: ia sudah menyapamu. Kalau belum, kirim /start.
  2. Catat deposit yang kamu bayar ke panel, misalnya: /deposit 500000
  3. Coba satu pembelian untuk nomormu sendiri: ketik saja nomornya.
Menyala atau tidak: sudo konter status. Semua perintah: konter help" \
    "
Done: your shop is open.
  1. Open the bot in Telegram: it has greeted you. If not, send /start.
  2. Note the deposit that you paid to the panel, such as: /deposit 500000
  3. Try one purchase for your own number: just type the number.
Whether it runs: sudo konter status. All commands: konter help"
}

main() {
  read_options "$@"
  choose_language
  if [ "$DRY_RUN" = no ]; then need_root "$HERE/install.sh"; fi
  say "Memasang Konter. Setiap langkah bertanya dulu; Enter berarti ya, Ctrl-C berhenti." \
    "Installing Konter. Each step asks first; Enter means yes, Ctrl-C stops."
  check_machine
  add_packages
  add_user
  add_release
  add_settings
  add_service
  check_all
  start_bot
  say_what_next
}

main "$@"
