import { badRequest, forbidden } from '../api/errors.ts'
import type { PluginSwitchboard, PluginView } from '../api/plugin-view.ts'
import { essential, type PluginFacts } from '../plugins/plugins.ts'
import type { WikiParts } from './wiki-parts.ts'
import type { Visit } from './wiki-request.ts'

/** The plugins of a wiki as superusers see and switch them. */
export function switchboard({ plugins, log, config }: WikiParts, visit: Visit): PluginSwitchboard {
  const { health } = plugins
  return {
    list: async () => {
      refuseOthers(visit)
      const resting = new Set(health.resting())
      return (await plugins.list()).map((facts) => view(facts, resting.has(health.record(facts.kind, facts.name))))
    },
    turn: async (kind, name, way) => {
      refuseOthers(visit)
      const facts = (await plugins.list()).find((one) => one.kind === kind && one.name === name)
      if (facts === undefined) throw badRequest(visit.t('There is no plugin {plugin} here.', { plugin: `${kind}/${name}` }))
      if (!canSwitch(facts)) throw badRequest(visit.t('The wiki cannot do without {plugin}.', { plugin: `${kind}/${name}` }))
      if (way === 'on') health.forgive(facts.kind, name)
      else health.switchOff(facts.kind, name, visit.t('{name} switched it off', { name: visit.user.name }), visit.user.name)
      log.info({ wiki: config.siteId, plugin: `${kind}/${name}`, by: visit.user.name }, `plugin switched ${way}`)
    },
  }

  function view(facts: PluginFacts, rests: boolean): PluginView {
    const { refused, ...found } = facts
    const { times, faults, faultCount } = health.record(facts.kind, facts.name)
    return {
      ...found,
      state: refused === null ? 'on' : rests && refused.when === 'off' ? 'resting' : refused.when,
      why: refused?.why ?? '',
      canSwitch: canSwitch(facts),
      calls: times.count,
      meanMs: times.mean,
      p99Ms: times.quantile(0.99),
      faultCount,
      faults: [...faults.values()]
        .reverse()
        .map(({ message, count, last, reference }) => ({ message, count, last: new Date(last), reference })),
    }
  }
}

const canSwitch = ({ isBuiltIn, kind, name }: PluginFacts): boolean => !(isBuiltIn && essential.has(`${kind}/${name}`))

function refuseOthers(visit: Visit): void {
  if (!visit.user.isSuperUser) throw forbidden(visit.t('This page is for superusers.'))
}
