import { AuditError } from "../audit-error.ts";

/** What one option may be, and how to say so: what stands behind "must be". */
export type OptionRule<Options> = readonly [
  holds: (value: unknown, given: Options) => boolean,
  mustBe: string,
];

/** The rule of every option. Their order is that in which they are told. */
export type OptionRules<Options> = { readonly [option in keyof Options]-?: OptionRule<Options> };

type Name<Options> = keyof Options & string;

/**
 * Checks what the maker of a sink, or of something else, was given. An option that is undefined is left out. No value is part of a message: it may be
 * a secret.
 *
 * @param maker whose options they are, for example `stdoutSink`
 * @param required what must not be left out; of several in a list, one must be given, and no other
 * @throws AuditError `INVALID_OPTIONS` naming the first that is wrong, or that nobody knows
 */
export function checkOptions<Options extends object>(
  maker: string,
  given: Options,
  rules: OptionRules<Options>,
  required: readonly (Name<Options> | readonly Name<Options>[])[] = [],
): void {
  if (typeof given !== "object" || given === null) throw invalid(`${maker} takes an object of options.`);
  const unknown = Object.keys(given).find((option) => !Object.hasOwn(rules, option));
  if (unknown !== undefined) {
    const known = Object.keys(rules).join(", ");
    throw invalid(`There is no option "${unknown}" of ${maker}. The options are: ${known}.`);
  }
  for (const [option, [holds, mustBe]] of Object.entries<OptionRule<Options>>(rules)) {
    const value = given[option as keyof Options];
    const isRight = value === undefined ? !required.some((each) => each === option) : holds(value, given);
    if (!isRight) throw invalid(`Option "${option}" of ${maker} is not right: must be ${mustBe}.`);
  }
  for (const choice of required.filter((each) => typeof each !== "string")) {
    if (choice.filter((option) => given[option] !== undefined).length === 1) continue;
    const names = choice.map((option) => `"${option}"`).join(" or ");
    throw invalid(`${maker} needs the option ${names}, one and no more.${unset(choice, given)}`);
  }
}

/** Nobody writes `url: undefined`: it came from a variable. */
function unset<Options extends object>(choice: readonly Name<Options>[], given: Options): string {
  const named = choice.find((option) => Object.hasOwn(given, option) && given[option] === undefined);
  return named === undefined
    ? ""
    : ` "${named}" is undefined: if it comes from a variable, see that this is set.`;
}

function invalid(message: string): AuditError {
  return new AuditError("INVALID_OPTIONS", message);
}
