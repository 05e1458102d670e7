/** SQL, behind ORDER BY: what of several rows was written first. What has no time at which it was recorded is last. */
export const logOrder = 'recorded_at nulls last, log collate "C", seq';
