# shellcheck shell=bash
# Releases: a folder for each installed version, and the link to the one in use. Sourced after
# lib.sh by install.sh and update.sh, never run.
#
# `set -e` does not hold in a function that is asked by `if`, so what must not go on is joined by &&.

# The last file of a finished release: a folder without it was left by a killed build.
readonly BUILT=.built

# git_in FOLDER ARGUMENTS ...: git in a folder that may belong to another user.
git_in() {
  local folder=$1
  shift
  git -c safe.directory='*' -c advice.detachedHead=false -C "$folder" "$@"
}

# newest_ref: the newest released version (a tag v…) that has these scripts, else the default branch.
newest_ref() {
  local tag
  while read -r tag; do
    if git_in "$SOURCE" cat-file -e "$tag:deploy/update.sh" 2>/dev/null; then
      printf '%s\n' "$tag"
      return
    fi
  done < <(git_in "$SOURCE" -c versionsort.suffix=- tag --list 'v[0-9]*' --sort=-version:refname)
  if git_in "$SOURCE" rev-parse --quiet --verify origin/HEAD >/dev/null; then
    printf 'origin/HEAD\n'
  else
    printf 'HEAD\n'
  fi
}

# commit_of REF: the commit; what the origin has under that name counts before what is here.
commit_of() {
  git_in "$SOURCE" rev-parse --quiet --verify "refs/remotes/origin/$1^{commit}" \
    || git_in "$SOURCE" rev-parse --quiet --verify "$1^{commit}"
}

# release_name COMMIT: the name of its folder, "0.3.0-1a2b3c4d".
release_name() {
  local version
  version=$(git_in "$SOURCE" show "$1:pyproject.toml" | sed -n 's/^version = "\(.*\)"$/\1/p')
  printf '%s-%s\n' "${version:-0}" "$(git_in "$SOURCE" rev-parse --short=8 "$1")"
}

# is_built RELEASE: whether build_release has finished it.
is_built() { [ -e "$1/$BUILT" ]; }

# build_release COMMIT: check it out and install what it needs, in a folder of its own. One that
# was begun and not finished is made again. 1 if that fails.
build_release() {
  local release
  release=$RELEASES/$(release_name "$1") || return 1
  if is_built "$release"; then return 0; fi
  # The bot cannot write here, so its modules are compiled now.
  run rm -rf "$release" \
    && run mkdir -p "$RELEASES" \
    && run git_in "$SOURCE" clone --quiet --no-checkout "$SOURCE" "$release" \
    && run git_in "$release" checkout --quiet --detach "$1" \
    && run ln -s "$SETTINGS_FILE" "$release/.env" \
    && run ln -s "$DATA" "$release/data" \
    && run make --silent -C "$release" venv \
    && run "$release/.venv/bin/python" -m compileall -q \
      "$release/bot" "$release/handlers" "$release/storage" \
    && run sync -f "$RELEASES" \
    && run touch "$release/$BUILT" \
    && run sync "$release" "$release/$BUILT"
}

# remove_unfinished_releases: what killed builds left.
remove_unfinished_releases() {
  local release
  for release in "$RELEASES"/*/; do
    if [ -d "$release" ] && ! is_built "${release%/}"; then run rm -rf "$release"; fi
  done
}

# current_release: the folder of the release in use; empty if there is none.
current_release() { readlink -f "$CURRENT" 2>/dev/null || true; }

# remove_old_releases RELEASE: keep the one in use, RELEASE, and the newest of the others.
remove_old_releases() {
  local used release others=()
  used=$(current_release)
  for release in "$RELEASES"/*/; do
    release=${release%/}
    if [ "$release" != "$used" ] && [ "$release" != "$1" ]; then others+=("$release"); fi
  done
  for release in "${others[@]}"; do
    if is_newest "$release" "${others[@]}"; then continue; fi
    rm -rf "$release"
  done
}

# is_newest RELEASE RELEASES ...: whether none of them was built later.
is_newest() {
  local release=$1 other
  shift
  for other in "$@"; do
    if [ "$other/$BUILT" -nt "$release/$BUILT" ]; then return 1; fi
  done
}

# switch_to RELEASE: make it the one in use, with its unit, from the next start on. A power cut
# leaves the old link or the new one.
switch_to() {
  run ln -sfn "$1" "$CURRENT.new" \
    && run mv -Tf "$CURRENT.new" "$CURRENT" \
    && run sync "$ROOT" \
    && install_unit "$1"
}

# install_unit RELEASE: the unit belongs to the release; what an owner adds is in konter.service.d.
install_unit() {
  if cmp -s "$1/deploy/konter.service" "$UNIT_FILE"; then return 0; fi
  write_file "$UNIT_FILE" 644 root:root <"$1/deploy/konter.service" \
    && run sync "$UNIT_FILE" "${UNIT_FILE%/*}" \
    && run systemctl daemon-reload
}
