#!/usr/bin/env bash
# Installs what drives Chromium in tests/browser into build/browser, once. Chromium itself is Debian's.
set -euo pipefail
exec bash "$(dirname "${BASH_SOURCE[0]}")/from_lock_file.sh" tests/browser build/browser
