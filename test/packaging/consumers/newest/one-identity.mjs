import * as core from "@openrouter-audit/core";
import { openRouterClient } from "@openrouter-audit/core/openai";
import { auditMiddleware } from "@openrouter-audit/express";
import * as nestjs from "@openrouter-audit/nestjs";
import OpenAI from "openai";
import required from "./required.cjs";

const options = {
  directory: "journals/one-identity",
  secret: core.newSecret(),
  apiKey: "sk-or-v1-packaging",
};
const audit = new required.core.AuditLog(options);
const refusal = (() => {
  try {
    return new core.AuditLog(options);
  } catch (error) {
    return error;
  }
})();
const imported = openRouterClient(audit);
const requiredClient = required.openRouterClient(audit);

const same = (imported, required) => {
  const names = new Map(Object.entries(imported));
  return Object.entries(required).every(([name, value]) => names.get(name) === value);
};

console.log(
  JSON.stringify({
    sameAuditLog: core.AuditLog === required.core.AuditLog,
    sameAuditError: core.AuditError === required.core.AuditError,
    sameAuditModule: nestjs.AuditModule === required.nestjs.AuditModule,
    sameToken: nestjs.getOpenRouterToken() === required.nestjs.getOpenRouterToken(),
    sameNamesImportedAndRequired: {
      core: same(core, required.core),
      nestjs: same(nestjs, required.nestjs),
    },
    logOfOneUsableByTheOther:
      auditMiddleware({ audit }).audit === required.express.auditMiddleware({ audit }).audit,
    oneRegisterOfOpenJournals: refusal instanceof required.core.AuditError && refusal.code,
    importedClientIsOfImportedClass: imported instanceof OpenAI,
    requiredClientIsOfRequiredClass: requiredClient instanceof required.OpenAI,
  }),
);
await audit.close();
