import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileStore } from '../../../core/session/index.ts'
import { describeSessionStore } from '../../../core/testing/describe-session-store.ts'

describeSessionStore('file', (clock) => new FileStore(mkdtempSync(join(tmpdir(), 'servus-sessions-')), { clock }))
