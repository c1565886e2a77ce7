import { Jobs } from '../wiki/jobs.ts'
import type { Wiki } from '../wiki/wiki.ts'
import { type Command, type CommandCall, textOption } from './command.ts'
import { openForCommand, wikiOf } from './open.ts'

/** What runs by the clock while the wiki is served: when each job is due, and one of them now. */
export const jobs: Command = { usage: 'jobs [list] | jobs run NAME', options: {}, run }

async function run(call: CommandCall): Promise<number> {
  const [verb = 'list', name] = call.words
  if (verb !== 'list' && !(verb === 'run' && name !== undefined)) return fail(`usage: servus ${jobs.usage}`)
  const farm = await openForCommand(call)
  try {
    if (name !== undefined) return await runNow(wikiOf(farm, call), name)
    const all = textOption(call, 'wiki') === undefined && farm.wikis.length > 1
    let broken = false
    for (const { wiki } of all ? farm.wikis : [{ wiki: wikiOf(farm, call) }])
      broken = (await list(wiki, all ? `${wiki.config.siteId}: ` : '')) || broken
    return broken ? 1 : 0
  } finally {
    await farm.close()
  }
}

/** A line for each: name, schedule, when it is due, how it ended last. True when some never run. */
async function list(wiki: Wiki, before: string): Promise<boolean> {
  const { timeZone, dataDir } = wiki.config
  const facts = await new Jobs(wiki.parts).list()
  const time = (when: number | Date): string =>
    new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(when)
  for (const { name, file, schedule, next, last, problem } of facts) {
    const ended =
      last === null
        ? 'never run'
        : `last ${time(last.started)}, ${last.error === null ? `${last.ended - last.started} ms` : last.error}`
    const due = next === null ? 'never due' : `next ${time(next)}`
    process.stdout.write(`${before}${problem === null ? [name, schedule, due, ended].join('\t') : `${file}: ${problem}`}\n`)
  }
  if (facts.length === 0) process.stdout.write(`${before}There are no jobs: they are files in ${dataDir}/plugins/jobs.\n`)
  else process.stdout.write(`${before}Times are those of ${timeZone}. Jobs run while the wiki is served.\n`)
  return facts.some(({ problem }) => problem !== null)
}

async function runNow(wiki: Wiki, name: string): Promise<number> {
  const ofWiki = new Jobs(wiki.parts)
  const stop = (): void => void ofWiki.close()
  process.once('SIGINT', stop)
  try {
    const run = await ofWiki.run(name)
    if (run === null)
      return fail(`There is no job named ${name}; there are ${(await wiki.parts.plugins.names('jobs')).join(', ') || 'none'}.`)
    if (run === 'running') return fail(`${name} runs already, here or in another process.`)
    if (run.error !== null) return fail(`${name} failed: ${run.error}`)
    process.stdout.write(`${name} is done, after ${run.ended - run.started} ms.\n`)
    return 0
  } finally {
    process.off('SIGINT', stop)
  }
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}
