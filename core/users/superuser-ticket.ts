import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../base/atomic-file.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { isMissing } from './record-folder.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Makes the one-time token that lets somebody create the first superuser, and voids earlier ones. Only its hash is stored,
 * as a file name in `<dataDir>/servus/tickets`: whoever reads the disk cannot use it.
 */
export async function createSuperuserTicket(
  dataDir: string,
  options: { clock?: Clock; lifetime?: number } = {},
): Promise<string> {
  const { clock = systemClock, lifetime = day } = options
  const folder = ticketFolder(dataDir)
  await mkdir(folder, { recursive: true })
  await voidSuperuserTickets(dataDir)
  const token = randomBytes(24).toString('base64url')
  await writeFileAtomic(join(folder, fileName(token)), `${JSON.stringify({ expires: clock.now() + lifetime })}\n`, {
    mode: 0o600,
  })
  return token
}

/** True when the token is good at this moment; it stays good. */
export async function isSuperuserTicket(dataDir: string, token: string, clock: Clock = systemClock): Promise<boolean> {
  const text = await readFile(join(ticketFolder(dataDir), fileName(token)), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (text === null) return false
  const ticket: unknown = JSON.parse(text)
  return typeof ticket === 'object' && ticket !== null && 'expires' in ticket && Number(ticket.expires) > clock.now()
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
