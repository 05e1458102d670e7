import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { addArchiveUpload } from "./archive-upload.ts";
import { addArchiveVerify } from "./archive-verify.ts";

const lesson = `
The order of things:
  $ openrouter-audit retain --yes                    closed files are compressed
  $ openrouter-audit archive upload --bucket audit-archive --mode GOVERNANCE --retain 7y --dry-run
  $ openrouter-audit archive upload --bucket audit-archive --mode GOVERNANCE --retain 7y
  $ openrouter-audit archive verify                  is all of it still there, unchanged and locked?

The bucket must have Object Lock. Credentials are those that the AWS SDK finds: AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, AWS_PROFILE, the role of the host. The package @aws-sdk/client-s3 must be installed.
docs/archives.md says what is noted, and which permissions it takes.`;

/** `openrouter-audit archive`: copies of closed files where nobody can remove them. */
export function addArchive(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const archive = program
    .command("archive")
    .description("keep closed files in an S3 storage too, under Object Lock, and look whether they are there")
    .helpCommand(false)
    .addHelpText("after", lesson);
  for (const add of [addArchiveUpload, addArchiveVerify]) add(archive, terminal, exitWith);
}
