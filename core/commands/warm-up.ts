import { request } from 'node:http'
import { duplexPair } from 'node:stream'
import pino from 'pino'
import { WikiFarm } from '../farm/farm.ts'
import { ProxyTrust } from '../http/proxy-trust.ts'
import { openServer } from '../server.ts'

/** They come with the program, and call none but its own macros. */
const pages = ['/HelpContents', '/HelpOnNavigation']
/** The first answers load the theme and the parser; those after it what V8 learns by them. */
const rounds = 5
const mostWikis = 10

/**
 * A process that nobody has asked anything answers slowly at first. This one asks itself, so that its first visitor need not wait.
 * `isNeeded`: false once there are visitors.
 */
export async function warmUp(farm: WikiFarm, isNeeded: () => boolean): Promise<void> {
  for (const { wiki } of farm.wikis.slice(0, mostWikis)) {
    const alone = new WikiFarm([{ wiki, url: /^/ }])
    const server = openServer({ farm: alone, log: pino({ level: 'silent' }), trust: new ProxyTrust([]) })
    for (let round = 0; round < rounds; round++)
      for (const path of isNeeded() ? pages : [])
        await new Promise<void>((done) => {
          const [here, there] = duplexPair()
          // Robots are not counted.
          const headers = { host: 'localhost', 'user-agent': 'servus (bot)', 'accept-encoding': 'gzip', connection: 'close' }
          request({ path, headers, createConnection: () => here }, (answer) => answer.resume().once('close', done))
            // It was worth trying.
            .once('error', () => done())
            .end()
          server.emit('connection', there)
        })
  }
}
