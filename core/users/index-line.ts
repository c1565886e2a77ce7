import { stat } from 'node:fs/promises'
import type { Identity, UserRecord } from '../api/user-store.ts'
import { isMissing } from './record-folder.ts'

/** What the index knows of an account: a hint, never the truth. */
export interface IndexLine {
  readonly id: string
  readonly name: string
  readonly email: string
  /** `identityKey` of each identity elsewhere; absent without any. */
  readonly identities?: readonly string[]
  /** What a MoinMoin profile looked like when it was read, `profileStamp`; absent for accounts of ours. */
  readonly seen?: string
}

/** Reads one line of the index; null for anything else. */
export function parseIndexLine(text: string): IndexLine | null {
  try {
    const line: unknown = JSON.parse(text)
    if (typeof line !== 'object' || line === null || !('id' in line) || !('name' in line) || !('email' in line)) return null
    const { id, name, email } = line
    if (typeof id !== 'string' || typeof name !== 'string' || typeof email !== 'string') return null
    const identities = 'identities' in line && Array.isArray(line.identities) ? line.identities.map(String) : []
    return {
      id,
      name,
      email,
      ...(identities.length === 0 ? {} : { identities }),
      ...('seen' in line && typeof line.seen === 'string' ? { seen: line.seen } : {}),
    }
  } catch {
    return null // half a line, cut by a crash: the account behind it is found by its folder
  }
}

/** One text for an identity: neither part can be mistaken for the other. */
export function identityKey({ issuer, subject }: Identity): string {
  return JSON.stringify([issuer, subject])
}

/** What the index says of an account of ours. */
export function lineOf({ id, name, email, identities }: Pick<UserRecord, 'id' | 'name' | 'email' | 'identities'>): IndexLine {
  return { id, name, email, ...(identities.length === 0 ? {} : { identities: identities.map(identityKey) }) }
}

/** Tells whether a profile is still the one that was read; '' when there is none. */
export async function profileStamp(file: string): Promise<string> {
  const found = await stat(file).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  return found ? `${found.mtimeMs}:${found.size}` : ''
}
