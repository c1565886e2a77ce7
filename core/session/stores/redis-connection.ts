import { sessionStoreAway, sessionStoreSlow } from '../../api/errors.ts'

/** The little that is asked of a Redis client: node-redis' own clients and sentinels have it. */
export interface RedisClient {
  sendCommand(args: readonly string[]): Promise<unknown>
  readonly isReady?: boolean
  close?(): Promise<unknown>
  destroy?(): unknown
}

/** How to reach Redis: an address, or a client of the package `redis`. */
export interface RedisConnectionOptions {
  /** `redis://user:password@host:6379/0`, `rediss://` for TLS. Default `redis://127.0.0.1:6379`. */
  readonly url?: string
  /** More options for the client of the package `redis`: TLS, credentials, names. */
  readonly client?: Readonly<Record<string, unknown>>
  /** Options for `createSentinel` of the package `redis`, in place of a url. */
  readonly sentinel?: Readonly<Record<string, unknown>>
  /** A client that is connected already; it is not closed with the store. */
  readonly connected?: RedisClient
  /** Milliseconds after which an unanswered question counts as an ill store. Default 1000. */
  readonly ioTimeout?: number
}

/** After a silence everybody is refused at once for this long, so that not each visitor waits. Milliseconds. */
const restAfterSilence = 400

/** One connection that never lets anybody wait for long, whatever the server does. */
export class RedisConnection {
  readonly #options: RedisConnectionOptions
  readonly #ioTimeout: number
  #connecting: Promise<RedisClient> | null = null
  #client: RedisClient | null = null
  #refuseUntil = 0
  /** Why there is no connection, as far as is known: a wrong password looks like silence otherwise. */
  #heard: Error | null = null

  constructor(options: RedisConnectionOptions) {
    this.#options = options
    this.#ioTimeout = options.ioTimeout ?? 1000
  }

  /** The reply to a command. Rejects when there is none within `ioTimeout`, at once when the server is known to be away. */
  async send(args: readonly string[]): Promise<unknown> {
    if (performance.now() < this.#refuseUntil) throw sessionStoreSlow(args[0] ?? '', this.#ioTimeout, this.#heard)
    const client = this.#client
    if (client !== null && client.isReady === false) throw sessionStoreAway(this.#heard)
    if (client !== null) return this.#inTime(client.sendCommand(args), args[0] ?? '')
    // Loading the package is our time, not the server's.
    if (this.#options.connected === undefined) await import('redis')
    return this.#inTime(
      this.#connect().then((made) => made.sendCommand(args)),
      args[0] ?? '',
    )
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = null
    const connecting = this.#connecting
    this.#connecting = null
    if (this.#options.connected !== undefined) return
    if (client?.isReady !== false && client?.close) await client.close()
    else if (client?.destroy) client.destroy()
    else connecting?.then((late) => late.destroy?.()).catch(() => undefined)
  }

  #connect(): Promise<RedisClient> {
    this.#connecting ??= this.#open()
    return this.#connecting
  }

  async #open(): Promise<RedisClient> {
    const { connected, url, sentinel } = this.#options
    if (connected !== undefined) return (this.#client = connected)
    // Lazily: a wiki on files needs no such package.
    const redis = await import('redis')
    const common = {
      RESP: 2,
      disableOfflineQueue: true,
      commandsQueueMaxLength: 10_000,
      ...this.#options.client,
      // The package's own deadline makes an AbortSignal for each command, a third of what a command costs. Ours is enough.
      commandOptions: { timeout: undefined, ...(this.#options.client?.['commandOptions'] as object | undefined) },
      socket: {
        reconnectStrategy: (tries: number) => Math.min(20 * 2 ** Math.min(tries, 10), 500),
        ...(this.#options.client?.['socket'] as object | undefined),
      },
    }
    if (sentinel !== undefined) {
      // Options are the owner's, in the package's own words.
      const client = redis.createSentinel({ ...(sentinel as unknown as Parameters<typeof redis.createSentinel>[0]) })
      client.on('error', (error: unknown) => this.#hear(error))
      await client.connect()
      this.#heard = null
      const wrapped: RedisClient = {
        sendCommand: (args) => client.sendCommand(false, args as string[]),
        close: () => client.close(),
        destroy: () => client.destroy(),
      }
      return (this.#client = wrapped)
    }
    const client = redis.createClient({ url: url ?? 'redis://127.0.0.1:6379', ...common } as Parameters<
      typeof redis.createClient
    >[0])
    // Without a listener the first broken connection ends the process. Whoever asks meanwhile gets the error.
    client.on('error', (error: unknown) => this.#hear(error))
    client.on('ready', () => {
      this.#heard = null
    })
    this.#client = client as unknown as RedisClient // the three members are the package's own
    await client.connect()
    return this.#client
  }

  #hear(error: unknown): void {
    this.#heard = error instanceof Error ? error : new Error(String(error))
  }

  #inTime<T>(work: Promise<T>, name: string): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#refuseUntil = performance.now() + restAfterSilence
        reject(sessionStoreSlow(name, this.#ioTimeout, this.#heard))
      }, this.#ioTimeout)
      work.then(
        (value) => {
          clearTimeout(timer)
          resolve(value)
        },
        (error: unknown) => {
          clearTimeout(timer)
          reject(error instanceof Error ? error : new Error(String(error)))
        },
      )
    })
  }
}
