import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { describeUserStore } from '../../core/testing/describe-user-store.ts'
import { FileUserStore } from '../../core/users/file-user-store.ts'

const root = mkdtempSync(join(tmpdir(), 'servus-users-'))
afterAll(() => rmSync(root, { recursive: true }))

let folders = 0
const newFolder = () => join(root, String(++folders))

describeUserStore('FileUserStore', async () => {
  const folder = newFolder()
  return { store: new FileUserStore(folder), reopen: async () => new FileUserStore(folder) }
})
