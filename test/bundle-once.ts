import { existsSync } from 'node:fs'

/** Before all tests: the bundle that a first start leaves behind. Dozens of tests start `servus`, and none shall wait for that. */
export async function setup(): Promise<void> {
  const fast = (await import(new URL('../bin/fast-start.js', import.meta.url).href)) as {
    bundleFolder(): string
    makeBundle(folder: string): Promise<void>
  }
  const folder = fast.bundleFolder()
  if (!existsSync(folder)) await fast.makeBundle(folder)
}
