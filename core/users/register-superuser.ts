import type { UserRecord, UserStore } from '../api/user-store.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { changeAccount } from './account-changes.ts'
import { type Problem, type RegisterOptions, type Registration, register } from './register.ts'
import { isSuperuserTicket, useSuperuserTicket, voidSuperuserTickets } from './superuser-ticket.ts'

/** Registers somebody who brought the ticket and makes them a superuser. Null: the ticket is not, or no longer, good. */
export async function registerSuperuser(
  store: UserStore,
  dataDir: string,
  token: string,
  wanted: Registration,
  options: RegisterOptions & { clock?: Clock },
): Promise<UserRecord | readonly Problem[] | null> {
  const clock = options.clock ?? systemClock
  if (!(await isSuperuserTicket(dataDir, token, clock))) return null
  // The account comes first, without powers: a mistyped form must not use the ticket up.
  const made = await register(store, wanted, options)
  if (!('id' in made)) return made
  if (!(await useSuperuserTicket(dataDir, token, clock))) return null
  const superuser = await changeAccount(store, made.id, (record) => ({ ...record, superuser: true }))
  await voidSuperuserTickets(dataDir)
  return superuser
}

/** True when anybody has an account, be it a disabled one: then no first superuser is asked for. */
export async function hasAccounts(store: UserStore): Promise<boolean> {
  for await (const _ of store.list()) return true
  return false
}
