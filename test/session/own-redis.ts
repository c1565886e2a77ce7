import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { sure } from './sure.ts'

/** True when this command is there to be run. */
export async function isInstalled(command: string, ...args: string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: 'ignore' })
  return await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has one
  server.close()
  await once(server, 'close')
  return port
}

/** A Redis server of a test's own, which may be stopped without harm to others. Ready when this resolves; whoever starts it ends it. */
export async function startRedis(args: readonly string[], ready = 'Ready to accept connections'): Promise<ChildProcess> {
  const child = spawn('redis-server', [...args, '--bind', '127.0.0.1', '--daemonize', 'no'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  for await (const text of sure(child.stdout)) {
    said += String(text)
    if (said.includes(ready)) break
  }
  if (!said.includes(ready)) throw new Error(`redis-server did not start: ${said.slice(-500)}`)
  sure(child.stdout).resume()
  return child
}
