import type { EditOutcome, PageEditor } from '../api/action.ts'
import type { WikiConfig } from '../api/config.ts'
import { forbidden, pageTooLarge } from '../api/errors.ts'
import type { PageToSave, WikiEvents } from '../api/events.ts'
import { minorChange } from '../api/page.ts'
import type { Author } from '../api/page.ts'
import type { PageChange, PageStore } from '../api/page-store.ts'
import type { User } from '../api/user.ts'
import { parseInstructions } from '../markup/instructions.ts'
import { mergeTexts } from '../pages/merge.ts'
import { expandVariables } from '../pages/variables.ts'
import { cleanAttachmentName } from '../pages/attachments.ts'
import type { EventHandlers } from './event-handlers.ts'
import type { PageFactsCache } from './page-facts.ts'

export interface EditorParts {
  readonly store: PageStore
  readonly facts: PageFactsCache
  readonly config: Readonly<WikiConfig>
  readonly user: User
  readonly author: Author
  readonly now: () => Date
  emit<K extends keyof WikiEvents>(event: K, facts: WikiEvents[K]): void
  readonly guards: Pick<EventHandlers, 'beforeSave' | 'beforeAttach'>
  /** True when two sets of `#acl` lines mean the same. */
  sameRights(before: readonly string[], after: readonly string[]): boolean
  /** Lets this process's caches see what was just written. */
  catchUp(): Promise<void>
  t(text: string, values?: Readonly<Record<string, unknown>>): string
}

/** Changes pages as one visitor: rights, variables, merging, events. Nobody's text is ever lost in here: a conflict hands back both. */
export class Editor implements PageEditor {
  readonly #parts: EditorParts

  constructor(parts: EditorParts) {
    this.#parts = parts
  }

  async save(name: string, edit: { text: string; base: number; comment?: string; trivial?: boolean }): Promise<EditOutcome> {
    const { facts, config, user, author, now } = this.#parts
    if (Buffer.byteLength(edit.text) > config.pageSizeLimit) throw pageTooLarge(name, config.pageSizeLimit)
    const text = expandVariables(
      edit.text,
      {
        page: name,
        userName: user.name,
        address: author.address,
        email: user.email,
        now: now(),
        timeZone: user.timeZone || config.timeZone,
      },
      config.pageTemplateRegex,
    )
    const refusal = (await this.#refusal(name, 'write')) ?? (await this.#aclRefusal(name, text))
    if (refusal !== null) return refusal
    if (config.commentRequired && (edit.comment ?? '').trim() === '')
      return this.#refused('This wiki asks for a comment with every change.')
    const before = (await facts.get(name)).state
    const base = edit.base === 0 && before.deleted ? before.revision : edit.base
    const outcome = await this.#write(name, { text, base, comment: edit.comment ?? '', extra: edit.trivial ? minorChange : '' })
    if (outcome.status === 'saved')
      this.#parts.emit('pageChanged', {
        page: name,
        revision: outcome.revision,
        author: this.#parts.author,
        comment: edit.comment ?? '',
        trivial: edit.trivial ?? false,
      })
    return outcome
  }

  async remove(name: string, comment: string): Promise<EditOutcome> {
    const refusal = (await this.#refusal(name, 'write')) ?? (await this.#refusal(name, 'delete'))
    if (refusal !== null) return refusal
    const { state } = await this.#parts.facts.get(name)
    const outcome = await this.#write(name, { text: null, base: state.revision, comment })
    if (outcome.status === 'saved') this.#parts.emit('pageDeleted', { page: name, author: this.#parts.author, comment })
    return outcome
  }

  async revert(name: string, revision: number, comment: string): Promise<EditOutcome> {
    const refusal = (await this.#refusal(name, 'write')) ?? (await this.#refusal(name, 'revert'))
    if (refusal !== null) return refusal
    const text = await this.#parts.store.read(name, revision)
    if (text === null) return this.#refused('That revision has no text any more.')
    const { state } = await this.#parts.facts.get(name)
    const outcome = await this.#write(name, {
      text,
      base: state.revision,
      comment,
      action: 'SAVE/REVERT',
      extra: String(revision).padStart(8, '0'),
    })
    if (outcome.status === 'saved')
      this.#parts.emit('pageReverted', { page: name, revision, author: this.#parts.author, comment })
    return outcome
  }

  async rename(
    from: string,
    to: string,
    options: { comment: string; redirect: boolean; subpages?: boolean },
  ): Promise<EditOutcome> {
    const { store, facts, author } = this.#parts
    const moves = [{ from, to }]
    if (options.subpages)
      // Pages that the visitor may not read stay: not even a refusal may tell their names.
      for (const name of await store.names({ underlay: false }))
        if (name.startsWith(`${from}/`) && (await this.#parts.user.may.read(name)))
          moves.push({ from: name, to: `${to}${name.slice(from.length)}` })
    for (const move of moves) {
      const refusal =
        (await this.#refusal(move.from, 'delete')) ??
        (await this.#refusal(move.to, 'write')) ??
        (options.redirect ? await this.#refusal(move.from, 'write') : null)
      if (refusal !== null) return refusal
      if ((await facts.get(move.to)).state.exists) return { status: 'exists', page: move.to }
    }
    for (const { from: oldName, to: page } of moves) {
      const text = await store.read(oldName)
      const guarded =
        (await this.#guarded('rename', page, { text, comment: options.comment }, oldName)) ??
        (options.redirect ? await this.#guarded('save', oldName, { text: redirectTo(page), comment: options.comment }) : null)
      if (guarded !== null) return guarded
    }
    for (const move of moves) {
      if (!(await store.rename(move.from, move.to, { author, comment: options.comment })))
        return { status: 'exists', page: move.to }
      this.#parts.emit('pageRenamed', { page: move.to, oldName: move.from, author, comment: options.comment })
      if (options.redirect) await this.#leaveRedirect(move, options.comment)
    }
    await this.#parts.catchUp()
    return { status: 'saved', revision: (await store.state(to)).revision }
  }

  /** A page like any other: whoever watches pages hears of it. */
  async #leaveRedirect({ from, to }: { readonly from: string; readonly to: string }, comment: string): Promise<void> {
    const { store, author } = this.#parts
    const { revision: base } = await store.state(from)
    const left = await store.save(from, { text: redirectTo(to), base, author, comment })
    if (left.status === 'saved')
      this.#parts.emit('pageChanged', { page: from, revision: left.revision, author, comment, trivial: false })
  }

  async attach(
    name: string,
    file: string,
    bytes: Uint8Array,
    options: { overwrite?: boolean } = {},
  ): Promise<'saved' | 'exists'> {
    const { store, guards, user, author } = this.#parts
    const clean = cleanAttachmentName(file)
    const reason = await guards.beforeAttach({ page: name, file: clean, bytes, user, author })
    if (reason !== null) throw forbidden(reason)
    // What was there is gone for good then, as if it had been removed first.
    const mayReplace = options.overwrite === true && (await user.may.delete(name))
    const outcome = await store.attach(name, clean, bytes, author, { overwrite: mayReplace })
    if (outcome === 'exists' && options.overwrite === true) throw forbidden('You may not remove files from this page.')
    if (outcome === 'saved') this.#parts.emit('fileAttached', { page: name, file: clean, author })
    return outcome
  }

  async detach(name: string, file: string): Promise<boolean> {
    const gone = await this.#parts.store.detach(name, file, this.#parts.author)
    if (gone) this.#parts.emit('fileRemoved', { page: name, file, author: this.#parts.author })
    return gone
  }

  /** Writes. A change somebody made in between is merged, unless both touched the same lines: then both texts go back. */
  async #write(name: string, change: Omit<PageChange, 'author'>): Promise<EditOutcome> {
    const { store, author } = this.#parts
    let { text, base } = change
    const kind = text === null ? 'delete' : change.action === 'SAVE/REVERT' ? 'revert' : 'save'
    for (let tries = 0; ; tries++) {
      const guarded = await this.#guarded(kind, name, { ...change, text })
      if (guarded !== null) return guarded
      const result = await store.save(name, { ...change, text, base, author })
      await this.#parts.catchUp()
      if (result.status !== 'conflict') return tries === 0 ? result : { ...result, merged: true }
      if (text === null || change.action !== undefined)
        return this.#refused('Somebody changed this page at the same moment: please look at it again.')
      const [original, theirs] = await Promise.all([store.read(name, base), store.read(name)])
      const merge = mergeTexts(original ?? '', theirs ?? '', text)
      const clean = merge.conflicts === 0
      if (!clean || tries === 5)
        return { status: 'conflict', revision: result.current.revision, theirs: theirs ?? '', merged: merge.text, clean }
      text = merge.text
      base = result.current.revision
    }
  }

  async #refusal(name: string, right: 'write' | 'delete' | 'revert'): Promise<EditOutcome | null> {
    return (await this.#parts.user.may[right](name)) ? null : this.#refused(`You may not ${right} the page {name}.`, { name })
  }

  /** Changing who may do what needs the admin right; saving the same rules again does not. */
  async #aclRefusal(name: string, text: string): Promise<EditOutcome | null> {
    // Those of a deleted page still guard its old revisions: making the page anew must not lift them.
    const { instructions } = await this.#parts.facts.get(name)
    if (this.#parts.sameRights(instructions.acl, parseInstructions(text).acl) || (await this.#parts.user.may.admin(name)))
      return null
    return this.#refused('Changing the access rules of this page (its #acl lines) needs the admin right.')
  }

  /** What the wiki's guards say to it; a reason is their own words, in whatever language. */
  async #guarded(
    change: PageToSave['change'],
    page: string,
    { text, comment = '' }: Pick<PageChange, 'text' | 'comment'>,
    oldName: string | null = null,
  ): Promise<EditOutcome | null> {
    const { store, guards, user, author } = this.#parts
    const reason = await guards.beforeSave(async () => {
      const before = await store.read(oldName ?? page)
      return { change, page, oldName, text, before, comment, user, author }
    })
    return reason === null ? null : { status: 'refused', reason }
  }

  #refused(reason: string, values?: Readonly<Record<string, unknown>>): EditOutcome {
    return { status: 'refused', reason: this.#parts.t(reason, values) }
  }
}

/** What is left under a page's old name. */
function redirectTo(page: string): string {
  return `#redirect ${page}\n`
}
