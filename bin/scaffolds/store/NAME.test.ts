import { describeSessionStore } from 'servus/testing'
import { NAME } from './NAME.ts'

describeSessionStore('NAME', (clock) => new NAME({ now: () => clock.now() }))
