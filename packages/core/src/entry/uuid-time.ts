const version7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** When a UUID version 7 was made (RFC 9562, section 5.7), by the clock of its maker; null of any other text. */
export function timeOfUuid(uuid: string): Date | null {
  const parts = version7.exec(uuid);
  return parts && new Date(Number.parseInt(`${parts[1]}${parts[2]}`, 16));
}
