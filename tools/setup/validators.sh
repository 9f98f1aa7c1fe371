#!/usr/bin/env bash
# Installs the published packages that tests run, each folder's from its lock file: the validators of
# tests/documents into build/validators, the S3 server of tests/storage into build/storage.
# When they are there already, nothing is asked of the network.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

install() {
  local from=$root/tests/$1 into=$root/build/$2
  if cmp -s "$from/package-lock.json" "$into/installed.json"; then
    return
  fi
  mkdir -p "$into"
  rm -f "$into/installed.json"
  cp "$from/package.json" "$from/package-lock.json" "$into/"
  npm ci --prefix "$into" --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
  # Only what is whole counts as installed.
  cp "$into/package-lock.json" "$into/installed.json"
}

install documents validators
install storage storage
