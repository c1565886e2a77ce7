import type { PageChange, PageState, SaveResult } from '../api/page-store.ts'
import { claimRevision, finishClaim } from './claim-revision.ts'
import { sweepDrafts } from './draft.ts'
import { revisionDigits } from './edit-log.ts'
import type { LogLine } from './edit-log.ts'
import { isGone } from './page-folder.ts'
import type { PageFolder } from './page-folder.ts'
import { normaliseText, toFile } from './stored-text.ts'

/** What a save needs to know of the store it happens in. */
export interface Save {
  readonly folder: PageFolder
  readonly change: PageChange
  readonly wikiLog: string
  now(): number
  /** The page as readers see it, underlay included. */
  shown(): PageState
  /** The same without its time, when its own `current` says this. */
  glance(current: number): PageState
  readShown(shown: PageState): Promise<string | null>
  /** Called when the page has no directory of its own yet. */
  prepare(shown: PageState): Promise<void>
}

/** One save, by the rules of `PageStore.save`. Its cost does not depend on the number of pages or revisions. */
export async function savePage(save: Save): Promise<SaveResult> {
  const { folder, change } = save
  const text = change.text === null ? null : normaliseText(change.text)
  const bytes = text === null ? null : toFile(text)
  let leftover: { base: number; free: number } | null = null

  for (let vanished = 0; ; ) {
    const base = folder.current()
    const shown = save.glance(base)
    // Nothing of one's own to delete: an underlay page would only come back.
    const unchanged = text === null ? !shown.exists || shown.underlay : shown.exists && text === (await save.readShown(shown))
    if (unchanged) return { status: 'unchanged', revision: shown.revision }
    const startsAnew = change.base === 0 && !shown.exists
    if (change.base !== shown.revision && !startsAnew) return { status: 'conflict', current: save.shown() }

    const next = leftover?.base === base ? leftover.free : (base || (shown.underlay ? shown.revision : 0)) + 1
    try {
      if (base === 0) await save.prepare(shown)
      const line = describe(save, next)
      if ((await claimRevision(folder, base, bytes, line, save.wikiLog)) === 'saved') {
        if (next % SWEEP_EVERY === 0) sweepDrafts(folder, Date.now())
        return { status: 'saved', revision: next }
      }
      if (!(await finishClaim(folder, next, save.wikiLog)) && folder.current() === base) {
        // Somebody's leftover: a number above `current` that nobody is about to finish. It stays, and is stepped over.
        leftover = { base, free: ((await folder.storedRevisions()).at(-1) ?? 0) + 1 }
      }
    } catch (error) {
      // The page was renamed in the middle of it; look again.
      if (!isGone(error) || ++vanished > 5) throw error
    }
  }
}

/** Revisions from one look for litter of killed writers to the next. */
const SWEEP_EVERY = 16

function describe({ change, folder, now }: Save, revision: number): LogLine {
  const action = change.action ?? (revision === 1 ? 'SAVENEW' : 'SAVE')
  const extra = change.extra ?? ''
  return {
    time: change.time ?? new Date(now()),
    revision,
    action,
    page: folder.name,
    author: change.author,
    extra: action === 'SAVE/REVERT' && /^\d+$/.test(extra) ? revisionDigits(Number(extra)) : extra,
    comment: change.comment ?? '',
  }
}
