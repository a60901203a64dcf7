#!/usr/bin/env bash
# Makes the tests' machine and becomes its process 1: this machine's files with a layer of its own
# above them, so that what the scripts install and remove is gone with it. Run in namespaces of its
# own for mounts and processes; the network is shared, for the servers of the test on loopback.
#
#   boot.sh FOLDER CHECKOUT PYTHON ENVIRONMENT
set -euo pipefail
folder=$1 checkout=$2 python=$3 environment=$4
root=$folder/root

mount --make-rprivate /
mount -t tmpfs tmpfs "$folder/layers"
mkdir "$folder/layers/upper" "$folder/layers/work"
mount -t overlay overlay \
  -o "lowerdir=/,upperdir=$folder/layers/upper,workdir=$folder/layers/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/systemd/system" # systemd's sign that it runs

# Nothing of an earlier installation, and no other service.
rm -rf "$root"/etc/systemd/system "$root"/opt/konter "$root"/etc/konter "$root"/var/log/units
mkdir -p "$root/etc/systemd/system"

# Data is seen from outside too: the tests read the database.
mkdir -p "$root/var/lib/konter"
mount --bind "$folder/data" "$root/var/lib/konter"

# The bot's user has to reach Python, which may be in root's home.
for path in "$environment/bin/python" "$(readlink -f "$python")" "$checkout/bot"; do
  while [ "$path" != / ]; do
    path=$(dirname "$path")
    chmod o+x "$root$path"
  done
done

mkdir -p "$root/srv/template/hooks" "$root/usr/local/lib/supervisor"
cp "$checkout/tests/deploy/supervisor.py" "$root/usr/local/lib/supervisor/"
cat >"$root/usr/local/bin/systemctl" <<SCRIPT
#!/bin/sh
exec $python -I -S /usr/local/lib/supervisor/supervisor.py "\$@"
SCRIPT
cat >"$root/usr/local/bin/journalctl" <<SCRIPT
#!/bin/sh
# As of systemd 252: --lines after --since are the first lines.
case "\$*" in *--since*--lines*) exec head -n 15 /var/log/units/konter.service.log ;; esac
exec cat /var/log/units/konter.service.log
SCRIPT
# A release's environment is this test's: no package is installed, and make finds nothing to do.
cat >"$root/srv/template/hooks/post-checkout" <<SCRIPT
#!/bin/sh
if [ -e requirements.lock ]; then
  ln -sfn $environment .venv
  touch -d 2000-01-01 requirements.lock
fi
SCRIPT
chmod +x "$root"/usr/local/bin/{systemctl,journalctl} "$root/srv/template/hooks/post-checkout"
touch "$root$environment/.runtime.stamp"
cat >"$root/etc/gitconfig" <<CONFIG
[init]
templateDir = /srv/template
defaultBranch = main
[user]
name = Konter
email = konter@example.invalid
[safe]
directory = *
CONFIG

# What the scripts install is this checkout, with what is not committed yet; tar passes over files
# that are deleted and not committed so.
mkdir -p "$root/srv/origin"
git -C "$checkout" ls-files -z --cached --others --exclude-standard -- ':!.venv' \
  | tar -C "$checkout" --null --files-from=- --ignore-failed-read -c 2>/dev/null \
  | tar -C "$root/srv/origin" -x

exec chroot "$root" /usr/bin/env -i \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
  "$python" -I -S /usr/local/lib/supervisor/supervisor.py
