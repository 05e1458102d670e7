import type { ReadmeDays } from "./readme-days.ts";

// Step 4 of README-VERIFY.md.

const functions = `hash() { openssl dgst -sha256 -binary | xxd -p -c 32; }
included() { # leaf, proof: RFC 9162, section 2.1.3.2
  local node last at sibling
  node=$(sed -n '2s/^index //p' "$2")
  sed '1,/^$/d' "$2" >"$work/checkpoint"
  last=$(sed -n 2p "$work/checkpoint")
  number "$node"
  number "$last"
  last=$((last - 1))
  ((node <= last))
  at=$({ printf '\\0'; printf '%s' "$1"; } | hash)
  while read -r sibling; do
    sibling=$(base64 -d <<<"$sibling" | xxd -p -c 32)
    if ((node % 2 == 1 || node == last)); then
      at=$(xxd -r -p <<<"01$sibling$at" | hash)
      while ((node % 2 == 0 && node != 0)); do node=$((node / 2)) last=$((last / 2)); done
    else
      at=$(xxd -r -p <<<"01$at$sibling" | hash)
    fi
    node=$((node / 2)) last=$((last / 2))
  done < <(sed -n '1,2d;/^$/q;p' "$2")
  [ "$last" = 0 ] && [ "$at" = "$(sed -n 3p "$work/checkpoint" | base64 -d | xxd -p -c 32)" ]
}
member() { # name: what stands under it in the outermost object of $line; texts inside of it may look like anything
  awk -F'"' -v name="$1" '{
    gsub(/\\\\./, "")
    for (i = 1; i <= NF; i += 2) {
      depth += gsub(/[{[]/, "&", $i) - gsub(/[]}]/, "&", $i)
      if (depth != 1 || $(i + 1) != name || $(i + 2) !~ /^:/) continue
      print ($(i + 2) == ":" ? $(i + 3) : substr($(i + 2), 2, index($(i + 2), ",") - 2))
      exit
    }
  }' <<<"$line"
}
name_of() { # log: what the files about it are called
  [[ \${1##*/} =~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]] && printf '%s' "\${1##*/}" && return
  printf 'log-%s' "$(printf '%s' "$1" | sha256sum | cut -c -16)"
}
`;

/** Every line, for packages that are short enough for a process a hash. */
export function wholeLogs({
  days: { first, last },
  hasEarlier,
  hasLater,
  isDeleted,
  hasLines,
}: ReadmeDays): string {
  if (!hasLines) return "There is no line in it: see above why.\n\n";
  if (isDeleted)
    return `Retention deleted files of these days: that needs the tombstones, which \`openrouter-audit verify\` and verify-journal.mjs of the project read.

`;
  const since = hasEarlier ? `--since ${first} ` : "";
  const goingOn = hasLater ? `"\${later[@]}" ` : "";
  const verdict = hasLater ? endsShown : endsOpen;
  return `Every line of \`data/logs\` is sealed. This checks all of them, some ten a second: for many thousands take verify.py, which has the same options, or our tool.
The script is in the package to be read. **Run the one from the project**, where you can: in a package of somebody else's making it may do nothing and say yes.
\`VERIFY_SCRIPT=<path of docs/verify-with-openssl.sh in a clone of the project>\`, put before \`KEY=\` in the second of the two lines above, takes that one.
${hasLater ? "" : ownLog}
\`\`\`sh
${functions}${hasLater ? laterLines(last) : ""}bash "\${VERIFY_SCRIPT:-data/format/verify-with-openssl.sh}" ${since}--until ${last} ${goingOn}"$KEYS" data/logs/audit_*.jsonl* >"$work/judged" ||
  { cat "$work/judged"; false; }
[ "$(tail -n 1 "$work/judged")" = intact ]
${verdict}\`\`\`

`;
}

const ownLog =
  "A log without end, of two entries on the day of the export, may be the one in which the export itself is recorded.\n";

/** How logs go on after these days. */
const laterLines = (last: string) => `later=()
for proof in data/checkpoints/later/*.tlog-proof; do
  [ -e "$proof" ] || continue
  stem=\${proof%.tlog-proof}
  line=$(cat "$stem.entry.json")
  included "$line" "$proof"
  check_log "$work/checkpoint" "$stem.delegation.note"
  log=$(member log) seq=$(sed -n '2s/^index //p' "$proof")
  number "$seq"
  [ "$(sed -n 1p "$work/checkpoint")" = "$log" ]
  [ "$stem" = "data/checkpoints/later/$(name_of "$log")" ]
  [[ $(member recorded_at) > ${last}T99 ]]
  later+=(--later "$log=$seq")
  say "went on after these days: $log, $seq entries"
done
`;

const endsShown = `while read -r _ _ log size _; do
  say "$log has $size entries and no end, and nothing shows that it went on: it was cut, or its process was killed" >&2
  false
done < <(sed -n '/^goes on: /p' "$work/judged")
say "intact: every line is as it was sealed, and each log ended in these days or went on after them"
`;

/** The journal had no later file that might have what a log here knew. */
const endsOpen = `while read -r _ _ _ _ log known; do
  say "$log had $known entries, and nothing of it is here" >&2
  false
done < <(sed -n '/^not of these days: /p' "$work/judged")
without_end=0
while read -r _ _ log size _ known; do
  if [ -n "$known" ]; then
    say "$log had $known entries, and $size are here" >&2
    false
  fi
  say "no end in these days: $log, $size entries. Its process was still running then, or was killed, or lines after these were cut off"
  without_end=$((without_end + 1))
done < <(sed -n '/^goes on: /p' "$work/judged")
if ((without_end == 0)); then
  say "intact: every line is as it was sealed, and each log ended in these days"
else
  say "intact: every line that is here is as it was sealed; whether more belong to the end of $without_end of these logs, only a later package or a head noted elsewhere shows"
fi
`;

/** The lines of a selection. */
export const inclusion = `This is a selection: each line of \`data/logs/entries.jsonl\` was in its log, which its inclusion proof shows.

\`\`\`sh
${functions}lines=0 proven=0
while IFS= read -r line || [ -n "$line" ]; do
  lines=$((lines + 1))
  log=$(member log) seq=$(member seq)
  number "$seq"
  name=$(name_of "$log") proof=data/proofs/$(name_of "$log")/$seq.tlog-proof
  if ! [ -e "$proof" ]; then # then the package says so, in this very form
    grep -A 1 -F "      \\"log\\": \\"$log\\"," data/reports/population.json | grep -xF "      \\"seq\\": $seq," >"$work/said"
    say "NOT PROVEN, as data/reports/population.json says, and why: $log#$seq"
    continue
  fi
  included "$(sed -E 's/,"chain_hash":"[^"]+","signature":"[^"]*"\\}$/}/' <<<"$line")" "$proof"
  cmp -s "$work/checkpoint" "data/checkpoints/$name.checkpoint" ||
    check_log "$work/checkpoint" "data/proofs/$name/delegation.note"
  [ "$(sed -n 1p "$work/checkpoint")" = "$log" ]
  proven=$((proven + 1))
  say "included: $log#$seq"
done <data/logs/entries.jsonl
[ -z "$(sort data/logs/entries.jsonl | uniq -d)" ] # none is there twice
say "$proven of $lines entries are proven"
\`\`\`
`;
