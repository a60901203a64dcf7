# shellcheck shell=bash
# What install.sh, update.sh, uninstall.sh and the command konter share. It is sourced, never run.
#
# Every sentence that a person reads stands here and there in both languages:
#   say "Indonesian" "English"

# --- where everything is ---

# shellcheck disable=SC2034 # most of them are for those who source this
{
  ROOT=$(readlink -m /opt/konter) # /opt may be a link; releases are compared by their paths
  readonly ROOT
  readonly SOURCE=$ROOT/source     # the clone that the owner made
  readonly RELEASES=$ROOT/releases # one folder for each installed version
  readonly CURRENT=$ROOT/current   # a link to the release in use
  readonly CONFIG=/etc/konter
  readonly SETTINGS_FILE=$CONFIG/konter.env
  readonly LANGUAGE_FILE=$CONFIG/language
  readonly DATA=/var/lib/konter # the database and its backups
  readonly UNIT=konter.service
  readonly UNIT_FILE=/etc/systemd/system/$UNIT
  readonly COMMAND=/usr/local/bin/konter
  readonly BOT_USER=konter
}
readonly START_SECONDS=180 # how long a start may take, a migration included

# --- what the options set ---

# Not LANGUAGE and not YES: other programs read variables of these names.
SPEAKS=       # id or en
ASSUME_YES=no # --yes: every question is answered with yes
DRY_RUN=no    # --dry-run: changes are printed and not made

umask 022 # the bot's user has to read the releases, whatever root's own mask is

# --- speaking ---

# words INDONESIAN ENGLISH: the one that is wanted, without a new line.
words() {
  if [ "$SPEAKS" = en ]; then printf '%s' "$2"; else printf '%s' "$1"; fi
}

say() { printf '%s\n' "$(words "$1" "$2")"; }

# step INDONESIAN ENGLISH: the heading of a step.
step() { printf '\n== %s\n' "$(words "$1" "$2")"; }

# done_already INDONESIAN ENGLISH: the step has nothing to do.
done_already() { printf '   %s: %s\n' "$(words "sudah ada" "there already")" "$(words "$1" "$2")"; }

warn() { printf '!! %s\n' "$(words "$1" "$2")" >&2; }

# fail INDONESIAN ENGLISH: say what is wrong and what to do, and end.
fail() {
  warn "$1" "$2"
  exit 1
}

# ask INDONESIAN ENGLISH: 0 for yes (Enter is yes), 1 for no; ends if nobody can be asked.
ask() {
  local answer
  if [ "$ASSUME_YES" = yes ] || [ "$DRY_RUN" = yes ]; then
    printf '%s [Y/n] y\n' "$(words "$1" "$2")"
    return 0
  fi
  while :; do
    printf '%s [Y/n] ' "$(words "$1" "$2")"
    if ! IFS= read -r answer; then
      printf '\n'
      fail "Tidak ada yang menjawab. Jalankan lagi di terminal, atau dengan --yes." \
        "Nobody answers. Run this again in a terminal, or with --yes."
    fi
    case ${answer,,} in
    '' | y | ya | yes) return 0 ;;
    n | no | t | tidak | g | gak | nggak) return 1 ;;
    *) say "Ketik y atau n, lalu tekan Enter." "Type y or n, then press Enter." ;;
    esac
  done
}

# ask_or_stop INDONESIAN ENGLISH: like ask; "no" ends the script, and nothing is lost.
ask_or_stop() {
  ask "$1" "$2" && return
  say "Berhenti di sini. Jalankan lagi kapan saja: langkah yang sudah selesai dilewati." \
    "Stopped here. Run this again at any time: steps that are done are skipped."
  exit 1
}

# take_option ARGUMENT: understand the options that all scripts have; 1 for anything else.
take_option() {
  case $1 in
  --english) SPEAKS=en ;;
  --indonesian | --indonesia) SPEAKS=id ;;
  -y | --yes) ASSUME_YES=yes ;;
  --dry-run) DRY_RUN=yes ;;
  *) return 1 ;;
  esac
}

# choose_language: the option, else what was chosen before, else ask; Indonesian if nobody answers.
choose_language() {
  local answer=
  [ -n "$SPEAKS" ] && return
  if [ -r "$LANGUAGE_FILE" ]; then
    read -r SPEAKS <"$LANGUAGE_FILE" || true
  elif [ -t 0 ] && [ "$ASSUME_YES" = no ]; then
    printf 'Bahasa Indonesia: tekan Enter. English: type e and press Enter. '
    IFS= read -r answer || true
    case ${answer,,} in e*) SPEAKS=en ;; esac
  fi
  [ "$SPEAKS" = en ] || SPEAKS=id
}

# --- doing ---

# run COMMAND ...: run it, or with --dry-run print it.
run() {
  if [ "$DRY_RUN" = yes ]; then
    printf '   %s: %s\n' "$(words "akan dijalankan" "would run")" "$*"
    return 0
  fi
  "$@"
}

# write_file PATH MODE OWNER: write standard input there in one go, or with --dry-run say so.
write_file() {
  local new
  if [ "$DRY_RUN" = yes ]; then
    printf '   %s: %s (%s, %s)\n' "$(words "akan ditulis" "would write")" "$1" "$2" "$3"
    cat >/dev/null
    return 0
  fi
  new=$(mktemp "$1.XXXXXX") || return 1
  # Joined, since a caller may have turned `set -e` off: half a file must not take its place.
  if cat >"$new" && chown "$3" "$new" && chmod "$2" "$new" && mv -f "$new" "$1"; then return 0; fi
  rm -f "$new"
  return 1
}

need_root() {
  [ "$(id -u)" = 0 ] && return
  fail "Perintah ini harus dijalankan sebagai root. Tulis sudo di depannya: sudo $1" \
    "This has to be run as root. Write sudo in front of it: sudo $1"
}

# as_bot RELEASE ARGUMENTS ...: the bot's command line in that release, run as the bot's user and
# with none of root's environment.
as_bot() {
  local release=$1
  shift
  (
    cd "$release" || exit 1
    exec runuser -u "$BOT_USER" -- env -i HOME="$DATA" LANG=C.UTF-8 TERM="${TERM:-dumb}" \
      KONTER_COMMAND="sudo konter" PATH=/usr/local/bin:/usr/bin:/bin .venv/bin/python -m bot "$@"
  )
}

# --- the service ---

is_running() { systemctl is-active --quiet "$UNIT"; }

# state_of_bot: "active"; "activating" if it ended by itself and waits for its next start; or another.
state_of_bot() { systemctl is-active "$UNIT" || true; }

# started_since SECONDS: whether the bot has said since then (a Unix time) that it serves.
started_since() {
  # All of it is read: a journalctl whose reader left early would fail the pipeline.
  [ -n "$(journalctl --quiet --unit "$UNIT" --since "@$1" --output cat 2>/dev/null | sed -n '/shop_started/p')" ]
}

# wait_until_started SECONDS: after a start at that Unix time, 0 once the bot serves and 1 if it does
# not within START_SECONDS. Without the bot's words (LOG_LEVEL) half of that time without an end will do.
wait_until_started() {
  local waited=0 lived=0
  while [ "$waited" -lt "$START_SECONDS" ]; do
    if systemctl is-failed --quiet "$UNIT"; then return 1; fi
    if is_running; then lived=$((lived + 1)); else lived=0; fi
    if [ "$lived" -ge 3 ] && started_since "$1"; then return 0; fi
    if [ "$lived" -ge $((START_SECONDS / 2)) ]; then return 0; fi
    sleep 1
    waited=$((waited + 1))
  done
  return 1
}
