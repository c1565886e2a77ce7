import type { Log } from '../api/action.ts'
import type { WikiFarm } from '../farm/farm.ts'

/**
 * What nobody caught in this process: a promise that a plugin left alone, or an error thrown out of a timer. When a plugin's file
 * stands in the stack it is that plugin's fault, and the wikis go on. Otherwise the process may be in any state, and ends; the
 * supervisor starts another.
 */
export function blamePlugins(farm: WikiFarm, log: Log): void {
  const blame = (thrown: unknown, message: string): boolean => {
    const stack = thrown instanceof Error ? (thrown.stack ?? '') : ''
    for (const { wiki } of farm.wikis) {
      const { plugins } = wiki.parts
      const culprit = plugins.blame(stack)
      if (culprit === null) continue
      plugins.health.fault(culprit.kind, culprit.name, thrown, { message })
      return true
    }
    return false
  }
  process.on('unhandledRejection', (reason) => {
    if (!blame(reason, 'promise rejected and nobody cared')) log.error({ err: reason }, 'a promise was rejected and nobody cared')
  })
  process.on('uncaughtException', (error) => {
    if (blame(error, 'error that nobody caught')) return
    log.error({ err: error }, 'error that nobody caught: the process ends')
    process.exit(70)
  })
}
