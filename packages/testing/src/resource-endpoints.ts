import { type Answer, errorAsAnswer, jsonAnswer } from "./answer.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { errorAnswer } from "./error-answer.ts";
import { type Fields, fieldsOf } from "./json-fields.ts";

/** Things of an account that management keys create, list, read, change and delete. */
export interface Resource<Item> {
  /** Where they are listed; one of them is found under its id. */
  readonly path: string;
  /** What one is called, for messages. */
  readonly name: string;
  /** How many are listed at once, unless `limit` says so. */
  readonly pageSize: number;
  all(call: Call): Map<string, Item>;
  /** What is wrong with the fields of a new one, or of a change. */
  complaintAbout(fields: Fields, isNew: boolean): string | undefined;
  /** Makes a new one; what else is told of it is told this once. */
  create(fields: Fields, call: Call): { readonly id: string; readonly item: Item; readonly once?: Fields };
  change(item: Item, fields: Fields, call: Call): Item;
  /** Whether a list leaves it out. @default false */
  isHidden?(item: Item, call: Call): boolean;
  onTheWire(item: Item): unknown;
  /** Called when one was deleted. */
  deleted?(id: string, call: Call): void;
}

const complain = (message: string) => errorAsAnswer(errorAnswer({ name: "bad_request", message }));

/** The five endpoints of a resource. */
export function resourceEndpoints<Item>(resource: Resource<Item>): readonly Endpoint[] {
  const { path, name } = resource;

  const withItem = (call: Call, tell: (item: Item, id: string) => Answer): Answer => {
    const id = call.parameters.id ?? "";
    const item = resource.all(call).get(id);
    if (item !== undefined) return tell(item, id);
    return errorAsAnswer(errorAnswer({ name: "not_found", message: `${name} ${id} not found` }));
  };
  const endpoint = (method: string, suffix: "" | "/{id}", answer: (call: Call) => Answer): Endpoint => ({
    method,
    path: path + suffix,
    key: "management",
    answer,
  });

  return [
    endpoint("GET", "", (call) => {
      const items = [...resource.all(call).values()].filter((item) => !resource.isHidden?.(item, call));
      const offset = Number(call.query.get("offset") ?? 0);
      const limit = Number(call.query.get("limit") ?? resource.pageSize);
      const data = items.slice(offset, offset + limit).map(resource.onTheWire);
      return jsonAnswer(200, { data, total_count: items.length });
    }),
    endpoint("POST", "", (call) => {
      const fields = fieldsOf(call.request.body);
      const complaint = resource.complaintAbout(fields, true);
      if (complaint) return complain(complaint);
      const { id, item, once } = resource.create(fields, call);
      resource.all(call).set(id, item);
      return jsonAnswer(201, { data: resource.onTheWire(item), ...once });
    }),
    endpoint("GET", "/{id}", (call) =>
      withItem(call, (item) => jsonAnswer(200, { data: resource.onTheWire(item) })),
    ),
    endpoint("PATCH", "/{id}", (call) =>
      withItem(call, (item, id) => {
        const fields = fieldsOf(call.request.body);
        const complaint = resource.complaintAbout(fields, false);
        if (complaint) return complain(complaint);
        const changed = resource.change(item, fields, call);
        resource.all(call).set(id, changed);
        return jsonAnswer(200, { data: resource.onTheWire(changed) });
      }),
    ),
    endpoint("DELETE", "/{id}", (call) =>
      withItem(call, (_item, id) => {
        resource.all(call).delete(id);
        resource.deleted?.(id, call);
        return jsonAnswer(200, { deleted: true });
      }),
    ),
  ];
}

/** Those of the fields that are named. */
export const pick = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]));

/** What is wrong with a field that has to be there in a new item, and has to be text. */
export function complaintAboutText(fields: Fields, name: string, isNew: boolean): string | undefined {
  const value = fields[name];
  if (value === undefined) return isNew ? `${name}: expected text` : undefined;
  return typeof value === "string" && value !== "" ? undefined : `${name}: expected text`;
}
