import { badCall } from '../../api/api-errors.ts'
import type { Run } from '../run.ts'

/** What a program sent: as much as an upload may have, in base64, from whoever said who they are; from strangers as much as a form. */
export async function apiBody({ parts, visit, readForm }: Run): Promise<Uint8Array> {
  const { uploadSizeLimit, formSizeLimit } = parts.config
  const limit = visit.user.valid ? Math.max(Math.ceil((uploadSizeLimit * 4) / 3), formSizeLimit) : formSizeLimit
  const { body } = await readForm({ fields: limit, files: limit })
  return body ?? new Uint8Array()
}

/** Text of bytes; what is not of its encoding is refused, as a page's text must come through whole. */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw badCall(`This is not encoded as ${encoding}.`)
  }
}

/** All that one request asks for has this long, however many calls it is. */
export function apiDeadline({ parts }: Run): { readonly signal: AbortSignal; readonly until: number } {
  const ms = parts.config.deadlines.action
  return { signal: AbortSignal.timeout(ms), until: performance.now() + ms }
}
