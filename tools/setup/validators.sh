#!/usr/bin/env bash
# Installs the published packages that tests run, once: the validators of tests/documents into
# build/validators, the S3 server of tests/storage into build/storage.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
bash "$here/from_lock_file.sh" tests/documents build/validators
exec bash "$here/from_lock_file.sh" tests/storage build/storage
