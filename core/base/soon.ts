/** Goes on with a value now or later: at once where it is there, so that whoever need not wait does not. */
export function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/**
 * True for whatever must be waited for: somebody else's promise is one too. Asked as `await` asks, by the one property: `in` would be a
 * look into a session.
 */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<T>>).then === 'function'
}
