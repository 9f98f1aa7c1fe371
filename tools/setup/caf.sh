#!/usr/bin/env bash
# Puts CAF 0.18.7 where CMakeLists.txt looks for it, and prints that folder as its last line.
# Debian's own binary is 0.17.6, which has another inspection API and no metrics.
#
#   STOA_CAF_PREFIX   where it is, or shall be (default ~/.cache/stoa/caf-0.18.7)
#   CXXFLAGS          what else the compiler is told; the preset tsan wants a CAF of its own, built with
#                     -fsanitize=thread under another prefix: else it sees races that there are not
#   STOA_CAF_TARBALL  a release tarball that is here already: nothing is downloaded
#   --fetch-only DIR  only puts the verified tarball into DIR
#
# The prefix appears by one rename of a finished installation, so a build that was killed is redone
# and a prefix that exists is complete.
set -euo pipefail

version=0.18.7
sha256=d5c3abe8fd67a729aab1baeece10367637d903ba335f4c79378bcadfbcd34552
release=https://github.com/actor-framework/actor-framework/archive/refs/tags/$version.tar.gz
prefix=${STOA_CAF_PREFIX:-${XDG_CACHE_HOME:-$HOME/.cache}/stoa/caf-$version}

say() { echo "caf.sh: $*" >&2; }
is_release() { echo "$sha256  $1" | sha256sum --check --status 2>/dev/null; }

# The source package of the archive that this machine already trusts, by a list that is thrown away:
# neither /etc/apt nor the machine's package lists change, and no root is needed. A mirror's list may be
# older than it wishes to be: what is fetched is known by its checksum.
fetch_from_debian() {
  local into=$1 apt=$work/apt site
  command -v apt-get >/dev/null || return 1
  site=$(apt-get indextargets --format '$(SITE)' | sort -u | grep '/debian/*$' | head -n 1) || return 1
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/source"
  echo "deb-src $site experimental main" >"$apt/source.list"
  local options=(-qq -o Dir::Etc::sourcelist="$apt/source.list" -o Dir::Etc::sourceparts=-
                 -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache"
                 -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3
                 -o Acquire::Check-Valid-Until=false)
  apt-get "${options[@]}" update || return 1
  (cd "$apt/source" &&
    apt-get "${options[@]}" source --download-only --tar-only "actor-framework=$version-1~exp1") ||
    return 1
  mv "$apt/source/"*.orig.tar.gz "$into"
}

fetch_from_release_page() {
  command -v curl >/dev/null || return 1
  curl --fail --silent --show-error --location --retry 2 --connect-timeout 15 --max-time 300 \
    --output "$1" "$release"
}

obtain() {
  local into=$1 from
  if [ -n "${STOA_CAF_TARBALL-}" ]; then
    is_release "$STOA_CAF_TARBALL" || { say "$STOA_CAF_TARBALL is not CAF $version"; return 1; }
    cp "$STOA_CAF_TARBALL" "$into"
    return
  fi
  for from in debian release_page; do
    say "fetching the source of CAF $version (${from//_/ })"
    "fetch_from_$from" "$into" >&2 || { say "that did not work"; continue; }
    is_release "$into" && return
    say "its checksum is not that of the release: not used"
  done
  say "no source of CAF $version found; set STOA_CAF_TARBALL to its release tarball"
  return 1
}

# Without warnings: CAF 0.18.7 has many in C++20, and they are not ours to read.
build() {
  local source=$work/source launcher=()
  mkdir -p "$source"
  tar -xzf "$work/caf.tar.gz" -C "$source" --strip-components=1
  command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_STANDARD=20 \
    -DBUILD_SHARED_LIBS=ON -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCAF_ENABLE_TESTING=OFF -DCAF_ENABLE_EXAMPLES=OFF -DCAF_ENABLE_TOOLS=OFF \
    -DCMAKE_INSTALL_RPATH='$ORIGIN' -DCMAKE_CXX_FLAGS="-w ${CXXFLAGS-}" "${launcher[@]}" \
    >"$work/configure.log" || { cat "$work/configure.log" >&2; return 1; }
  cmake --build "$work/build" >&2
  DESTDIR=$work/stage cmake --install "$work/build" >/dev/null
  mkdir -p "$(dirname "$prefix")"
  rm -rf "$prefix.new"
  cp -a "$work/stage$prefix" "$prefix.new"    # the work folder may be on another disk
  sync -f "$prefix.new"
  rm -rf "$prefix"
  mv -T "$prefix.new" "$prefix"
}

fetch_only=""
if [ "${1-}" = --fetch-only ]; then
  fetch_only=${2:?"--fetch-only needs a folder"}
elif [ -e "$prefix/lib/cmake/CAF/CAFConfig.cmake" ]; then
  echo "$prefix"
  exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/stoa-caf.XXXXXX")
trap 'rm -rf "$work"' EXIT
obtain "$work/caf.tar.gz"
if [ -n "$fetch_only" ]; then
  mkdir -p "$fetch_only"
  mv "$work/caf.tar.gz" "$fetch_only/caf-$version.tar.gz"
  echo "$fetch_only/caf-$version.tar.gz"
  exit 0
fi
say "building it (three to four minutes on two cores, once)"
build
echo "$prefix"
