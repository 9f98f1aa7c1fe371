#!/usr/bin/env bash
# Installs the Debian 12 packages that Stoa is built, run and tested with. What is there already is
# not touched: a second run asks dpkg once and is done.
#
#   tools/setup/packages.sh           what tools/run needs
#   tools/setup/packages.sh --tests   and what tools/test needs besides
set -euo pipefail

build=(g++ cmake ninja-build ccache pkg-config git curl ca-certificates dpkg-dev python3
       libboost1.81-dev libsimdjson-dev libsodium-dev libspdlog-dev libfmt-dev catch2 libssl-dev
       libcurl4-openssl-dev libcli11-dev libpq-dev libcrypt-dev libvips-dev libpango1.0-dev
       libcairo2-dev fonts-dejavu-core zlib1g-dev libicu-dev postgresql-15)
tests=(clang-format-14 clang-format clang-14 libclang-rt-14-dev lld poppler-utils chromium pgbouncer
       nginx haproxy apache2-bin openssl)

wanted=("${build[@]}")
case "${1-}" in
  "") ;;
  --tests)
    wanted+=("${tests[@]}")
    # Node may have come from elsewhere than Debian; then its npm did too.
    command -v node >/dev/null || wanted+=(nodejs npm)
    ;;
  *)
    echo "packages.sh: unknown option $1 (known: --tests)" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null; then
  echo "packages.sh: this is not a Debian system. Install the equivalents of these by hand:" >&2
  printf '  %s\n' "${wanted[@]}" >&2
  exit 1
fi

installed=$(dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' "${wanted[@]}" \
              2>/dev/null | sed -n 's/^installed //p' || true)
missing=()
for package in "${wanted[@]}"; do
  grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "packages.sh: these packages are missing, and without sudo only root can install them:" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

# Stoa and its tests start what they need themselves: no package starts a service as it is installed
# (policy-rc.d, see invoke-rc.d(8)), unless the machine's owner has a policy of his own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
fi

echo "installing ${#missing[@]} packages: ${missing[*]}"
quiet=(-qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
"${as_root[@]}" apt-get "${quiet[@]}" update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get "${quiet[@]}" install --yes --no-install-recommends "${missing[@]}" </dev/null
