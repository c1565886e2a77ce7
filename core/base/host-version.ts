import { existsSync, readFileSync } from 'node:fs'

/** This host's version, of its package.json: two folders up in a checkout, three in a built package. */
export function hostVersion(): string {
  const files = ['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url))
  const file = files.find((one) => existsSync(one))
  // Written by us: it has a version.
  return file === undefined ? '0.0.0' : (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
