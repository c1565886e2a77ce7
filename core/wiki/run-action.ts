import { Readable } from 'node:stream'
import type { ActionCall, ActionPlugin, WikiServices } from '../api/action.ts'
import { actionGaveNothing, actionTooSlow, WikiError } from '../api/errors.ts'
import type { Page } from '../api/page.ts'
import type { WikiRequest } from '../api/request.ts'
import { within } from '../base/within.ts'
import type { Shown } from './reply-for.ts'
import type { Run } from './run.ts'

/** What an action gets. Few look at all of it, so that is made when it is asked for; functions may be taken out of it. */
export class ActionRun implements ActionCall {
  readonly name: string
  readonly request: WikiRequest
  readonly page: Page
  readonly #run: Run
  readonly #file: string
  readonly #services: () => WikiServices
  #controller: AbortController | null = null
  #isOver = false

  constructor(run: Run, file: string, request: WikiRequest, services: () => WikiServices) {
    this.name = run.visit.action
    this.request = request
    this.page = run.visit.page
    this.#run = run
    this.#file = file
    this.#services = services
  }

  get wiki(): WikiServices {
    return this.#services()
  }

  get t(): ActionCall['t'] {
    const { parts, visit } = this.#run
    return (text, values) => parts.plugins.texts.text(this.#file, visit, text, values)
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.#isOver) this.end()
    }
    return this.#controller.signal
  }

  /** The deadline has come. */
  end(): void {
    this.#isOver = true
    this.#controller?.abort(new DOMException('The action took longer than deadlines.action allows', 'TimeoutError'))
  }
}

/** THE place that calls actions: within their deadline, and with their faults told. */
export async function runAction(run: Run, plugin: ActionPlugin, call: ActionRun): Promise<Shown> {
  const { health } = run.parts.plugins
  try {
    // One written in plain JavaScript may answer at once, or nothing.
    const work = Promise.resolve<Shown | null | undefined>(health.run('actions', call.name, () => plugin.execute(call)))
    const shown = await within(run.parts.config.deadlines.action, work, () => {
      call.end()
      // Nobody waits for what comes after the deadline.
      work.then(discard, () => {})
      return actionTooSlow(call.name)
    })
    if (shown === undefined || shown === null) throw actionGaveNothing(call.name)
    return shown
  } catch (error) {
    // What visitors are to be told is no fault of the action.
    if (!(error instanceof WikiError && error.expose))
      health.fault('actions', call.name, error, { message: 'action failed', reference: run.visit.id })
    throw error
  }
}

/** A reply that does not go out: files that it would have been read from are closed. */
export function discard(shown: Shown | undefined | null): void {
  if (shown !== undefined && shown !== null && 'body' in shown && shown.body instanceof Readable) shown.body.destroy()
}
