import type { Entry, ZipFile } from "yauzl";

/** What may stand behind the data of a file: its sizes once more, with 8 bytes each and a signature. */
const longestDescriptor = 24;
const endRecord = 22;
/** The records that archives of more than 65,535 files or 4 GiB have besides. */
const zip64End = 76;

/**
 * Whether other programs find the same files in an archive. Some go by what stands before each file, not by the directory at the end: where
 * the two differ, or where there is room for a file that the directory does not name, somebody would see another package than was
 * verified. APPNOTE.TXT 6.3.10, section 4.3.
 *
 * @param entries all of them, folders too
 * @returns what is wrong; null when every byte has its place
 */
export async function flawOfLayout(zip: ZipFile, entries: readonly Entry[]): Promise<string | null> {
  if (zip.comment !== "") return "it has a comment, in which anything may stand";
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let end = 0;
  let directory = 0;
  for (const entry of inOrder) {
    const between = entry.relativeOffsetOfLocalHeader - end;
    const most = end === 0 ? 0 : longestDescriptor;
    if (between < 0 || between > most) return "its files overlap, or there is something between them";
    const local = await zip.readLocalFileHeaderPromise(entry);
    const isSame =
      local.fileName.equals(entry.fileNameRaw) &&
      local.compressionMethod === entry.compressionMethod &&
      (local.generalPurposeBitFlag & 1) === 0;
    if (!isSame) return "what stands before a file is not what the directory says of it";
    end = local.fileDataStart + entry.compressedSize;
    directory += 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
  }
  const behind = zip.fileSize - endRecord - directory - end;
  const isTight = (bytes: number) => bytes >= 0 && bytes <= longestDescriptor;
  return isTight(behind) || isTight(behind - zip64End) ? null : "there is something behind its files";
}
