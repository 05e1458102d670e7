import type { ReadmeDays } from "./readme-days.ts";
import { inclusion, wholeLogs } from "./readme-entries.ts";

/** What a package is, for whoever has nothing but it. */
export interface PackageFacts extends ReadmeDays {
  readonly text: string;
  readonly isAttested: boolean;
  readonly isSelection: boolean;
  readonly keys: readonly { readonly vkey: string; readonly fingerprint: string }[];
  readonly result: string;
}

/**
 * `README-VERIFY.md`: the commands in it are run by a test, one after the other in one shell. They end it at the first failure: in a
 * terminal that went on, a later command might still say that all is well.
 */
export function readmeVerify(facts: PackageFacts): string {
  const { text, isAttested, isSelection, keys, result, remarks } = facts;
  return `# How to check this package

${[text, ...remarks].join("\n")}

When it was made, verification of these logs found: **${result}** (\`data/reports/verification.json\` has it in full). This package is evidence for what
was recorded. It certifies nothing. Its format is described in \`data/format/export.md\` and \`data/format/seal.md\`.

You need the **root public key, from elsewhere than this package**: on paper, from a site you trust, from an earlier audit. Compare it with:

${keys.map(({ vkey, fingerprint }) => `    ${vkey}\n    SHA-256 of its SPKI: ${fingerprint}`).join("\n")}

With our tool, everything below and more: \`openrouter-audit verify . --key '<the key>'\`. Without, the steps below are commands for \`bash\`, \`sha256sum\`,
\`openssl\` 3, \`base64\`, \`sed\`, \`awk\` and \`xxd\`. **Do not paste them into a terminal**: the first that fails would close it. In this folder, these two lines save
the steps as a script beside it, to be read, and run it:

    sed -n '/^\`\`\`sh$/,/^\`\`\`$/{s/^\`\`\`.*//;p;}' README-VERIFY.md >../check-package.sh
    KEY='<the key>' bash ../check-package.sh; echo "exit code $?"

Exit code 0 says that every command succeeded; any other that the last one that ran did not (\`bash -x\` shows which).

## 1. Every file is the one that was handed over

\`\`\`sh
set -euo pipefail
export LC_ALL=C
: "\${KEY:?put the public key you were given here}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sha256sum --strict --quiet -c tagmanifest-sha256.txt
sha256sum --strict --quiet -c manifest-sha256.txt
diff <(cut -c 67- manifest-sha256.txt | sort) <(find data -type f | sort)
\`\`\`

The last one finds files that nobody listed. This shows that the package is as it was packed, not by whom.

## 2. Who handed it over

${isAttested ? attested : unattested}
## 3. The heads of the logs

Each log has a key that the root key certified (the delegation), and a signed checkpoint: how many entries it has, and the root of the tree over them.

\`\`\`sh
key_file() { # vkey, file: as openssl reads it
  (printf '302a300506032b6570032100' | xxd -r -p; base64 -d <<<"\${1#*+*+}" | tail -c 32) >"$2"
}
say() { printf '%s\\n' "$*" | tr -cd '[:print:]\\n'; } # nothing that a terminal obeys
number() { [[ $1 =~ ^(0|[1-9][0-9]{0,15})$ ]] || { say "no number: $1" >&2; return 1; }; } # bash computes whatever else it is given
check_note() { # file, vkey: the signature of that key on that note
  local name=\${2%%+*} id=\${2#*+} line blob
  sed '/^$/,$d' "$1" >"$work/text"
  key_file "$2" "$work/key.der"
  while IFS= read -r line; do
    [[ $line == "— $name "* ]] || continue
    blob=\${line#"— $name "}
    [ "$(base64 -d <<<"$blob" | head -c 4 | xxd -p)" = "\${id%%+*}" ] || continue
    base64 -d <<<"$blob" | tail -c 64 >"$work/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/text" \\
      -sigfile "$work/signature" >"$work/said"
    return
  done <"$1"
  say "$1: no signature of $2" >&2
  return 1
}
KEYS=$KEY # and the keys that it took over from: both have signed that
for _ in data/keys/key-rotation-*.note; do
  for note in data/keys/key-rotation-*.note; do
    [ -e "$note" ] || continue
    old=$(sed -n 2p "$note") new=$(sed -n 3p "$note")
    if grep -qxFe "$new" <<<"$KEYS" && ! grep -qxFe "$old" <<<"$KEYS"; then
      check_note "$note" "$old"
      check_note "$note" "$new"
      KEYS=$KEYS$'\\n'$old
    fi
  done
done
certified() { # delegation
  local key
  while read -r key; do check_note "$1" "$key" 2>"$work/said" && return; done <<<"$KEYS"
  say "$1: certified by none of your keys" >&2
  return 1
}
check_log() { # checkpoint, delegation
  certified "$2"
  check_note "$1" "$(sed -n 3p "$2")"
  [ "$(sed -n 1p "$1")" = "$(sed -n 2p "$2")" ]
}
for delegation in data/checkpoints/*.delegation.note; do
  [ -e "$delegation" ] || continue
  check_log "\${delegation%.delegation.note}.checkpoint" "$delegation"
  say "signed: $(sed -n 2p "\${delegation%.delegation.note}.checkpoint") entries of $(sed -n 2p "$delegation")"
done
\`\`\`

When the root key was rotated, a log may be certified by an older one: the notes in \`data/keys\`, each signed by both keys, lead there from yours. Whoever has
an older key than the one that signed above needs the tool, or the newer key.

## 4. The entries

${isSelection ? inclusion : wholeLogs(facts)}
## What this does not show

That nothing was left out before it was written; that the clock of the writer was right; that the writer's own process was not changed.${
    isSelection ? " That no other entry of the same person exists: a selection cannot show that." : ""
  } What was not checked when the package was made stands in \`data/reports/verification.json\`, as \`notChecked\`.
`;
}

const attested = `\`\`\`sh
field() { sed -E "s/.*\\"$1\\":\\"([^\\"]*)\\".*/\\1/" attestation.dsse.json; }
field payload | base64 -d >"$work/statement"
field sig | base64 -d >"$work/signature"
{ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c <"$work/statement")"; cat "$work/statement"; } >"$work/signed"
(printf '302a300506032b6570032100' | xxd -r -p; base64 -d <<<"\${KEY#*+*+}" | tail -c 32) >"$work/key.der"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin -in "$work/signed" -sigfile "$work/signature"
grep -qF "\\"sha256\\":\\"$(sha256sum tagmanifest-sha256.txt | cut -c -64)\\"" "$work/statement" ||
  { echo "the signature is good, and for other files than these: they were changed after it" >&2; false; }
\`\`\`

The holder of the root key signed for exactly these files. The statement says when, of which period, and what was not checked.
`;

const unattested = `**Nobody has signed for this package as a whole**: the root key was not at hand when it was made. What follows rests on the logs' own signatures.
`;
