/** One message of a device, on its native topic. */
export type Message = { topic: string; payload: string }
