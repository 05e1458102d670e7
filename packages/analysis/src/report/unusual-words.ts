// In one language, whatever that of the machine is: the same log gives the same words.
const wholes = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const tenths = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

export const whole = (number: number): string => wholes.format(number);
export const dollars = (amount: number): string => `$${cents.format(amount)}`;
export const tokens = (number: number): string => `${whole(number)} tokens`;
/** Of a part of one. */
export const share = (part: number): string => `${tenths.format(part * 100)}%`;

export function hours([from, to]: readonly [from: number, to: number]): string {
  const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;
  return `${clock(from)} and ${clock(to)} UTC`;
}
