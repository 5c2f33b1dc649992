#!/bin/bash
# guardian.sh: holds a cluster's number, and takes the cluster down when standard input ends: when who started it is done
# or has died, however that was. Writes "held" once the number is held; ends with 9 where another process has it, with 10
# where a cluster of that number was started to stay.
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
mkdir -p "${RUN%/*}"
exec 9>"$RUN.lock"
# A cluster that is on its way down is waited for.
flock --timeout 60 9 || exit 9
[ ! -e "$RUN/stays" ] || exit 10
trap '' INT TERM HUP
echo held
cat >/dev/null
[ ! -e "$RUN/stays" ] || exit 0
exec "$SCRIPTS/down.sh" 9>&-
