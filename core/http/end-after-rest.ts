import type { ServerResponse } from 'node:http'

/**
 * Answers at once, and closes the connection only when the visitor has sent what they are sending. Closed before, the system on the
 * other side would throw the answer away, and many programs read none before they have sent everything. What still comes is not kept.
 */
export function endAfterRest(response: ServerResponse, body: string | Uint8Array | null): void {
  const { req: message } = response
  if (message.destroyed) return void response.end(body)
  // HEAD and 304 have no body; their head must go now all the same.
  if (body === null) response.flushHeaders()
  else response.write(body)
  const end = (): void => {
    clearTimeout(pause)
    clearTimeout(longest)
    response.end()
  }
  const pause = setTimeout(end, patience.pause)
  const longest = setTimeout(end, patience.longest)
  message.on('data', () => pause.refresh())
  message.once('close', end)
  message.once('end', end)
  message.resume()
}

/** Milliseconds: for how long nothing may come, and how long it may take in all. */
const patience = { pause: 2_000, longest: 30_000 }
