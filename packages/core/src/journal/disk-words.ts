import type { OnFailure } from "../guarantee/recording.ts";
import type { DiskSpace } from "./disk-space.ts";
import { type RoomLevel, type RoomLimits, sizeInWords } from "./room.ts";

/** What becomes of calls when there is no room. */
const consequence: Record<OnFailure, string> = {
  block: "New calls are refused; what is left is for the entries of those under way.",
  continue: "Calls go on, until entries can no longer be written.",
};

/** What is to be said of a disk that has little room: how much is left, where, and what to do. */
export function diskInWords(
  directory: string,
  { free, total }: DiskSpace,
  { warn, stop }: RoomLimits,
  level: RoomLevel,
  onFailure: OnFailure,
): string {
  const left = `The disk of the audit journal in ${directory} has ${sizeInWords(free)} left of ${sizeInWords(total)}`;
  if (level === "full") {
    const full = `${left}, less than ${sizeInWords(stop)} (option disk.stopBytes).`;
    return `${full} ${consequence[onFailure]} Make room on that disk; it goes on by itself.`;
  }
  const threshold = stop > 0 ? `: below ${sizeInWords(stop)} (option disk.stopBytes) it counts as full` : "";
  return `${left}, less than ${sizeInWords(warn)} (option disk.warnBytes). Make room on that disk${threshold}.`;
}

/** What is to be said of a journal that comes near its quota, or is past it. */
export function quotaInWords(
  directory: string,
  used: number,
  quota: number,
  level: RoomLevel,
  onFailure: OnFailure,
): string {
  const has = `The audit journal in ${directory} has ${sizeInWords(used)} of its ${sizeInWords(quota)} (option disk.quotaBytes)`;
  const advice = "Move its oldest files to an archive elsewhere, or raise the quota";
  return level === "full"
    ? `${has}. ${consequence[onFailure]} ${advice}; it goes on by itself.`
    : `${has}. ${advice}: at the whole of it, it counts as full.`;
}
