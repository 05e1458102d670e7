/** Why there is no answer, in words that say what to do. The subject is the receiver. */
export function explain(error: unknown): string {
  const code = codeOf(error);
  if (code === null) return "could not be asked: the fetch that was given failed";
  if (code.startsWith("ERR_SSL_") || code === "EPROTO")
    return `speaks no TLS that fits (${code}): is this the port for https?`;
  if (code.startsWith("HPE_")) return `does not speak HTTP (${code}): is this its port?`;
  return `${reasons[code] ?? "cannot be reached"} (${code})`;
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses connections: is the receiver running, and is this its port?",
  ECONNRESET: "broke off the connection before its answer was whole",
  EPIPE: "broke off the connection before its answer was whole",
  UND_ERR_SOCKET: "broke off the connection before its answer was whole",
  UND_ERR_CONNECT_TIMEOUT: "does not take connections: is there a firewall between?",
  UND_ERR_HEADERS_OVERFLOW: "answers with headers that are too long",
  ETIMEDOUT: "does not take connections: is there a firewall between?",
  EHOSTUNREACH: "cannot be reached: there is no way to this host",
  ENETUNREACH: "cannot be reached: there is no way to its network",
  ENOTFOUND: "cannot be reached: DNS does not know this name",
  EAI_AGAIN: "cannot be reached: DNS does not answer",
  CERT_HAS_EXPIRED: "has a certificate that has expired: have it renewed",
  CERT_NOT_YET_VALID: "has a certificate that is not valid yet: is the clock of this host right?",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a certificate for another name: see to url, or to the certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "has a certificate that nobody signed: give its CA as NODE_EXTRA_CA_CERTS",
  SELF_SIGNED_CERT_IN_CHAIN:
    "has a certificate of a CA that is unknown here: give that CA as NODE_EXTRA_CA_CERTS",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "does not send the certificates between its own and the CA: have it send them",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "has a certificate of a CA that is unknown here: give that CA as NODE_EXTRA_CA_CERTS",
};

/** The first code of an error and what caused it: `fetch` hides it one or two deep. */
function codeOf(error: unknown, depth = 0): string | null {
  if (typeof error !== "object" || error === null || depth > 4) return null;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  return codeOf(cause, depth + 1) ?? (Array.isArray(errors) ? codeOf(errors[0], depth + 1) : null);
}
