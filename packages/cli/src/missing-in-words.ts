/** An error's message without the system's words for what is not there: they name a call of the system, and the path once more. */
export function missingInWords(message: string): string {
  return message.replace(
    /ENOENT: no such file or directory, \w+ '([^']*)'(?: -> '[^']*')?/g,
    (_, path: string, at: number) => {
      if (message.slice(0, at).includes(path)) return "there is no such file or directory";
      return `${at === 0 ? "There" : "there"} is no file or directory ${path}`;
    },
  );
}
