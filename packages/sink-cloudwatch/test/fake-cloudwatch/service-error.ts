/** An error as the service answers it. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const missingGroup = () =>
  new ServiceError("ResourceNotFoundException", "The specified log group does not exist.");
export const missingStream = () =>
  new ServiceError("ResourceNotFoundException", "The specified log stream does not exist.");
export const invalid = (message: string) => new ServiceError("InvalidParameterException", message);

/** As the service words what its model forbids, with the value in it. */
export function unconstrained(value: unknown, member: string, constraint: string): ServiceError {
  return invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${constraint}`,
  );
}
