/** `servus/testing`: what plugin authors and store authors test with. Imported inside vitest only. */
export { describeSessionStore } from './describe-session-store.ts'
export type { SessionStoreTests, TestClock } from './describe-session-store.ts'
