#!/usr/bin/env bash
# tools/setup/from_lock_file.sh FROM INTO
# Installs the npm packages of FROM/package-lock.json into INTO, both within the project. When they are
# there already, nothing is asked of the network.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
from=$root/${1:?"which folder has the lock file?"}
into=$root/${2:?"which folder to install into?"}

if cmp -s "$from/package-lock.json" "$into/installed.json"; then
  exit 0
fi
mkdir -p "$into"
rm -f "$into/installed.json"
cp "$from/package.json" "$from/package-lock.json" "$into/"
npm ci --prefix "$into" --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
# Only what is whole counts as installed.
cp "$into/package-lock.json" "$into/installed.json"
