// Test peers that bring no types: only what the tests touch.
declare module 'express-session' {
  const session: { MemoryStore: new () => unknown }
  export default session
}
declare module 'express' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
  type Handler = (
    req: IncomingMessage & { session: import('../../core/session/index.ts').Session; body?: unknown },
    res: ServerResponse & {
      send(body: unknown): void
      json(body: unknown): void
      redirect(status: number, url: string): void
      status(code: number): never
    },
    next: (error?: unknown) => void,
  ) => unknown
  interface App extends RequestListener {
    use(handler: unknown): void
    use(path: string, handler: unknown): void
    get(path: string, handler: Handler): void
    post(path: string, handler: Handler): void
  }
  const express: () => App
  export default express
}
