import type { JournalLines } from "./journal-lines.ts";
import { type Unprovable, unprovable } from "./unprovable.ts";

const mostNamed = 5;

/**
 * The only id that begins so, or the id that is the whole of it. A store finds lines by whole ids, so that there it is taken for one.
 *
 * @returns why there is none: no id begins so, or several do
 */
export async function idBeginningWith(
  lines: JournalLines,
  beginning: string,
): Promise<{ readonly id: string } | Unprovable> {
  if (lines.areStored) return { id: beginning };
  const ids = new Set<string>();
  for await (const { entry } of lines.withIdBeginning(beginning)) {
    if (entry.id === beginning) return { id: beginning };
    if (entry.id.startsWith(beginning) && ids.size <= mostNamed) ids.add(entry.id);
  }
  const [id, ...others] = ids;
  if (id === undefined)
    return unprovable("NOT_FOUND", `no entry has the id ${beginning}, or an id that begins so`);
  if (others.length === 0) return { id };
  const named = [...ids].slice(0, mostNamed).join(", ");
  const more = ids.size > mostNamed ? " and more" : "";
  return unprovable("NOT_FOUND", `several entries have an id that begins with ${beginning}: ${named}${more}`);
}
