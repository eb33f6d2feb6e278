#!/usr/bin/env bash
# Stops what start.sh started, and waits for its end. Logs stay.
. "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"

if [ ! -e "$cluster/pids" ]; then
  echo "no cluster in $cluster" >&2
  exit 0
fi
# Workers before their master; not what has been given an id of theirs since.
ids=
while read -r id; do
  case $(ps -p "$id" -o args= 2>/dev/null || true) in
    *org.apache.spark.deploy.*) ids="$id $ids" ;;
  esac
done <"$cluster/pids"
for id in $ids; do
  kill "$id" 2>/dev/null || true
done
deadline=$((SECONDS + 20))
for id in $ids; do
  while kill -0 "$id" 2>/dev/null; do
    if [ $SECONDS -ge $deadline ]; then
      kill -9 "$id" 2>/dev/null || true
    fi
    sleep 0.1
  done
done
rm -f -- "$cluster/pids"
