import { emailNotPossible, identityTaken, noSuchAccount, userNameTaken } from '../api/errors.ts'
import type { UserRecord, UserStore } from '../api/user-store.ts'
import type { PasswordHasher } from './passwords/password-hasher.ts'

/** Changes an account on top of what it is now, as often as others are faster. `change` may be called several times. */
export async function changeAccount(
  store: UserStore,
  id: string,
  change: (record: UserRecord) => UserRecord,
  options?: { emailUnique?: boolean },
): Promise<UserRecord> {
  for (;;) {
    const record = await store.byId(id)
    if (!record) throw noSuchAccount(id)
    const saved = await store.save(change(record), record.version, options)
    if (saved === 'gone') throw noSuchAccount(id)
    if (saved === 'name-taken') throw userNameTaken()
    if (saved === 'email-taken') throw emailNotPossible()
    if (saved === 'identity-taken') throw identityTaken()
    if (saved !== 'changed') return saved
  }
}

/** A new password; every session older than it dies, the one that asked included, unless it takes over the new epoch. */
export async function changePassword(
  store: UserStore,
  id: string,
  password: string,
  hasher: PasswordHasher,
): Promise<UserRecord> {
  const hash = await hasher.hash(password)
  return changeAccount(store, id, (record) => ({ ...record, password: hash, epoch: record.epoch + 1 }))
}

/** Disables an account or lets it in again. Sessions from before never come back to life. */
export async function setDisabled(store: UserStore, id: string, disabled: boolean): Promise<UserRecord> {
  return changeAccount(store, id, (record) => ({ ...record, disabled, epoch: record.epoch + (disabled ? 1 : 0) }))
}

/** Ends every session of the account; the one that asks lives on by taking over the new epoch. */
export async function endSessions(store: UserStore, id: string): Promise<UserRecord> {
  return changeAccount(store, id, (record) => ({ ...record, epoch: record.epoch + 1 }))
}
