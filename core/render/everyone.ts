import { pureMacroSession } from '../api/errors.ts'
import type { WikiRequest } from '../api/request.ts'
import type { Session } from '../api/session.ts'
import type { User } from '../api/user.ts'

/**
 * The request as a macro sees it whose output is stored with the page: nobody in particular. It has an anonymous reader, and
 * asking for the session is refused with a sentence that names the cure, or one visitor's data would be shown to all.
 */
export function everyonesRequest(request: WikiRequest, anonymous: User, macroName: string): WikiRequest {
  return Object.create(request, {
    user: { value: anonymous },
    session: {
      get: (): Session => {
        throw pureMacroSession(macroName)
      },
    },
    values: { value: new URLSearchParams() },
    form: { value: new URLSearchParams() },
    files: { value: [] },
    cookies: { value: new Map() },
    headers: { value: {} },
    remoteAddress: { value: '' },
  }) as WikiRequest
}
