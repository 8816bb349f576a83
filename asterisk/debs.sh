# Debian packages without root: an apt of our own (own state, cache, sources) that only downloads,
# and dpkg-deb that only unpacks. Sourced by install.sh and by the tests' own installers.
#
# The mirror is read from the host's own apt configuration, or named in CLAIMLINE_APT_MIRROR;
# the host's Acquire:: settings (proxies, Check-Valid-Until ...) are carried over.

say() { printf '%s\n' "$*" >&2; }
fail() { say "$1"; [ -n "${2:-}" ] && say "  What to do: $2"; exit 1; }

# The directory of everything that may be made again: $XDG_CACHE_HOME, else ~/.cache, home from the
# password database when HOME is unset, else a private folder whose owner is checked.
cache_home() {
    local home=${HOME:-}
    [ -n "$home" ] || home=$(getent passwd "$(id -u)" | cut -d: -f6)
    if [ -n "${XDG_CACHE_HOME:-}" ]; then echo "$XDG_CACHE_HOME/claimline"
    elif [ -n "$home" ] && { [ -w "$home" ] || mkdir -p "$home" 2>/dev/null; }; then echo "$home/.cache/claimline"
    else
        local own=${TMPDIR:-/tmp}/claimline-$(id -u)
        mkdir -p -m 700 "$own"
        [ "$(stat -c %u "$own")" = "$(id -u)" ] || fail "$own belongs to somebody else." "set XDG_CACHE_HOME to a folder of your own"
        echo "$own"
    fi
}

host_codename() { (. /etc/os-release && echo "${VERSION_CODENAME:-}"); }

# First deb source of component main of the host's own release: other third-party sources come in the same list.
host_mirror() {
    if [ -n "${CLAIMLINE_APT_MIRROR:-}" ]; then echo "$CLAIMLINE_APT_MIRROR"; return; fi
    apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(TARGET_OF)' 2>/dev/null |
        awk -F'|' -v release="$(host_codename)" '$2 == release && $3 == "main" && $4 == "deb" { print $1; exit }'
}

# debs_begin DIR SUITE: prepare an apt of our own under DIR for SUITE and read its index.
debs_begin() {
    DEBS_DIR=$1
    local suite=$2 mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mirror=$(host_mirror)
    [ -n "$mirror" ] || fail "No Debian mirror is configured on this machine." "set CLAIMLINE_APT_MIRROR to the address of one"
    [ -r "$keyring" ] || fail "$keyring is missing: packages could not be verified." "install the package debian-archive-keyring"
    mkdir -p "$DEBS_DIR"/{state/lists/partial,cache/archives/partial,etc/sources,etc/parts,etc/preferences,log}
    : > "$DEBS_DIR/state/status"
    # Read before APT_CONFIG is set: proxies and validity checks of the host stay in force.
    apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries|Max-ValidTime|ForceIPv)' > "$DEBS_DIR/etc/apt.conf" || true
    cat >> "$DEBS_DIR/etc/apt.conf" <<CONF
Dir::State "$DEBS_DIR/state";
Dir::State::status "$DEBS_DIR/state/status";
Dir::Cache "$DEBS_DIR/cache";
Dir::Etc "$DEBS_DIR/etc";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$DEBS_DIR/etc/sources";
Dir::Etc::parts "$DEBS_DIR/etc/parts";
Dir::Etc::preferencesparts "$DEBS_DIR/etc/preferences";
Dir::Log "$DEBS_DIR/log";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
CONF
    echo "deb [signed-by=$keyring] $mirror $suite main" > "$DEBS_DIR/etc/sources/claimline.list"
    export APT_CONFIG=$DEBS_DIR/etc/apt.conf
    apt-get update -qq >"$DEBS_DIR/log/update" 2>&1 || {
        tail -n 3 "$DEBS_DIR/log/update" >&2
        fail "The package list of Debian $suite could not be read." "check the network, or set CLAIMLINE_APT_MIRROR"
    }
}

# debs_fetch PACKAGE...: exactly these packages, no dependencies.
debs_fetch() { (cd "$DEBS_DIR/cache/archives" && apt-get download -qq "$@") >"$DEBS_DIR/log/fetch" 2>&1; }

# debs_fetch_closure PACKAGE...: these and everything they depend on.
debs_fetch_closure() { apt-get install -qq --download-only -y "$@" >"$DEBS_DIR/log/fetch" 2>&1; }

# debs_unpack PREFIX: unpack what was fetched; setuid bits have no business in a private prefix.
debs_unpack() {
    local prefix=$1
    mkdir -p "$prefix"
    find "$DEBS_DIR/cache/archives" -maxdepth 1 -name '*.deb' -print0 |
        xargs -0 -P 2 -I{} dpkg-deb -x {} "$prefix"
    find "$prefix" -perm /6000 -type f -exec chmod u-s,g-s {} +
}

# debs_manifest: "package<TAB>version" of what was fetched.
debs_manifest() {
    local deb
    for deb in "$DEBS_DIR"/cache/archives/*.deb; do
        dpkg-deb -W --showformat='${Package}\t${Version}\n' "$deb"
    done | sort
}
