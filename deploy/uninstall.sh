#!/usr/bin/env bash
# Removes Konter from this server. The shop's data and settings stay, unless --purge is given.
#
#   sudo konter uninstall [--yes] [--dry-run] [--purge] [--english]
set -euo pipefail
HERE=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=deploy/lib.sh
. "$HERE/lib.sh"

readonly UPDATE_UNIT=konter-update.service
readonly PURGE_WORD=HAPUS # typed to delete the data; the English word is DELETE

PURGE=no

usage() {
  say "Mencopot Konter: sudo konter uninstall [pilihan]
  --yes       jangan bertanya (kecuali untuk --purge)
  --dry-run   hanya tunjukkan apa yang akan dilakukan
  --purge     hapus juga data toko, cadangan dan pengaturan
  --english   speak English" \
    "Removes Konter: sudo konter uninstall [options]
  --yes       ask nothing (but for --purge)
  --dry-run   only show what would be done
  --purge     delete the shop's data, backups and settings too
  --indonesian   bahasa Indonesia"
}

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
    --purge) PURGE=yes ;;
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

# confirm_purge: the data are deleted only after a typed word, whatever the options are.
confirm_purge() {
  local typed
  [ "$DRY_RUN" = no ] || return 0
  say "Semua data toko di $DATA akan dihapus: saldo pelanggan, pesanan, cadangan. Ini tidak bisa dibatalkan.
Pastikan tidak ada lagi saldo pelanggan, dan salin $DATA/backups ke tempat lain." \
    "All of the shop's data in $DATA will be deleted: customers' money, orders, backups. There is no way back.
Make sure that no customer has money left, and copy $DATA/backups elsewhere."
  printf '%s ' "$(words "Ketik HAPUS lalu Enter:" "Type DELETE, then Enter:")"
  IFS= read -r typed || true
  if [ "$typed" != "$PURGE_WORD" ] && [ "$typed" != DELETE ]; then
    say "Tidak ada yang dihapus." "Nothing was deleted."
    exit 1
  fi
}

# last_backup: of the shop as it was left; only if that fails the owner is asked once more.
last_backup() {
  [ -e "$CURRENT" ] || return 0
  step "Cadangan terakhir" "The last backup"
  if [ "$DRY_RUN" = yes ]; then
    say "   akan dijalankan: konter backup" "   would run: konter backup"
  elif ! as_bot "$CURRENT" backup; then
    ask_or_stop "   Cadangan terakhir tidak berhasil (lihat di atas). Lanjut mencopot?" \
      "   The last backup failed (see above). Go on removing Konter?"
  fi
}

stop_service() {
  step "Layanan" "The service"
  # An update under way first: it would start the bot again.
  if [ -e "/etc/systemd/system/$UPDATE_UNIT" ]; then
    run systemctl disable --now --quiet "$UPDATE_UNIT" || true
  fi
  run systemctl disable --now --quiet "$UNIT" || true
  if [ "$DRY_RUN" = no ] && is_running; then
    fail "Bot tidak mau berhenti, jadi tidak ada yang dicopot. Coba lagi." \
      "The bot does not stop, so nothing was removed. Try again."
  fi
}

remove_program() {
  step "Program" "The program"
  run rm -f "$UNIT_FILE" "/etc/systemd/system/$UPDATE_UNIT" "$COMMAND"
  run systemctl daemon-reload
  run rm -rf "$ROOT"
}

remove_data() {
  step "Data dan pengaturan" "Data and settings"
  run rm -rf "$DATA" "$CONFIG" "/etc/systemd/system/$UNIT.d"
  if getent passwd "$BOT_USER" >/dev/null; then run userdel "$BOT_USER"; fi
}

main() {
  read_options "$@"
  choose_language
  if [ "$DRY_RUN" = no ]; then need_root "konter uninstall"; fi
  ask_or_stop "Matikan bot dan copot Konter dari server ini?" "Stop the bot and remove Konter from this server?"
  if [ "$PURGE" = yes ]; then confirm_purge; fi
  stop_service
  if [ "$PURGE" = no ]; then last_backup; fi
  remove_program
  if [ "$PURGE" = yes ]; then remove_data; fi
  if [ "$DRY_RUN" = yes ]; then
    say "Tidak ada yang diubah." "Nothing was changed."
  elif [ "$PURGE" = yes ]; then
    say "Konter sudah dicopot, dengan semua datanya." "Konter is removed, with all its data."
  else
    say "Konter sudah dicopot. Data toko tetap ada di $DATA, pengaturan di $CONFIG.
Pasang lagi kapan saja seperti di docs/install.md: toko berjalan lagi dari situ." \
      "Konter is removed. The shop's data stay in $DATA, its settings in $CONFIG.
Install it again at any time as in docs/install.md: the shop goes on from there."
  fi
}

main "$@"
