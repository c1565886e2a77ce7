import type { EditOutcome } from './action.ts'
import { nothingChanged, pageConflict, pageExists } from './api-errors.ts'
import { forbidden } from './errors.ts'

/** The revision that an edit through the API has made. Throws what the caller should hear when it made none. */
export function revisionMade(page: string, outcome: EditOutcome): number {
  switch (outcome.status) {
    case 'saved':
      return outcome.revision
    case 'unchanged':
      throw nothingChanged(page, outcome.revision)
    case 'conflict':
      throw pageConflict(page, outcome.revision)
    case 'exists':
      throw pageExists(outcome.page)
    case 'refused':
      throw forbidden(outcome.reason)
  }
}
