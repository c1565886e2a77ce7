import { appendFile, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HitEvent } from '../api/macro-services.ts'
import type { RequestFacts } from '../api/request-facts.ts'
import type { Clock } from '../base/clock.ts'

/** Milliseconds that events wait to be written together. */
const writeAfter = 2000
const mostWaiting = 500
/** Bytes read at a time. */
const chunkSize = 262_144

interface Hit {
  readonly time: number
  readonly event: HitEvent
  readonly page: string
  readonly agent: string
  readonly address: string
}

export interface Counts {
  readonly views: Map<string, number>
  readonly saves: Map<string, number>
  /** Day -> page -> [views, saves]; the page '' is the whole wiki. */
  readonly days: Map<string, Map<string, [views: number, saves: number]>>
  readonly agents: Map<string, number>
}

/**
 * A line for each view and each save, in the form of MoinMoin's event-log. Ours is a file of its own: the one that MoinMoin wrote is
 * counted, and left as it is. Lines are written some together, after the answer; the counts are kept in memory, and only what has
 * come to the files since, from whichever process, is read when somebody asks.
 */
export class HitLog {
  readonly #file: string
  readonly #adopted: string
  readonly #clock: Clock
  readonly #logAddress: boolean
  #waiting: Hit[] = []
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  readonly #counts: Counts = { views: new Map(), saves: new Map(), days: new Map(), agents: new Map() }
  /** How far each file has been read. */
  readonly #offsets = new Map<string, number>()
  #reading: Promise<void> | null = null

  constructor(files: { own: string; adopted: string }, clock: Clock, logAddress: boolean) {
    this.#file = files.own
    this.#adopted = files.adopted
    this.#clock = clock
    this.#logAddress = logAddress
  }

  note(event: HitEvent, page: string, facts: Pick<RequestFacts, 'headers' | 'remoteAddress'> | null): void {
    this.#waiting.push({
      time: this.#clock.now() * 1000,
      event,
      page,
      agent: facts?.headers['user-agent'] ?? '',
      address: this.#logAddress ? (facts?.remoteAddress ?? '') : '',
    })
    if (this.#waiting.length >= mostWaiting) void this.flush()
    else this.#timer ??= setTimeout(() => void this.flush(), writeAfter).unref()
  }

  /** Writes what waits. A log that cannot be written is no reason to fail: views are counted as well as may be. */
  flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const lines = this.#waiting
      .filter(({ agent }) => !isRobot(agent))
      .map(lineOf)
      .join('')
    this.#waiting = []
    if (lines !== '') this.#writing = this.#writing.then(() => this.#append(lines)).catch(() => {})
    return this.#writing
  }

  async #append(lines: string): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true })
    await appendFile(this.#file, lines)
  }

  /** The counts of everything logged so far. */
  async counts(): Promise<Counts> {
    await this.flush()
    await (this.#reading ??= this.#readNew().finally(() => (this.#reading = null)))
    return this.#counts
  }

  async #readNew(): Promise<void> {
    const sizes = new Map<string, number>()
    for (const file of [this.#adopted, this.#file]) sizes.set(file, await sizeOf(file))
    for (const [file, size] of sizes) if (size < (this.#offsets.get(file) ?? 0)) this.#forget()
    for (const [file, size] of sizes) if (size > (this.#offsets.get(file) ?? 0)) await this.#readFile(file)
  }

  async #readFile(file: string): Promise<void> {
    let offset = this.#offsets.get(file) ?? 0
    const handle = await open(file)
    try {
      const chunk = Buffer.alloc(chunkSize)
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, chunkSize, offset)
        const end = chunk.subarray(0, bytesRead).lastIndexOf(10)
        // A line without its end is somebody's who is still writing; one longer than a chunk is nobody's.
        if (end === -1 && bytesRead < chunkSize) return
        if (end === -1) offset += bytesRead
        else {
          for (const line of chunk.toString('utf8', 0, end).split('\n')) this.#count(line)
          offset += end + 1
        }
        this.#offsets.set(file, offset)
      }
    } finally {
      await handle.close()
    }
  }

  #count(line: string): void {
    const [time = '', event, pairs = ''] = line.split('\t', 3)
    if ((event !== 'VIEWPAGE' && event !== 'SAVEPAGE') || !/^\d{10,18}$/.test(time)) return
    const values = new URLSearchParams(pairs)
    const page = values.get('pagename') ?? ''
    if (page === '') return
    add(event === 'VIEWPAGE' ? this.#counts.views : this.#counts.saves, page)
    const day = new Date(Number(time) / 1000).toISOString().slice(0, 10)
    let pages = this.#counts.days.get(day)
    if (pages === undefined) this.#counts.days.set(day, (pages = new Map()))
    for (const name of ['', page]) {
      const pair = pages.get(name) ?? [0, 0]
      pair[event === 'VIEWPAGE' ? 0 : 1]++
      pages.set(name, pair)
    }
    const agent = values.get('HTTP_USER_AGENT')
    if (agent !== null && event === 'VIEWPAGE') add(this.#counts.agents, browserOf(agent))
  }

  /** A log was cut or put aside. */
  #forget(): void {
    this.#offsets.clear()
    for (const map of Object.values(this.#counts) as Map<string, unknown>[]) map.clear()
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0
}

function lineOf({ time, event, page, agent, address }: Hit): string {
  let pairs = `pagename=${encodeURIComponent(page)}`
  if (agent !== '') pairs += `&HTTP_USER_AGENT=${encodeURIComponent(agent.slice(0, 300))}`
  if (address !== '') pairs += `&REMOTE_ADDR=${encodeURIComponent(address)}`
  return `${time}\t${event}\t${pairs}\n`
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** True for what calls itself a robot. */
export function isRobot(agent: string): boolean {
  return /bot\b|bot\/|crawl|spider|slurp|archiver|wget|curl\//i.test(agent)
}

/** The family of a browser: versions would make thousands. */
function browserOf(agent: string): string {
  return (
    /\b(Edg|OPR|Firefox|Chrome|Safari|MSIE|Opera|Konqueror|Lynx|w3m)\b/
      .exec(agent)?.[1]
      ?.replace('Edg', 'Edge')
      .replace('OPR', 'Opera') ??
    /^[^\s/(;]{1,30}/.exec(agent)?.[0] ??
    'other'
  )
}
