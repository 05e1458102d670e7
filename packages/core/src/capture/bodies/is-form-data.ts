/** Whether a body is a form: the platform's, or that of a library whose fetch does the work. */
export function isFormData(body: unknown): body is FormData {
  if (body instanceof FormData) return true;
  if (typeof body !== "object" || body === null) return false;
  return Object.prototype.toString.call(body) === "[object FormData]" && Symbol.iterator in body;
}
