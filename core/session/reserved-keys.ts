/** Keys that say who is signed in, MoinMoin's names. Only the service writes them: a key may come from a visitor's form. */
export const serviceKeys: ReadonlySet<string> = new Set(['user.id', 'user.auth_method', 'user.remember', 'user.epoch', 'setuid'])

/** Flashed values lie in the dict under names that nobody sees. */
export const flashPrefix = '\u0000flash:'
