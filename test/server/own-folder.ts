import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Running } from '../../core/testing/run-servus.ts'

/** A folder for each test of a file, and the processes that were started from it, which end with the test. */
export class OwnFolder {
  path = ''
  readonly #running: Running[] = []

  constructor(name: string) {
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), `servus-${name}-`))
    })
    afterEach(async () => {
      await Promise.all(this.#running.splice(0).map((one) => one.stop('SIGKILL')))
      rmSync(this.path, { recursive: true, force: true })
    })
  }

  /** The options of a wiki that lies here, or in a folder in here. */
  args(path = this.path): readonly string[] {
    return ['--config', path, '--data', join(path, 'data')]
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true })
      writeFileSync(join(this.path, name), text)
    }
  }

  ends<R extends Running>(one: R): R {
    this.#running.push(one)
    return one
  }
}

/** A page in MoinMoin's layout. */
export function page(name: string, text: string): Record<string, string> {
  const home = `data/pages/${name}`
  return { [`${home}/current`]: '00000001\n', [`${home}/revisions/00000001`]: text }
}
