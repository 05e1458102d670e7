/** What stands where nothing was measured: never a zero. */
export const unknown = "—";

const cents = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

/** US dollars. Calls cost fractions of a cent, so small amounts keep two significant digits. */
export function dollars(amount: unknown): string {
  if (typeof amount !== "number") return unknown;
  if (amount === 0) return "$0";
  const magnitude = Math.abs(amount);
  const sign = amount < 0 ? "-" : "";
  if (magnitude >= 0.1) return `${sign}$${magnitude.toLocaleString("en-US", cents)}`;
  if (magnitude < 1e-9) return `${sign}$${magnitude.toExponential(1)}`;
  const digits = 1 - Math.floor(Math.log10(magnitude));
  return `${sign}$${magnitude.toFixed(digits).replace(/0+$/, "")}`;
}

/** Milliseconds as a person says them. */
export function duration(milliseconds: unknown): string {
  if (typeof milliseconds !== "number") return unknown;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Bytes as a person says them, in powers of 1024, as `audit.health()` and the limits of the disk do. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1024) return many(bytes, "byte");
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${units[power - 1]}`;
}

/** A whole number with its thousands set apart. */
export function count(value: unknown): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : unknown;
}

/** A share from 0 to 1. What is not all, or not nothing, is never rounded to it. */
export function percent(share: unknown): string {
  if (typeof share !== "number") return unknown;
  if (share > 0 && share < 0.001) return "<0.1%";
  if (share > 0.999 && share < 1) return ">99.9%";
  return share === 0 || share === 1 ? `${share * 100}%` : `${(share * 100).toFixed(1)}%`;
}

/** "1 line", "2 lines", "1 entry", "2 entries". */
export function many(number: number, one: string, several = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : several}`;
}

/** A time of the log as a person reads it; UTC, as everywhere. */
export function moment(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
