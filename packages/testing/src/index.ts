export type {
  Behaviour,
  CacheHit,
  Completion,
  ErrorInside,
  Interruption,
  RawAnswer,
  ScriptedToolCall,
  ScriptedUsage,
  StreamError,
  Transport,
  UsageForm,
} from "./behaviour.ts";
export { type ErrorAnswer, type ErrorContext, type ErrorObject, errorAnswer } from "./error-answer.ts";
export {
  type CataloguedError,
  type CustomError,
  type ErrorName,
  type ErrorSpecification,
  type ErrorStatus,
  errorCatalogue,
} from "./error-catalogue.ts";
export type { FakeOpenRouter, FakeOpenRouterOptions } from "./fake-openrouter.ts";
export type { GenerationRecord } from "./generation-record.ts";
export {
  type ModalityModel,
  modalityCatalogue,
  type OutputModality,
} from "./modalities/modality-catalogue.ts";
export { type CatalogueModel, modelCatalogue, type NativeFinishReasons } from "./model-catalogue.ts";
export type { Ending, RecordedRequest } from "./recorded-request.ts";
export type { Script, ScriptedRequest, ScriptFunction } from "./script.ts";
export { startFakeOpenRouter } from "./start-fake-openrouter.ts";
export { tokenize } from "./tokenize.ts";
