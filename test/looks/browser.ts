import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * A headless Chromium for the browser tests, or null when this machine has none: one line says how to get it, and the
 * tests are skipped. With CI set a missing browser is an error, so that no run passes because nothing was looked at.
 */
export async function openBrowser(): Promise<Browser | null> {
  const executablePath = process.env['CHROMIUM'] ?? places.find((place) => existsSync(place))
  if (executablePath === undefined) {
    const advice = 'no Chromium found: install it (apt-get install chromium) or name one in CHROMIUM to run the browser tests'
    if (process.env['CI']) throw new Error(advice)
    console.warn(advice)
    return null
  }
  // Chromium refuses its sandbox to root, and containers run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, headless: true, args: [...flags, ...sandbox] })
}
