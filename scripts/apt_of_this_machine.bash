# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by scripts that make a chroot of Debian: how this machine reaches a mirror also applies there.

# Prints the URL of the Debian mirror that this machine uses, without a final slash.
mirror_of_this_machine() {
  local found
  found=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null |
    sed -n 's,^Debian \(https\?://[^ ]*[^/ ]\)/*$,\1,p' | head -n 1) || true
  echo "${found:-http://deb.debian.org/debian}"
}

# Prints apt's settings for proxies and for mirrors that are snapshots. A proxy's password may be among them.
apt_settings_of_this_machine() {
  apt-config dump | grep -E '^Acquire::(https?::Proxy(::[^ ]+)?|Check-Valid-Until|Check-Date) ' || true
}
