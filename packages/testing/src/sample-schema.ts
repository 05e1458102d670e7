interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
}

/** The simplest value that a JSON Schema of the usual kind allows; texts in it are `text`. */
export function sampleSchema(schema: unknown, text: string): unknown {
  const {
    type,
    enum: choices,
    const: only,
    default: usual,
    properties,
    items,
    anyOf,
    minimum,
  } = (schema ?? {}) as Schema;
  if (only !== undefined) return only;
  if (usual !== undefined) return usual;
  if (choices?.length) return choices[0];
  if (anyOf?.length) return sampleSchema(anyOf[0], text);

  switch (typeof type === "string" ? type : (type?.[0] ?? (properties ? "object" : "string"))) {
    case "object":
      return Object.fromEntries(
        Object.entries(properties ?? {}).map(([key, value]) => [key, sampleSchema(value, text)]),
      );
    case "array":
      return items ? [sampleSchema(items, text)] : [];
    case "integer":
    case "number":
      return minimum ?? 1;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return text;
  }
}
