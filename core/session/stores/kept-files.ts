import { SessionFile } from './session-file.ts'

/** Enough for the visitors of a minute; a farm has a store for each wiki, and its process may open some thousands of files. */
const most = 200

/**
 * Files of the sessions that were last in use, left open: looking whether one has grown costs a microsecond, opening and
 * reading it again five or more. What others do to the files is seen all the same (`SessionFile.refresh`).
 */
export class KeptFiles {
  // In the order of last use.
  readonly #open = new Map<string, SessionFile>()

  /** The session's file as it is now; null: there is none. */
  find(key: string, file: string): SessionFile | null {
    const kept = this.#open.get(key)
    if (kept !== undefined) {
      this.#open.delete(key)
      if (stillThere(kept)) {
        this.#open.set(key, kept)
        return kept
      }
      kept.close()
    }
    const opened = this.#openFile(file)
    if (opened !== null) {
      this.#open.set(key, opened)
      if (this.#open.size > most) this.#dropOldest()
    }
    return opened
  }

  drop(key: string): void {
    this.#open.get(key)?.close()
    this.#open.delete(key)
  }

  close(): void {
    for (const file of this.#open.values()) file.close()
    this.#open.clear()
  }

  #openFile(file: string): SessionFile | null {
    try {
      return SessionFile.open(file)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException // fs throws errno errors
      if ((code !== 'EMFILE' && code !== 'ENFILE') || this.#open.size === 0) throw error
      // Whatever else this process opens needs some, too.
      this.close()
      return SessionFile.open(file)
    }
  }

  #dropOldest(): void {
    for (const key of this.#open.keys()) {
      this.drop(key)
      return
    }
  }
}

function stillThere(file: SessionFile): boolean {
  try {
    return file.refresh() && file.end === 'open'
  } catch {
    return false
  }
}
