#!/usr/bin/env bash
# What to run before landing: build, test, format, layers. The same as the pipeline runs; options
# are those of tools/test.
set -euo pipefail
exec bash "$(dirname "${BASH_SOURCE[0]}")/test" "$@"
