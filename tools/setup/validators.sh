#!/usr/bin/env bash
# Installs the published validators of tests/documents into build/validators, once.
set -euo pipefail
exec bash "$(dirname "${BASH_SOURCE[0]}")/from_lock_file.sh" tests/documents build/validators
