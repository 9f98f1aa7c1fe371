#!/usr/bin/env bash
# Names the C++ files that clang-format 14 would write differently; with --fix it rewrites them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

format=""
for candidate in clang-format-14 clang-format; do
  if command -v "$candidate" >/dev/null && "$candidate" --version | grep -q 'version 14\.'; then
    format=$candidate
    break
  fi
done
if [ -z "$format" ]; then
  echo "check_format.sh: clang-format 14 is missing; other versions lay code out differently" >&2
  exit 1
fi

mode=(--dry-run -Werror)
[ "${1-}" = --fix ] && mode=(-i)
find schema actors persistence net config tools tests -name '*.[ch]pp' -print0 2>/dev/null |
  xargs -0 --no-run-if-empty -n 40 "$format" "${mode[@]}"
echo "format: as clang-format 14 writes it"
