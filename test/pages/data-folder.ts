import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { MoinPageStore } from '../../core/pages/moin-page-store.ts'

/** A fresh folder that goes when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'servus-pages-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function openStore(options: { dataFolder?: string; underlays?: string[] } = {}): { store: MoinPageStore; data: string } {
  const data = options.dataFolder ?? temporaryFolder()
  const store = new MoinPageStore({ dataFolder: data, underlays: options.underlays })
  return { store, data }
}

/** A data directory written by MoinMoin; null where it is not at hand. */
export const moinData: string | null = ((folder) => (existsSync(folder) ? folder : null))(
  fileURLToPath(new URL('../../../shared/moin-data/data', import.meta.url)),
)

/** A copy that can be written to. */
export function copyOfMoinData(): string {
  const copy = temporaryFolder()
  if (moinData) for (const entry of readdirSync(moinData)) copyWritable(join(moinData, entry), join(copy, entry))
  return copy
}

/** The original may be read-only, and cpSync would copy that as well. */
function copyWritable(from: string, to: string): void {
  if (statSync(from).isFile()) {
    writeFileSync(to, readFileSync(from))
    return
  }
  mkdirSync(to)
  for (const entry of readdirSync(from)) copyWritable(join(from, entry), join(to, entry))
}

export const ann = { userId: '1700000000.11.1', address: '127.0.0.1', host: 'localhost' }
