import { LowSync } from 'lowdb'
import { sessionFileBusy } from '../../api/errors.ts'
import type { Soon } from '../../api/session.ts'
import type { RecordJson } from '../session-record.ts'
import { RecordFile } from './record-file.ts'

export type Low = LowSync<RecordJson | null>

// Longer than a dead process's lock lasts.
const lockWait = 7000

/** Runs `work` with a record's lock, at once unless another process holds it; a lock that was lost meanwhile means: again. */
export function withLock<R>(name: string, work: (low: Low, file: RecordFile) => R): Soon<R> {
  const done = tryOnce(name, work)
  return done === null ? later(name, work) : done.result
}

function tryOnce<R>(name: string, work: (low: Low, file: RecordFile) => R): { result: R } | null {
  const file = new RecordFile(name)
  if (!file.tryLock()) return null
  try {
    return { result: work(new LowSync<RecordJson | null>(file, null), file) }
  } catch (error) {
    // Our lock was taken for a dead one's. Nothing was written; try again.
    if ((error as NodeJS.ErrnoException).code === 'ESTALE') return null
    throw error
  } finally {
    file.unlock()
  }
}

async function later<R>(name: string, work: (low: Low, file: RecordFile) => R): Promise<R> {
  const start = performance.now()
  for (let wait = 1; performance.now() - start < lockWait; wait = Math.min(wait * 2, 25)) {
    await new Promise<void>((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())))
    const done = tryOnce(name, work)
    if (done !== null) return done.result
  }
  throw sessionFileBusy(name, lockWait)
}
