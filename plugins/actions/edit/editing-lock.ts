import type { ActionCall, Author } from 'servus'

/** Who holds the lock of a page, and for how many minutes more at most. */
export interface Holder {
  readonly name: string
  readonly href: string
  readonly minutes: number
}

/**
 * The lock on a page while somebody edits it, by `config.editLocking`. `'warn 10'` only tells others, `'lock 10'` keeps them out.
 * A lock ends with the save, with Cancel, or after its minutes.
 */
export class EditingLock {
  /** Somebody else, whose lock still holds. */
  readonly holder: Holder | null
  /** True when the holder keeps this visitor from editing. */
  readonly refuses: boolean
  /** Name of somebody else whose lock had run out; '' for nobody. */
  readonly takenOverFrom: string
  readonly #call: ActionCall
  readonly #isOn: boolean
  readonly #isMine: boolean

  private constructor(
    call: ActionCall,
    facts: { holder: Holder | null; refuses: boolean; takenOverFrom: string; isOn: boolean; isMine: boolean },
  ) {
    this.#call = call
    this.holder = facts.holder
    this.refuses = facts.refuses
    this.takenOverFrom = facts.takenOverFrom
    this.#isOn = facts.isOn
    this.#isMine = facts.isMine
  }

  static async of(call: ActionCall): Promise<EditingLock> {
    const { page, wiki } = call
    const [, policy, minutes] = /^(warn|lock) (\d+)$/.exec(wiki.config.editLocking ?? '') ?? []
    const lock = policy === undefined ? null : await wiki.store.lock(page.name)
    const facts = { holder: null, refuses: false, takenOverFrom: '', isOn: policy !== undefined, isMine: lock !== null }
    if (lock === null || isSame(lock.author, author(call))) return new EditingLock(call, facts)

    const left = Math.ceil(Number(minutes) - (wiki.now().getTime() - lock.time.getTime()) / 60_000)
    const { name, href } = await wiki.author(lock.author)
    const called = name || call.request.t('Somebody')
    if (left <= 0) return new EditingLock(call, { ...facts, isMine: false, takenOverFrom: called })
    return new EditingLock(call, {
      ...facts,
      isMine: false,
      holder: { name: called, href, minutes: left },
      refuses: policy === 'lock',
    })
  }

  /**
   * Takes the lock, or holds it for longer; not while somebody else has it. A page that was never written is locked by its first
   * preview only: the lock lies in the page's folder, and looking at the editor must not make folders.
   */
  async take(): Promise<void> {
    const { page, wiki, request } = this.#call
    if (!this.#isOn || this.holder !== null || (page.revision === 0 && request.method !== 'POST')) return
    await wiki.store.setLock(page.name, { time: wiki.now(), author: author(this.#call) })
  }

  async release(): Promise<void> {
    if (this.#isMine) await this.#call.wiki.store.setLock(this.#call.page.name, null)
  }
}

function author({ request, wiki }: ActionCall): Author {
  const address = wiki.config.logRemoteAddr ? request.remoteAddress : ''
  return { userId: request.user.id, address, host: address }
}

function isSame(one: Author, other: Author): boolean {
  return one.userId === '' ? other.userId === '' && one.address === other.address : one.userId === other.userId
}
