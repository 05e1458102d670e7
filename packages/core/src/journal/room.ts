/** How much room is left: enough, so little that somebody should know, so little that nothing new may begin. */
export type RoomLevel = "ok" | "low" | "full";

/** When room is little, in bytes. */
export interface RoomLimits {
  readonly warn: number;
  readonly stop: number;
}

/** To leave a level takes a tenth more than to enter it: room that goes up and down at a limit is told of once. */
const margin = 1.1;

/** The level of what is left, after the level before. */
export function roomLevel(left: number, { warn, stop }: RoomLimits, before: RoomLevel): RoomLevel {
  if (left < stop * (before === "full" ? margin : 1)) return "full";
  return left < warn * (before === "ok" ? 1 : margin) ? "low" : "ok";
}

const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** A size for people: `12.3 MiB`. */
export function sizeInWords(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 0), units.length - 1);
  const amount = bytes / 1024 ** power;
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${units[power]}`;
}
