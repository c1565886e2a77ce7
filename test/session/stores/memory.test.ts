import { MemoryStore } from '../../../core/session/index.ts'
import { describeSessionStore } from '../../../core/testing/describe-session-store.ts'

describeSessionStore('memory', (clock) => new MemoryStore({ clock }))
