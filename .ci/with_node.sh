#!/bin/sh
# Runs a command in client/, with its packages installed. Without node it says so and succeeds, unless
# CHAT_API_REQUIRE_SERVICES=1 makes that a failure.
set -eu
cd "$(dirname "$0")/../client"
if ! command -v npm >/dev/null; then
	echo "Skipped, because there is no node: $*" >&2
	[ "${CHAT_API_REQUIRE_SERVICES:-}" != 1 ]
	exit
fi
# A stamp, so that nothing is installed again until the lock file changes.
if [ ! -e node_modules/.made ] || [ package-lock.json -nt node_modules/.made ]; then
	echo "Installing what the client is built with, into client/node_modules" >&2
	npm ci --silent --no-progress
	touch node_modules/.made
fi
exec "$@"
