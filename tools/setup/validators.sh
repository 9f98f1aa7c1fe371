#!/usr/bin/env bash
# Installs the published validators of tests/documents into build/validators, from the lock file.
# When they are there already, nothing is asked of the network.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
into=$root/build/validators

if cmp -s "$root/tests/documents/package-lock.json" "$into/installed.json"; then
  exit 0
fi
mkdir -p "$into"
rm -f "$into/installed.json"
cp "$root/tests/documents/package.json" "$root/tests/documents/package-lock.json" "$into/"
npm ci --prefix "$into" --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
# Only what is whole counts as installed.
cp "$into/package-lock.json" "$into/installed.json"
