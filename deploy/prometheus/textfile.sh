#!/bin/sh
# Runs an audit or a backup and leaves its result for node exporter's textfile collector. Its exit code is the command's.
#   textfile.sh audit FOLDER frontrow audit --config /etc/frontrow/frontrow.toml
#   textfile.sh backup FOLDER frontrow backup /backups/2026-12-01 --config /etc/frontrow/frontrow.toml
# A command that did not get to its end leaves the figures as they are: their age is the alarm.
set -u
kind=$1 folder=$2
shift 2
output=$(mktemp) || exit 2
new=$folder/.frontrow-$kind.$$
trap 'rm -f "$output" "$new"' EXIT

"$@" >"$output" 2>&1
code=$?
cat "$output"

# For people, or as JSON.
case $kind in
audit)
  if ! grep -Eq '^(NOT )?clean$|"the audit is (NOT )?clean"' "$output"; then exit $code; fi
  broken=$(grep -Ec '^BROKEN |"a rule is broken"' "$output")
  figures="frontrow_audit_broken_rules $broken
frontrow_audit_last_run_timestamp_seconds $(date +%s)"
  ;;
backup)
  [ $code -eq 0 ] || exit $code
  figures="frontrow_backup_last_success_timestamp_seconds $(date +%s)"
  ;;
*)
  echo "textfile.sh: audit or backup, not $kind" >&2
  exit 2
  ;;
esac

printf '%s\n' "$figures" >"$new" && chmod 0644 "$new" && mv "$new" "$folder/frontrow_$kind.prom" || exit 2
exit $code
