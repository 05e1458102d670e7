/** Why a place could not be reached, or did not answer, when the network or TLS is to blame. */
export interface NetworkFailure {
  /** Node's, or that of the `fetch` of Node (`ECONNREFUSED`); the name of an error that has none. */
  readonly code: string;
  /** A clause without its full stop: `nobody listens there`. */
  readonly happened: string;
  /** What to do, another: `See whether it runs, and to host and port`. */
  readonly todo: string;
}

/**
 * The network failure that an error is, or that caused it: clients hide it one or two deep. Null when it is another.
 */
export function networkFailureOf(error: unknown): NetworkFailure | null {
  const code = codesOf(error).find((each) => explanationOf(each) !== null);
  if (code === undefined) return null;
  const [happened, todo] = explanationOf(code)!;
  return { code, happened, todo };
}

const parserError = "HTTPParserError";

/** The codes of an error and of what caused it, the outermost first. */
function codesOf(error: unknown, depth = 0): readonly string[] {
  if (typeof error !== "object" || error === null || depth > 4) return [];
  const { code, name, cause, errors } = error as Record<"code" | "name" | "cause" | "errors", unknown>;
  // Of a host with several addresses, one failure each.
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  // The one that the fetch of Node 24 gives no code.
  const told = name === parserError ? (code ?? name) : code;
  return [
    ...(typeof told === "string" ? [told] : []),
    ...codesOf(cause, depth + 1),
    ...codesOf(first, depth + 1),
  ];
}

type Explanation = readonly [happened: string, todo: string];

function explanationOf(code: string): Explanation | null {
  if (Object.hasOwn(explanations, code)) return explanations[code]!;
  if (code.startsWith("ERR_SSL_")) return noTls;
  return code.startsWith("HPE_") || code === parserError ? noHttp : null;
}

const broken: Explanation = [
  "the connection was broken off",
  "If this stays, see to the place and to what is between",
];
const noConnection: Explanation = [
  "no connection came about in time",
  "See whether a firewall is between, and whether the place is overloaded",
];
const noRoute: Explanation = ["there is no way to this host", "See to host and network"];
const noTls: Explanation = [
  "what answers there speaks no TLS that fits",
  "See whether this is the port for TLS",
];
const noHttp: Explanation = ["what answers there does not speak HTTP", "See whether this is its port"];
const unknownAuthority: Explanation = [
  "the certificate is of an authority that is unknown here",
  "Give that authority as NODE_EXTRA_CA_CERTS",
];

const explanations: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: ["nobody listens there", "See whether it runs, and to host and port"],
  ECONNRESET: broken,
  EPIPE: broken,
  UND_ERR_SOCKET: broken,
  ETIMEDOUT: noConnection,
  UND_ERR_CONNECT_TIMEOUT: noConnection,
  UND_ERR_HEADERS_TIMEOUT: ["no answer came in time", "See whether the place is overloaded"],
  UND_ERR_BODY_TIMEOUT: ["the answer was not whole in time", "See whether the place is overloaded"],
  UND_ERR_HEADERS_OVERFLOW: ["the headers of the answer are too long", "See what answers there"],
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ENOTFOUND: ["DNS does not know the name of the host", "See to host"],
  EAI_AGAIN: ["DNS does not answer", "See to the network of this host"],
  EPROTO: noTls,
  CERT_HAS_EXPIRED: [
    "the certificate has expired",
    "Have it renewed, and see whether the clock of this host is right",
  ],
  CERT_NOT_YET_VALID: ["the certificate is not valid yet", "See whether the clock of this host is right"],
  ERR_TLS_CERT_ALTNAME_INVALID: ["the certificate is for another name", "See to host, or to the certificate"],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    "the certificate is signed by itself",
    "Give it, or its authority, as NODE_EXTRA_CA_CERTS",
  ],
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    "the certificates between that of the place and its authority were not sent",
    "Have the place send them",
  ],
};
