import canonicalize from "canonicalize";

/** RFC 8785 by the reference implementation. Its types say that it is an ES module, which it is not. */
export const canonical = canonicalize as unknown as (value: unknown) => string;
