/** What the supervisor and its workers tell each other. */
export type ToWorker =
  /** A connection is there. One handed to a process that hangs would die with it, so only who answers gets it. */
  | { readonly say: 'knock'; readonly id: number }
  /** Comes with the connection's handle. `until`: the `machineTime` after which it may be another's; null: it will be nobody else's. */
  | { readonly say: 'connection'; readonly id: number; readonly until: number | null }
  /** The port is open; `first`: nobody was told so far. */
  | { readonly say: 'open'; readonly address: string; readonly first: boolean }
  /** Whoever stood by is in front from now on, and does what is done by the clock. */
  | { readonly say: 'lead' }
  /** Another process has died. Only one of those that are left is told. */
  | { readonly say: 'died'; readonly pid: number }
  /** Another process says nothing: what holds it there must not be begun here. */
  | { readonly say: 'held'; readonly pid: number }
  | { readonly say: 'stop' }

export type FromWorker =
  /** `mayStandBy`: a second process may stand by, as far as the configuration goes. */
  | { readonly say: 'ready'; readonly host: string; readonly port: number; readonly mayStandBy: boolean }
  | { readonly say: 'come'; readonly id: number }
  | { readonly say: 'took'; readonly id: number }
  /** The connection came when it may have been given to another worker. */
  | { readonly say: 'late'; readonly id: number }

/** What a worker is told at its start, as JSON in this variable of its environment. */
export const workerMark = 'SERVUS_WORKER'

export interface WorkerOrders {
  /** How many serve, besides one that stands by. */
  readonly workers: number
  /** One worker alone does what is done by the clock. */
  readonly keepsHouse: boolean
  /** True for a process that is there in case another one hangs or dies. */
  readonly standsBy: boolean
  /** Processes that died, and nobody was there to be told. */
  readonly died: readonly number[]
  /** Processes that say nothing at this moment. */
  readonly held: readonly number[]
}

/** A knock that is not answered for so long, in milliseconds, is made at another's door. */
export const knockElsewhere = 20
/** Where there are others, a worker takes no connection that is on its way for longer than this, in milliseconds. */
export const tooLate = 25
/** One that was not taken for so long is given to another. */
export const giveElsewhere = 60

export const machineTime = (): number => Number(process.hrtime.bigint() / 1_000_000n)
