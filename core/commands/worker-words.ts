/** What the supervisor and its workers tell each other. */
export type ToWorker =
  /** A connection is there. One handed to a process that hangs would die with it, so only who answers gets it. */
  | { readonly say: 'knock'; readonly id: number }
  /** Comes with the connection's handle. `at`: milliseconds of the machine's own clock, the same in all processes. */
  | { readonly say: 'connection'; readonly id: number; readonly at: number }
  /** The port is open; `first`: nobody was told so far. */
  | { readonly say: 'open'; readonly address: string; readonly first: boolean }
  | { readonly say: 'stop' }

export type FromWorker =
  | { readonly say: 'ready'; readonly host: string; readonly port: number }
  | { readonly say: 'come'; readonly id: number }
  | { readonly say: 'took'; readonly id: number }
  /** The connection came when it may have been given to another worker. */
  | { readonly say: 'late'; readonly id: number }

/** What a worker is told at its start, as JSON in this variable of its environment. */
export const workerMark = 'SERVUS_WORKER'

export interface WorkerOrders {
  readonly workers: number
  /** One worker alone does what is done by the clock. */
  readonly keepsHouse: boolean
  /** The process that died in its place; null at the first start. */
  readonly died: number | null
}

/** A worker takes no connection that is older than this, in milliseconds, where there are others. */
export const tooLate = 40
/** One that was not taken for so long is given to another. */
export const giveElsewhere = 80

export const machineTime = (): number => Number(process.hrtime.bigint() / 1_000_000n)
