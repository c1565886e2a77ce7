import type { Form, FormLimits } from '../http/form.ts'
import type { PageAddress } from './stored-page.ts'
import type { Visit } from './wiki-request.ts'
import type { WikiParts } from './wiki-parts.ts'

/** One request as it goes through a wiki. */
export interface Run {
  readonly parts: WikiParts
  readonly visit: Visit
  readonly href: PageAddress
  readForm(limits: FormLimits): Promise<Form>
}
