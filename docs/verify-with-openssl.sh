#!/usr/bin/env bash
# Verifies a journal of openrouter-audit with openssl: docs/seal.md as a shell script. Needs bash, openssl, base64, xxd (and gzip).
#
#   bash verify-with-openssl.sh <root vkey> <file>…      audit_*.jsonl, with or without .gz, in the order of the days
#   bash verify-with-openssl.sh @public-key.txt <file>…          the root key, and on lines of their own those that it took over from
#   bash verify-with-openssl.sh --since 2026-10-01 --until 2026-10-31 <root vkey> <file>…      the files of these days alone
#
# With --since a log may begin with an audit.heartbeat, and a log of earlier days need not be there. With --until a log need not
# end: "goes on" says which do not, after how many entries, and "of" how many a log here knew whose clock was behind. A log with a
# UUID of a later day need not be there: "not of these days" says which one is known, and with how many entries. Whether all that
# is so is to be seen elsewhere. Where it was seen that a log goes on, --later <log>=<seq> says with which entry.
# All cryptography is done by openssl, a process for each hash and signature: for some hundred lines, to see that nothing is
# hidden in a tool of ours. It prints "intact", or the first line that is not what was sealed. What it leaves out is what
# verify.py leaves out. Members are found by their place in the JCS form, which is what a journal is written in.
set -euo pipefail
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf 'not intact: %q: %s\n' "$1" "$2"
  exit 1
}

hash() { openssl dgst -sha256 -binary | xxd -p -c 32; }                     # bytes -> SHA-256 in hex
leaf_hash() { { printf '\0'; printf '%s' "$1"; } | hash; }                  # RFC 6962, section 2.1
node_hash() { printf '01%s%s' "$1" "$2" | xxd -r -p | hash; }
as_base64() { printf '%s' "$1" | xxd -r -p | base64 -w 0; }
as_hex() { printf '%s' "$1" | base64 -d | xxd -p -c 256; }

# Section "Keys". A vkey is name+id+base64 of 01 and the public key; openssl wants it as RFC 8410 has it.
name_of() { printf '%s' "${1%%+*}"; }
id_of() { local rest=${1#*+}; printf '%s' "${rest%%+*}"; }
check_key() { # vkey, place
  local rest=${1#*+} typed
  typed=$(as_hex "${rest#*+}" 2>/dev/null) || fail "$2" "not a vkey"
  [[ ${#typed} == 66 && $typed == 01* ]] || fail "$2" "not an Ed25519 vkey"
  [[ $({ printf '%s\n' "$(name_of "$1")"; printf '%s' "$typed" | xxd -r -p; } | hash) == "$(id_of "$1")"* ]] ||
    fail "$2" "the id of the key is wrong"
  printf '302a300506032b6570032100%s' "${typed:2}" | xxd -r -p >"$work/key"
}

# Checks the signature (base64 of key id and signature) over the file "text" with a vkey.
check_signature() { # vkey, signature, place
  local blob
  check_key "$1" "$3"
  blob=$(as_hex "$2" 2>/dev/null) || fail "$3" "the signature is not base64"
  [[ $(as_base64 "$blob") == "$2" && $blob == "$(id_of "$1")"* ]] || fail "$3" "signed with another key"
  printf '%s' "${blob:8}" | xxd -r -p >"$work/signature"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/text" \
    -sigfile "$work/signature" >/dev/null 2>&1 || fail "$3" "the signature is wrong"
}

# Section "Keys": the delegation is a note by the root key. In JSON a line end is written \n.
check_delegation() { # log, log key, delegation, place
  local note=${3//\\n/$'\n'}
  local text=${note%%$'\n\n'*} signed=${note##*$'\n\n'}
  [[ $text == "openrouter-audit/log-delegation/v1"$'\n'"$1"$'\n'"$2"$'\n'[0-9]* && $(name_of "$2") == "$1" ]] ||
    fail "$4" "not the delegation of this log"
  [[ $signed =~ ^"— $(name_of "${root_keys[0]}") "([A-Za-z0-9+/=]+)$'\n'$ ]] || fail "$4" "the delegation is not signed"
  local signature=${BASH_REMATCH[1]} each by=${root_keys[0]}
  for each in "${root_keys[@]}"; do [[ $(as_hex "$signature" 2>/dev/null) != "$(id_of "$each")"* ]] || by=$each; done
  printf '%s\n' "$text" >"$work/text"
  check_signature "$by" "$signature" "$4"
}

# The UTC day of the UUID (version 7) in an origin; nothing of another.
day_of() {
  [[ ${1##*/} =~ ^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}- ]] || return 0
  TZ=UTC0 printf '%(%Y-%m-%d)T' $((16#${BASH_REMATCH[1]}${BASH_REMATCH[2]} / 1000))
}

declare -A size range key root line_at ended links signed start
judge() { # line, place: section "Verification"
  local log seq event leaf chain_hash signature at=$2
  [[ $1 =~ ,\"chain_hash\":\"([A-Za-z0-9+/]{43}=)\",\"signature\":\"([A-Za-z0-9+/=]*)\"\}$ ]] || fail "$at" "not an entry"
  chain_hash=${BASH_REMATCH[1]} signature=${BASH_REMATCH[2]} leaf="${1%"${BASH_REMATCH[0]}"}}"
  [[ $leaf =~ ,\"log\":\"([^\"\\]+)\",\"metadata\": ]] || fail "$at" "no log is named"
  log=${BASH_REMATCH[1]}
  [[ $leaf =~ ,\"schema_version\":1,\"seq\":([0-9]{1,9}),\"service\": ]] || fail "$at" "no seq"
  seq=${BASH_REMATCH[1]}
  [[ $leaf =~ ,\"event_type\":\"([^\"\\]+)\",\"exchange_id\": ]] || fail "$at" "no event type"
  event=${BASH_REMATCH[1]}
  [[ ${line_at[$log $seq]-} == "$1" ]] && return 0 # the same line again
  if [[ -n $since && -z ${size[$log]-} && $seq != 0 && $event == audit.heartbeat ]]; then
    # The frontier stands for the lines in earlier files.
    [[ $leaf =~ \"detail\":\{\"delegation\":\"([^\"]+)\",\"frontier\":\[([A-Za-z0-9+/=\",]+)\] ]] || fail "$at" "no frontier"
    local before=${BASH_REMATCH[1]} subtree
    for subtree in $(tr -d '"' <<<"${BASH_REMATCH[2]}" | tr , ' '); do range[$log]+="$(as_hex "$subtree") "; done
    [[ $leaf =~ ,\"log_key\":\"([^\"]+)\" ]] || fail "$at" "no key"
    key[$log]=${BASH_REMATCH[1]} size[$log]=$seq start[$log]=$seq
    check_delegation "$log" "${key[$log]}" "$before" "$at"
  fi
  [[ $seq == "${size[$log]-0}" && -z ${ended[$log]-} ]] || fail "$at" "lines are missing, or stand in another order"

  if [[ $seq == 0 ]]; then
    [[ $event == audit.opened && $leaf =~ \"detail\":\{\"delegation\":\"([^\"]+)\", ]] || fail "$at" "no delegation"
    local delegation=${BASH_REMATCH[1]}
    [[ $leaf =~ \],\"log_key\":\"([^\"]+)\",\"node\": ]] || fail "$at" "no key"
    key[$log]=${BASH_REMATCH[1]}
    check_delegation "$log" "${key[$log]}" "$delegation" "$at"
  fi

  # The roots of the largest complete subtrees, from the left; two of one size become one.
  local -a hashes=(${range[$log]-} "$(leaf_hash "$leaf")")
  local n left
  for ((n = seq; n % 2 == 1; n /= 2)); do
    left=$(node_hash "${hashes[-2]}" "${hashes[-1]}")
    hashes=("${hashes[@]:0:${#hashes[@]}-2}" "$left")
  done
  range[$log]=${hashes[*]} size[$log]=$((seq + 1)) line_at[$log $seq]=$1
  local tree=${hashes[-1]}
  for ((n = ${#hashes[@]} - 2; n >= 0; n--)); do tree=$(node_hash "${hashes[n]}" "$tree"); done
  [[ $(as_base64 "$tree") == "$chain_hash" ]] || fail "$at" "the line, or one before it, is not what was sealed"
  root[$log $((seq + 1))]=$chain_hash

  [[ -z $signature ]] && return 0
  printf '%s\n%s\n%s\n' "$log" $((seq + 1)) "$chain_hash" >"$work/text"
  check_signature "${key[$log]}" "$signature" "$at"
  signed[$log]=$((seq + 1))
  [[ $event == audit.closed ]] && ended[$log]=yes
  [[ $seq == 0 ]] && links[$log]=$(grep -oE '"chain_hash":"[^"]+","delegation":"[^"]+","log":"[^"]+","log_key":"[^"]+","signature":"[^"]+","size":[0-9]+' <<<"$leaf" || true)
  return 0
}

since='' until=''
declare -A later=() known=()
while [[ ${1-} =~ ^--(since|until|later)$ ]]; do
  case "$1 ${2-}" in
  "--since "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]) since=$2 ;;
  "--until "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]) until=$2 ;;
  *) if [[ $1 == --later && ${2-} =~ ^(.+)=(0|[1-9][0-9]{0,8})$ ]]; then later[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}; else set --; fi ;;
  esac
  shift $(($# < 2 ? $# : 2))
done
[[ ${#later[@]} == 0 || -n $until ]] || set --
if [[ $# -lt 2 ]]; then
  sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2
  exit 3
fi
root_key=$1
[[ $root_key != @* ]] || root_key=$(cat "${root_key#@}") || exit 3
shift
mapfile -t root_keys <<<"$root_key"
for root_key in "${root_keys[@]}"; do check_key "$root_key" "the root key"; done
for file in "$@"; do
  case $file in
  *.gz) gzip -dc "$file" >"$work/lines" 2>/dev/null || fail "$file" "it does not unpack" ;;
  *) cat "$file" >"$work/lines" ;;
  esac
  [[ $(tr -dc '\0' <"$work/lines" | wc -c) == 0 ]] || fail "$file" "bytes that bash does not see"
  [[ -z $(tail -c 1 "$work/lines") ]] || fail "$file" "the last line is not finished"
  number=0
  while IFS= read -r line; do
    number=$((number + 1))
    [[ -z $line ]] || judge "$line" "$file:$number"
  done <"$work/lines"
done
[[ ${#size[@]} -gt 0 ]] || fail "$*" "nothing is there"
for log in "${!size[@]}"; do
  [[ ${signed[$log]-} == "${size[$log]}" && ${ended[$log]-}$until != '' ]] || fail "$log" "the end is not there, or not signed"
  while IFS= read -r link; do # section "Opening, links and heartbeats"
    [[ -z $link ]] && continue
    [[ $link =~ ^\"chain_hash\":\"([^\"]+)\".*\"log\":\"([^\"]+)\",.*\"size\":([0-9]+)$ ]]
    linked_root=${BASH_REMATCH[1]} linked=${BASH_REMATCH[2]} entries=${BASH_REMATCH[3]} begun=$(day_of "$linked")
    if [[ -z ${size[$linked]-} ]]; then
      [[ -n ${later[$linked]-} || -n $since && $begun < $since ]] && continue
      [[ -n $until && (-z $begun || $begun > $until) ]] || fail "$linked" "it is not here, and a later log knew it"
      [[ $entries -le ${known[$linked]-0} ]] || known[$linked]=$entries
    elif [[ -n $until && -z ${ended[$linked]-} && $entries -gt ${size[$linked]} ]]; then
      [[ $entries -le ${known[$linked]-0} ]] || known[$linked]=$entries
    elif [[ $entries -gt ${start[$linked]-0} ]]; then
      [[ ${root[$linked $entries]-} == "$linked_root" ]] || fail "$linked" "a later log knew another history of it"
    fi
  done <<<"${links[$log]-}"
done
for log in "${!later[@]}"; do
  begun=$(day_of "$log")
  if [[ -n ${size[$log]-} ]]; then
    [[ ${size[$log]} == "${later[$log]}" && -z ${ended[$log]-} ]] || fail "$log" "it goes on with entry ${later[$log]}, and not where it ends here"
  elif [[ ${later[$log]} != 0 && -n $begun && ! $begun < $since && ! $begun > $until ]]; then
    fail "$log" "it goes on with entry ${later[$log]}, and nothing of it is here"
  fi
done
for log in "${!size[@]}"; do
  [[ ${ended[$log]-} == yes || -n ${later[$log]-} ]] || echo "goes on: $log ${size[$log]}${known[$log]:+ of ${known[$log]}}"
done
for log in "${!known[@]}"; do
  [[ -n ${size[$log]-} ]] || echo "not of these days: $log ${known[$log]}"
done
echo intact
