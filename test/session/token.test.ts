import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { QuickHmac } from '../../core/session/quick-hmac.ts'

test('a cookie is signed by HMAC-SHA256, whatever the key and the length of what is signed', () => {
  for (let length = 0; length <= 200; length += 7) {
    const key = randomBytes(32)
    const text = randomBytes(length).toString('base64url').slice(0, length)
    expect(new QuickHmac(key).of(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'))
  }
  const hmac = new QuickHmac(randomBytes(32))
  expect(hmac.of('a')).not.toBe(hmac.of('b'))
  expect(hmac.of('long text first')).not.toBe(hmac.of('long'))
  expect(hmac.of('long')).toBe(hmac.of('long'))
  expect(() => hmac.of('x'.repeat(201))).toThrow(RangeError)
})
