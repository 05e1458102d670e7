/** Shorter words are no secrets, and stand in many texts. */
const shortest = 6;

/**
 * Takes out of a text what a receiver may repeat of what it was sent, and nobody should read: the secrets, the values of headers
 * and the words in them, the path and the query.
 */
export function hiderOf({
  url,
  secret,
  headers = {},
}: {
  readonly url: URL;
  readonly secret: string | readonly string[];
  readonly headers?: Readonly<Record<string, string>> | undefined;
}): (text: string) => string {
  const values = Object.values(headers);
  const parts = [url.pathname, url.search.slice(1), ...url.pathname.split("/"), ...url.searchParams.values()];
  const hidden = [secret, values, values.map((value) => value.split(/\s+/)), parts]
    .flat(2)
    .filter((text) => text.length >= shortest)
    // What holds another goes first.
    .sort((one, other) => other.length - one.length);
  return (text) => hidden.reduce((shown, each) => shown.replaceAll(each, "[hidden]"), text);
}
