#!/bin/sh
# Builds the preload library. Usage: build.sh OUTPUT (for example: build.sh artifacts/io-pkt/lib/libsocket.so). CC names another compiler.
set -eu
if [ $# -ne 1 ]; then
    echo "usage: $0 OUTPUT" >&2
    exit 2
fi
exec ${CC:-cc} -std=gnu11 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror -Wl,-soname,libsocket.so -o "$1" "$(dirname "$0")"/*.c -ldl -pthread
