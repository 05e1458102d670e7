const beginsAsUrl = /^([a-z][a-z0-9+.-]*):\/\//i;

/**
 * Where something is, without anything secret. Of a URL only the scheme, the user, the host and the path are left: a password stands
 * in front of the host, or among the parameters.
 */
export function placeInWords(place: string): string {
  const scheme = beginsAsUrl.exec(place)?.[1]?.toLowerCase();
  if (scheme === undefined) return place;
  if (!URL.canParse(place)) return `${scheme}://…`;
  const { username, host, pathname } = new URL(place);
  return `${scheme}://${username && `${username}@`}${host}${pathname}`;
}
