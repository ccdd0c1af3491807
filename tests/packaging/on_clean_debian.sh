# SPDX-License-Identifier: GPL-3.0-or-later
# Run by scripts/test-package as root on a clean Debian, with casweep's package in /root.
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
cd /root

fail() { echo "FAILED: $*" >&2; exit 1; }
expect() { "$@" || fail "$*"; }
expect_not() { if "$@"; then fail "not: $*"; fi; }
install_package() { apt-get install --yes --no-install-recommends "$@" ./casweep_*.deb >/root/apt.log 2>&1 || { cat /root/apt.log >&2; fail "apt-get install"; }; }

echo "Installing"
install_package
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

echo "Installing again keeps the configuration"
install_package --reinstall
expect grep -q '^domain = corp.invalid' /etc/casweep/casweep.conf

echo "Removing"
mkdir -p /etc/systemd/system/timers.target.wants
ln -s /lib/systemd/system/casweep-scan@.timer /etc/systemd/system/timers.target.wants/casweep-scan@corp.timer
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
