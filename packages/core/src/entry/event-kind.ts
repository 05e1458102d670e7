/** The event type of what is written before a call is sent. */
export const startEvent = "call_started";

/** Whether entries of a type are the log's own (`audit.*`, `call_started`): readers leave them out unless asked. */
export function isSystemEvent(eventType: string): boolean {
  return eventType.startsWith("audit.") || eventType === startEvent;
}
