#!/bin/sh
# Installs what is missing of the programs of Debian that tests look at us with. Where that cannot
# be done, the tests that need them say so themselves.
set -eu

missing=""
for pair in chromium:chromium named:bind9 named-checkzone:bind9-utils unbound:unbound; do
    PATH="$PATH:/usr/sbin" command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
done
fc-list 2>/dev/null | grep -q 'Noto Sans CJK' || missing="$missing fonts-noto-cjk"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "not installed here:$missing" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# A name server that is installed is started by some systems: only tests are to start it.
if [ ! -e /usr/sbin/policy-rc.d ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
fi
# shellcheck disable=SC2086 - words are meant
apt-get install -qq --no-install-recommends $missing fontconfig >/dev/null
