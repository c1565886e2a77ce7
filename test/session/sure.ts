/** The value, where a test knows that there is one; a test that is wrong about it fails here. */
export function sure<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('the test expected a value')
  return value
}
