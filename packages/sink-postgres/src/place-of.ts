/** Where a connection string leads, without the password: it may stand behind the user, and among the parameters. */
export function placeOf(connectionString: string): string {
  const { protocol, username, host, pathname } = new URL(connectionString);
  return `${protocol}//${username && `${username}@`}${host}${pathname}`;
}
