/** Whether a text is the URL of something that fetch can ask: `localhost:3000` is a URL too, of the scheme `localhost`. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
