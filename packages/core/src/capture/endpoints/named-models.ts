import { type Fields, fieldsOf, listOf, nameOf } from "./json-fields.ts";

/** More than any list of models that is kept, so that one that is cut can be told. */
const most = 129;

/**
 * Every model that a request names, once each: the one asked for, those that may answer instead, and those that OpenRouter's
 * own tools and plugins ask (an advisor, a subagent, a panel), also where such a tool hands tools on.
 */
export function namedModels(body: Fields): string[] {
  const names = new Set<unknown>([body.model, ...listOf(body.models)]);
  const lists = [body.fallbacks, body.plugins, body.tools];
  for (const list of lists) {
    for (const each of listOf(list)) {
      const { model, analysis_models, parameters, tools } = fieldsOf(each);
      names.add(model);
      for (const name of listOf(analysis_models)) names.add(name);
      if (parameters) lists.push([parameters]);
      if (tools) lists.push(tools);
    }
  }
  const models: string[] = [];
  for (const name of names) {
    const model = nameOf(name);
    if (model !== null && models.push(model) === most) break;
  }
  return models;
}
