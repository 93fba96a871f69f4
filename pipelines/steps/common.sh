# What the steps share. Each step begins with: . "$(dirname "$0")/common.sh"
# shellcheck shell=sh
cd "$(dirname "$0")/../.." # the project's folder
AOAI=${AOAI:-bin/aoai}
PLAN_DIR=${PLAN_DIR:-bin/plan}

# fail PLACE VALUE REMEDY ends the step.
fail() {
  printf '%s: %s is %s; %s\n' "$(basename "$0")" "$1" "$2" "$3" >&2
  exit 1
}

# guard_protection ARGUMENT... ends the step where --ignore-protect would let Pulumi delete or
# replace what production protects: as an argument, or as the variable that Pulumi reads.
guard_protection() {
  remedy='a step keeps what is protected; docs/operations.md says how to take something out'
  [ -z "${PULUMI_OPTION_IGNORE_PROTECT:-}" ] || fail PULUMI_OPTION_IGNORE_PROTECT "'$PULUMI_OPTION_IGNORE_PROTECT'" "unset it: $remedy"
  for argument; do
    case $argument in *--ignore-protect*) fail 'an argument' "'$argument'" "$remedy" ;; esac
  done
}
guard_protection "$@"

# need VARIABLE REMEDY ends the step where the variable is empty.
need() {
  eval "needed=\${$1:-}"
  [ -n "$needed" ] || fail "$1" empty "$2"
}

# need_stack ends the step without a name of a stack that is safe in texts and queries.
need_stack() {
  need STACK 'set it to the name of the stack, such as dev'
  case $STACK in *[!A-Za-z0-9_./-]*) fail STACK "'$STACK'" 'a name has letters, digits, _, ., / and -' ;; esac
}

# tell NAME VALUE says an outcome: to people, and to the steps after this one.
tell() {
  echo "$1=$2"
  [ -z "${GITHUB_OUTPUT:-}" ] || echo "$1=$2" >>"$GITHUB_OUTPUT"
  [ -z "${TF_BUILD:-}" ] || echo "##vso[task.setvariable variable=$1]$2"
}

# fit BYTES passes whole lines on while they fit, then says how many did not.
fit() {
  LC_ALL=C awk -v left="$1" '
    !cut && length($0) < left { print; left -= length($0) + 1; next }
    { cut++ }
    END { if (cut) printf "... %d more lines, in the log of this run\n", cut }'
}

# preflight asks what would make a deployment fail, where this aoai can ask. With PREFLIGHT=tell
# what it finds is told and stops nothing.
preflight() {
  "$AOAI" preflight --help >/dev/null 2>&1 || return 0
  found=0
  "$AOAI" preflight --azure --stack "$STACK" ${CONFIG:+--config "$CONFIG"} || found=$?
  [ "${PREFLIGHT:-}" = tell ] || return "$found"
}

# member NAME prints a string from flat JSON.
member() { sed -n 's/.*"'"$1"'" *: *"\([^"]*\)".*/\1/p'; }

# in_pipeline reports whether there is a pipeline to ask for an ID token.
in_pipeline() { [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}${SYSTEM_OIDCREQUESTURI:-}" ]; }

# id_token AUDIENCE prints a fresh ID token: of GitHub's, or of the service connection
# that this runs with (Azure DevOps knows one audience, Azure's).
id_token() {
  if [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
    echo "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" |
      curl -fsS --max-time 20 --retry 3 -H @- "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$1" | member value
  else
    need SYSTEM_ACCESSTOKEN "map it in the step's env: SYSTEM_ACCESSTOKEN: \$(System.AccessToken)"
    echo "Authorization: Bearer $SYSTEM_ACCESSTOKEN" |
      curl -fsS --max-time 20 --retry 3 -X POST -d '' -H @- -H 'Content-Type: application/json' -H 'X-TFS-FedAuthRedirect: Suppress' \
        "$SYSTEM_OIDCREQUESTURI?api-version=7.1&serviceConnectionId=$AZURESUBSCRIPTION_SERVICE_CONNECTION_ID" | member oidcToken
  fi
}
