import { jsonAnswer } from "../answer.ts";
import type { Endpoint } from "../endpoint.ts";
import { endpointListing } from "../model-listing.ts";

/** Whoever serves one of the models. */
export const providers: Endpoint = {
  method: "GET",
  path: "/api/v1/providers",
  key: "none",
  answer: ({ service: { models, modalityModels } }) => {
    const names = [...new Set([...models, ...modalityModels].map(({ provider }) => provider))].sort();
    const data = names.map((name) => ({
      name,
      slug: name.toLowerCase(),
      privacy_policy_url: null,
      terms_of_service_url: null,
      status_page_url: null,
      headquarters: null,
      datacenters: null,
    }));
    return jsonAnswer(200, { data });
  },
};

/** The endpoints that keep no data, which are those that `provider.zdr` leaves. */
export const zeroDataRetentionEndpoints: Endpoint = {
  method: "GET",
  path: "/api/v1/endpoints/zdr",
  key: "none",
  answer: ({ service: { models } }) => {
    const kept = models.filter(({ zeroDataRetention }) => zeroDataRetention);
    return jsonAnswer(200, { data: kept.flatMap((model) => endpointListing(model).endpoints) });
  },
};
