/** `servus/testing`: what plugin authors and store authors test with. Imported inside vitest only. */
export { describeSessionStore } from './describe-session-store.ts'
export type { SessionStoreTests, TestClock } from './describe-session-store.ts'
export { createTestHost } from './test-host.ts'
export type { TestHost, TestHostOptions } from './test-host.ts'
export { TestBrowser } from './test-browser.ts'
export type { Answer, SendOptions } from './test-browser.ts'
export { CookieJar } from './cookie-jar.ts'
