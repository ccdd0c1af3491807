# SPDX-License-Identifier: GPL-3.0-or-later
# Run by scripts/test-package as root on a clean Debian, with casweep's package in /root.
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
cd /root

fail() { echo "FAILED: $*" >&2; exit 1; }
expect() { "$@" || fail "$*"; }
expect_not() { if "$@"; then fail "not: $*"; fi; }
install_package() { apt-get install --yes --no-install-recommends "$@" >/root/apt.log 2>&1 || { cat /root/apt.log >&2; fail "apt-get install $*"; }; }
installed_version() { dpkg-query --show --showformat='${Version}' casweep; }

# make_earlier FILE: the same package as an earlier version, whose configuration file had another comment.
make_earlier() {
  rm -rf earlier
  dpkg-deb --raw-extract casweep.deb earlier
  sed -i "s/^Version: \(.*\)/Version: \1~earlier/" earlier/DEBIAN/control
  echo '# A line of the earlier version.' >>earlier/etc/casweep/casweep.conf
  (cd earlier && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | xargs -0 md5sum >DEBIAN/md5sums)
  dpkg-deb --root-owner-group --build earlier "$1" >/dev/null
}

echo "Installing an earlier version"
make_earlier earlier.deb
install_package ./earlier.deb
expect test "$(installed_version)" = "$(dpkg-deb --field casweep.deb Version)~earlier"
expect casweep --version
expect getent passwd casweep
expect test "$(stat -c '%U %a' /var/lib/casweep)" = "casweep 750"
expect test -f /etc/casweep/casweep.conf
expect test -f /usr/share/man/man1/casweep-scan.1.gz
expect test -f /usr/share/man/man5/casweep.conf.5.gz
expect test -f /usr/share/bash-completion/completions/casweep
expect grep -q '^ExecStart=/usr/bin/casweep scan' /lib/systemd/system/casweep-scan@.service
expect test -f /lib/systemd/system/casweep-scan@.timer
expect test -f /usr/lib/systemd/catalog/casweep.catalog

echo "Nothing starts by itself"
expect_not sh -c 'find /etc/systemd /run/systemd -name "casweep*" 2>/dev/null | grep .'

echo "The program runs as its user, with the library that it loads at run time"
printf '[forest corp]\ndomain = corp.invalid\nuser = svc@CORP.INVALID\nkeytab = /etc/casweep/corp.keytab\n' >>/etc/casweep/casweep.conf
printf '\005\002' >/etc/casweep/corp.keytab
chown casweep: /etc/casweep/corp.keytab
chmod 600 /etc/casweep/corp.keytab
as_casweep() { setpriv --reuid=casweep --regid=casweep --clear-groups env HOME=/nonexistent casweep "$@"; }
expect as_casweep config check
code=0
as_casweep scan 2>/root/scan.log || code=$?
expect test "$code" -eq 77  # the keytab has no key
expect_not grep -qi 'library' /root/scan.log
expect test "$(stat -c '%U %a' /var/lib/casweep/corp/history.db)" = "casweep 600"
expect as_casweep scans

echo "An upgrade keeps the configuration, the keytab, the history and its owner, and the timer"
mkdir -p /etc/systemd/system/timers.target.wants
ln -s /lib/systemd/system/casweep-scan@.timer /etc/systemd/system/timers.target.wants/casweep-scan@corp.timer
cp -a /etc/casweep/casweep.conf changed.conf
history=$(sha256sum /var/lib/casweep/corp/history.db)
install_package -o Dpkg::Options::=--force-confold ./casweep.deb
expect test "$(installed_version)" = "$(dpkg-deb --field casweep.deb Version)"
expect cmp changed.conf /etc/casweep/casweep.conf
expect test -f /etc/casweep/casweep.conf.dpkg-dist  # the new one, for the administrator to compare
expect test "$(stat -c '%U %a' /etc/casweep/corp.keytab)" = "casweep 600"
expect test "$(sha256sum /var/lib/casweep/corp/history.db)" = "$history"
expect test "$(stat -c '%U %a' /var/lib/casweep)" = "casweep 750"
expect test "$(stat -c '%U %a' /var/lib/casweep/corp/history.db)" = "casweep 600"
expect test -L /etc/systemd/system/timers.target.wants/casweep-scan@corp.timer
expect as_casweep config check
expect as_casweep db check
code=0
as_casweep scan 2>/root/scan.log || code=$?
expect test "$code" -eq 77  # and the history still takes scans
expect test "$(as_casweep scans --format csv | grep -c failed)" -eq 2

echo "Installing again keeps the configuration"
install_package --reinstall ./casweep.deb
expect cmp changed.conf /etc/casweep/casweep.conf

echo "Removing"
apt-get remove --yes casweep >/root/apt.log 2>&1 || { cat /root/apt.log >&2; fail "apt-get remove"; }
expect_not test -e /usr/bin/casweep
expect_not test -L /etc/systemd/system/timers.target.wants/casweep-scan@corp.timer
expect test -f /etc/casweep/casweep.conf
expect test -f /var/lib/casweep/corp/history.db

echo "Purging keeps the histories and says so"
apt-get purge --yes casweep >/root/apt.log 2>&1 || { cat /root/apt.log >&2; fail "apt-get purge"; }
expect grep -q 'histories in /var/lib/casweep are kept' /root/apt.log
expect_not test -e /etc/casweep
expect test -f /var/lib/casweep/corp/history.db
