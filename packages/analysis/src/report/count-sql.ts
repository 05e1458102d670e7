/** SQL: how many rows of a group there are of which something is true, as a number. A filter would be tried once for each of several sets of groups. */
export function countWhere(condition: string): string {
  return `cast(count(case when ${condition} then 1 end) as double precision)`;
}

/** SQL: how many rows a group has, as a number. */
export const countAll = "cast(count(*) as double precision)";

/** SQL: the sum of whole numbers as its digits, 0 without any. Nothing is lost: the engines add them in more than 64 bits. */
export function wholeSum(column: string): string {
  return `cast(coalesce(sum(${column}), 0) as varchar)`;
}

/** SQL: how many groups a question with GROUP BY has, also those that a limit leaves out, as a number. */
export const countGroups = "cast(count(*) over () as double precision)";
