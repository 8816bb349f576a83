#!/usr/bin/env bash
# A private Asterisk, without root: fetched from Debian, unpacked into a prefix under the cache, run by the
# prefix's own loader. Idempotent: says where it is and ends when it is there already.
#
#   asterisk/install.sh          prints the path of install.json (command, modules, data, version, packages)
#
# CLAIMLINE_ASTERISK_SUITE   Debian suite to take it from (default: testing)
# CLAIMLINE_APT_MIRROR       mirror to use instead of the host's own
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/debs.sh"

floor=22.10.1 # the first release without the advisories of June 2026
suite=${CLAIMLINE_ASTERISK_SUITE:-testing}
root=$(cache_home)/asterisk
mkdir -p "$root"

new_enough() { [ -n "$1" ] && [ "$(printf '%s\n%s\n' "$floor" "$1" | sort -V | head -n 1)" = "$floor" ]; }
version_of() { "$@" -V 2>/dev/null | sed -nE 's/^Asterisk ([0-9]+\.[0-9]+\.[0-9]+).*/\1/p'; }

write_json() { # write_json FILE VERSION COMMAND MODULES DATA SOURCE MANIFEST
    local packages
    packages=$(awk -F'\t' '{ printf "%s\"%s\": \"%s\"", (NR > 1 ? ", " : ""), $1, $2 }' "$7")
    printf '{"version": "%s", "command": "%s", "modules": "%s", "data": "%s", "source": "%s", "packages": {%s}}\n' \
        "$2" "$3" "$4" "$5" "$6" "$packages" > "$1.tmp"
    mv "$1.tmp" "$1"
}

ready() { # already there, with what this version wants, and running?
    [ -r "$root/install.json" ] || return 1
    grep -q '"source": "host"' "$root/install.json" || [ "$(cat "$root/wanted" 2>/dev/null)" = "$lean" ] || return 1
    local command
    command=$(sed -nE 's/.*"command": "([^"]+)".*/\1/p' "$root/install.json")
    [ -x "$command" ] && new_enough "$(version_of "$command")"
}

use_host() { # the host's own package, if it is new enough
    command -v asterisk >/dev/null || return 1
    local version modules
    version=$(version_of asterisk)
    new_enough "$version" || return 1
    modules=$(dirname "$(find /usr/lib -name res_ari.so -path '*asterisk/modules*' | head -n 1)")
    [ -d "$modules" ] && [ -d /usr/share/asterisk ] || return 1
    dpkg-query -W -f '${Package}\t${Version}\n' asterisk asterisk-modules > "$root/host.tsv" 2>/dev/null || : > "$root/host.tsv"
    write_json "$root/install.json" "$version" "$(command -v asterisk)" "$modules" /usr/share/asterisk host "$root/host.tsv"
}

# What the binary and the allow-listed modules need on Debian testing in November 2026; what this list
# misses in another suite is found by `unresolved`, and then the full closure is fetched.
lean="asterisk asterisk-modules libbsd0 libc6 libcap2 libcrypt1 libedit2 libgcc-s1 libjansson4 libmd0
libsqlite3-0 libsrtp2-1 libssl3t64 libstdc++6 libsystemd0 libtinfo6 liburiparser1 libuuid1 libxml2-16 libxslt1.1 libzstd1
zlib1g asterisk-core-sounds-en-wav asterisk-moh-opsound-wav"

library_path() { find "$1/usr/lib" "$1/lib" -maxdepth 1 -type d -name '*-linux-gnu' 2>/dev/null | paste -sd:; }
loader() { find "$1/usr/lib64" "$1/lib64" "$1/usr/lib" "$1/lib" -name 'ld-linux*.so.*' 2>/dev/null | head -n 1; }

unresolved() { # names the libraries that the binary or an allow-listed module misses
    local prefix=$1 modules=$2 name
    { echo "$prefix/usr/sbin/asterisk"
      sed -E 's/#.*//; s/[[:space:]]+$//; /^$/d' "$here/modules.txt" | while read -r name; do echo "$modules/$name.so"; done
    } | while read -r file; do
        "$(loader "$prefix")" --library-path "$(library_path "$prefix")" --list "$file" 2>&1 |
            grep -E 'not found|cannot open' || true
    done
}

install_private() {
    local prefix version modules key
    work=$(mktemp -d "$root/install.XXXXXX")
    trap 'rm -rf "$work"' EXIT # not local: the trap runs after the function has ended
    say "  reading the package list of Debian $suite"
    debs_begin "$work/apt" "$suite"
    say "  fetching Asterisk"
    # shellcheck disable=SC2086
    debs_fetch $lean || debs_fetch_closure asterisk asterisk-core-sounds-en-wav asterisk-moh-opsound-wav ||
        { tail -n 3 "$DEBS_DIR/log/fetch" >&2; fail "Asterisk could not be fetched." "check the network and run this again"; }
    say "  unpacking"
    debs_unpack "$work/prefix"
    modules=$(dirname "$(find "$work/prefix" -name res_ari.so | head -n 1)")
    if [ -n "$(unresolved "$work/prefix" "$modules")" ]; then
        say "  this suite needs more libraries: fetching everything Asterisk depends on"
        debs_fetch_closure asterisk asterisk-core-sounds-en-wav asterisk-moh-opsound-wav || fail "Asterisk's dependencies could not be fetched."
        debs_unpack "$work/prefix"
        [ -z "$(unresolved "$work/prefix" "$modules")" ] || fail "Asterisk of Debian $suite does not run here: $(unresolved "$work/prefix" "$modules" | head -n 1)"
    fi
    debs_manifest > "$work/prefix/manifest.tsv"
    key=$(sha256sum < "$work/prefix/manifest.tsv" | cut -c1-12)
    prefix=$root/$key
    if [ ! -d "$prefix" ]; then mv "$work/prefix" "$prefix"; fi
    modules=$(dirname "$(find "$prefix" -name res_ari.so | head -n 1)")
    cat > "$prefix/asterisk" <<RUN
#!/bin/sh
exec "$(loader "$prefix")" --library-path "$(library_path "$prefix")" "$prefix/usr/sbin/asterisk" "\$@"
RUN
    chmod 755 "$prefix/asterisk"
    version=$(version_of "$prefix/asterisk")
    new_enough "$version" || fail "Debian $suite has Asterisk ${version:-?}; at least $floor is needed." "set CLAIMLINE_ASTERISK_SUITE to a newer suite"
    write_json "$root/install.json" "$version" "$prefix/asterisk" "$modules" "$prefix/usr/share/asterisk" "$suite" "$prefix/manifest.tsv"
    echo "$lean" > "$root/wanted"
}

main() {
    exec 9>"$root/lock"
    flock 9 # two first runs at once must not tread on each other
    ready || use_host || install_private
    echo "$root/install.json"
}
main
