import { expect, it } from 'vitest'
import { addressOf } from '../../core/farm/address-of.ts'

it.each([
  [/^http:\/\/docs\.wiki\.localhost:8080\//, 'http://docs.wiki.localhost:8080/'],
  [/^https?:\/\/docs\.localhost(:\d+)?\//, 'http://docs.localhost:8090/'],
  [/^https?:\/\/docs\.localhost:\d+\//, 'http://docs.localhost:8090/'],
  [/^https?:\/\/docs\.example\.org\//, 'https://docs.example.org/'],
  [/^http:\/\/docs\.example\.org\//, 'http://docs.example.org/'],
  [/^https:\/\/www\.example\.org\/team\//i, 'https://www.example.org/team/'],
  [/^https:\/\/my-docs.example.org\//, 'https://my-docs.example.org/'],
])('is named by the pattern %s', (pattern, address) => {
  expect(addressOf(pattern, 'http://127.0.0.1:8090/')).toBe(address)
})

it.each([
  /^/,
  /^https?:\/\/docs\./,
  /^https?:\/\/docs\.example/,
  /^http:\/\/[^/]+\/team\//,
  /^https?:\/\/(docs|help)\.example\.org\//,
  /docs\.example\.org/,
  /^http:\/\/docs\d*\.example\.org\//,
])('is not guessed from the pattern %s', (pattern) => {
  expect(addressOf(pattern, 'http://127.0.0.1:8090/')).toBeNull()
})

it('is without a port where the program has the usual one', () => {
  expect(addressOf(/^https?:\/\/docs\.example\.org(:\d+)?\//, 'http://127.0.0.1/')).toBe('http://docs.example.org/')
})
