#!/usr/bin/env bash
# Runs a Waybill command in a workflow and copies its output to the run's summary page. With GH_TOKEN, git uses that
# token, which is never written to a file. With ANSWER=<file>, the command's JSON answer goes to that file.
set -uo pipefail

if [ -n "${GH_TOKEN-}" ]; then
  basic=$(printf 'x-access-token:%s' "$GH_TOKEN" | base64 | tr -d '\n')
  echo "::add-mask::$basic"
  export GIT_CONFIG_COUNT=1
  export GIT_CONFIG_KEY_0="http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader"
  export GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $basic"
fi

# The runner must not take the output of a commit, a tool or a build for workflow commands.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
if [ -n "${GITHUB_ACTIONS-}" ]; then echo "::stop-commands::$token"; fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# tee ignores signals, so that a command that is told to stop can still print how it ended.
keep() { (trap '' HUP INT TERM && exec tee "$log"); }
if [ -n "${ANSWER-}" ]; then
  # The answer can hold what a plan holds.
  (umask 077 && : >"$ANSWER")
  JSON=1 "$@" 2>&1 >"$ANSWER" | keep
else
  "$@" 2>&1 | keep
fi
code=$?
if [ -n "${GITHUB_ACTIONS-}" ]; then echo "::$token::"; fi

case $code in
  0) end='Done.' ;;
  2) end='Bad input or set-up.' ;;
  3) end='Refused: a conflict. Nothing was changed unless the message says so.' ;;
  4) end='Not ready: the artifact is not built yet, or the release has no record yet.' ;;
  5) end='Rolled back.' ;;
  6) end='The cloud did not answer properly after retries: it is safe to run this again.' ;;
  *) end='A bug in Waybill.' ;;
esac

# Indented, not fenced: no line of the output can end the block.
{
  printf '### %s\n\n' "$*"
  head -c 500000 "$log" | tr '\r' '\n' | sed 's/^/    /'
  printf '\n\n%s\n' "$end"
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$code"
