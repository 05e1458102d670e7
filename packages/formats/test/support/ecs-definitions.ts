import { isIP } from "node:net";
import { EcsFlat } from "@elastic/ecs";

interface Definition {
  readonly type: string;
  readonly normalize?: readonly string[];
  readonly allowed_values?: readonly {
    readonly name: string;
    readonly expected_event_types?: readonly string[];
  }[];
}

const definitions = EcsFlat as unknown as Readonly<Record<string, Definition>>;

/** In ECS only from 9.5 on, and in OpenTelemetry's conventions now. */
const laterFields: Readonly<Record<string, Definition>> = { "gen_ai.provider.name": { type: "keyword" } };

const isText = (value: unknown) => typeof value === "string" && value.isWellFormed();
const inRange = (bits: number) => (value: unknown) =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** (bits - 1);

/** What Elasticsearch takes for a type. */
const takes: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: isText,
  wildcard: isText,
  match_only_text: isText,
  long: (value) => Number.isSafeInteger(value),
  integer: inRange(32),
  double: (value) => typeof value === "number" && Number.isFinite(value),
  date: (value) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value as string),
  ip: (value) => isText(value) && isIP(value as string) !== 0 && !(value as string).includes("%"),
};

/** The fields of a document by their whole names, as an index sees them. */
export function fieldsOf(document: object, before = ""): [name: string, value: unknown][] {
  return Object.entries(document).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? fieldsOf(value, `${before}${name}.`)
      : [[`${before}${name}`, value] as [string, unknown]],
  );
}

/** What the field definitions of ECS 9.4 have against a document. Fields of our own must have one type in all documents. */
export class EcsIndex {
  readonly #own = new Map<string, string>();

  flawsOf(document: object): readonly string[] {
    return fieldsOf(document).flatMap(([name, value]) => {
      if (name.startsWith("openrouter_audit.")) return this.#flawsOfOwn(name, value);
      const definition = definitions[name] ?? laterFields[name];
      return definition ? flawsOf(name, value, definition, document) : [`${name} is no field`];
    });
  }

  #flawsOfOwn(name: string, value: unknown): readonly string[] {
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap((each) => {
      const type = this.#own.get(name) ?? typeof each;
      this.#own.set(name, type);
      return typeof each === type && type !== "object" ? [] : [`${name} was ${type} and is ${typeof each}`];
    });
  }
}

function flawsOf(name: string, value: unknown, definition: Definition, document: object): readonly string[] {
  const { type, normalize = [], allowed_values } = definition;
  if (normalize.includes("array") !== Array.isArray(value)) return [`${name} must be a list, or must not`];
  const values = Array.isArray(value) ? value : [value];
  const flaws: string[] = [];
  for (const each of values) {
    if (!takes[type]?.(each)) flaws.push(`${name} takes no ${JSON.stringify(each)}`);
    if (allowed_values?.length && !allowed_values.some((allowed) => allowed.name === each))
      flaws.push(`${name} may not be ${JSON.stringify(each)}`);
    if (name === "event.category") flaws.push(...unexpectedTypes(allowed_values ?? [], each, document));
  }
  return flaws;
}

function unexpectedTypes(
  categories: NonNullable<Definition["allowed_values"]>,
  category: unknown,
  document: object,
): readonly string[] {
  const { event } = document as { readonly event: { readonly type: readonly string[] } };
  const expected = categories.find(({ name }) => name === category)?.expected_event_types ?? [];
  return event.type.filter((type) => !expected.includes(type)).map((type) => `${category} with type ${type}`);
}
