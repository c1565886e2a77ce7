import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../base/atomic-file.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { isMissing } from './record-folder.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Makes the one-time token that lets somebody create the first superuser, and voids earlier ones. Only its hash is stored,
 * as a file name in `<dataDir>/servus/tickets`: whoever reads the disk cannot use it. `alsoIn`: data folders of wikis with the same
 * accounts, in which it makes a superuser too.
 */
export async function createSuperuserTicket(
  dataDir: string,
  options: { clock?: Clock; lifetime?: number; alsoIn?: readonly string[] } = {},
): Promise<string> {
  const { clock = systemClock, lifetime = day, alsoIn = [] } = options
  const folder = ticketFolder(dataDir)
  await mkdir(folder, { recursive: true })
  for (const each of [dataDir, ...alsoIn]) await voidSuperuserTickets(each)
  const token = randomBytes(24).toString('base64url')
  const ticket = { expires: clock.now() + lifetime, alsoIn }
  await writeFileAtomic(join(folder, fileName(token)), `${JSON.stringify(ticket)}\n`, { mode: 0o600 })
  return token
}

/** True when the token is good at this moment; it stays good. */
export async function isSuperuserTicket(dataDir: string, token: string, clock: Clock = systemClock): Promise<boolean> {
  const { expires } = await readTicket(dataDir, token)
  return Number(expires) > clock.now()
}

/** In which other data folders the token makes a superuser too. */
export async function reachOfSuperuserTicket(dataDir: string, token: string): Promise<readonly string[]> {
  const { alsoIn } = await readTicket(dataDir, token)
  return Array.isArray(alsoIn) ? alsoIn.filter((folder) => typeof folder === 'string') : []
}

async function readTicket(dataDir: string, token: string): Promise<{ readonly expires?: unknown; readonly alsoIn?: unknown }> {
  const text = await readFile(join(ticketFolder(dataDir), fileName(token)), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '{}'
    throw error
  })
  const ticket: unknown = JSON.parse(text)
  return typeof ticket === 'object' && ticket !== null ? ticket : {}
}

/** Uses the token up: true for exactly one caller in whatever process, and only before it expires. */
export async function useSuperuserTicket(dataDir: string, token: string, clock: Clock = systemClock): Promise<boolean> {
  if (!(await isSuperuserTicket(dataDir, token, clock))) return false
  // Removing a file succeeds once.
  return removeOnce(join(ticketFolder(dataDir), fileName(token)))
}

/** Makes every token worthless: there is a superuser now. */
export async function voidSuperuserTickets(dataDir: string): Promise<void> {
  const names = await readdir(ticketFolder(dataDir)).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const name of names) await removeOnce(join(ticketFolder(dataDir), name))
}

function ticketFolder(dataDir: string): string {
  return join(dataDir, 'servus', 'tickets')
}

function fileName(token: string): string {
  return `superuser-${createHash('sha256').update(token).digest('hex')}`
}

async function removeOnce(file: string): Promise<boolean> {
  try {
    await unlink(file)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
